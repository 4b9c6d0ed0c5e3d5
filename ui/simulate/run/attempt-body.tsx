import { Inbox } from 'lucide-preact'
import type { AnswerView } from '../../../core/api/views.ts'
import { rejections } from '../../../core/deliveries/delivery.ts'
import { throughProxy } from '../../../core/http/outcome.ts'
import type { SimulatedAttempt, SimulatedAttemptView } from '../../../core/simulate/simulation.ts'
import type { AppResult, HookStation } from '../../../core/simulate/stations.ts'
import { byteSize } from '../../../core/text/bytes.ts'
import { AnswerParts, answerSize } from '../../app/answer-parts.tsx'
import { Why } from '../../app/attempt-notices.tsx'
import { loadAttempt } from '../../app/attempts.ts'
import { Problem } from '../../app/problem.tsx'
import { formatRoute } from '../../app/route.ts'
import { BodyText } from '../../kit/body-text.tsx'
import { HeaderTable } from '../../kit/header-table.tsx'
import { useLoaded } from '../../kit/use-loaded.ts'
import { loadSimulatedAttempt } from './runs.ts'
import { notAskedText } from './stations.ts'

/** What each station answered, the app first, and what was sent. */
export function SimulatedAttemptBody({ one }: { one: SimulatedAttempt }) {
  const { value, problem } = useLoaded(() => loadSimulatedAttempt(one.id), [one.id, one.outcome])
  const { arrival } = one
  const notAsked = notAskedText(one)
  return (
    <div class="simulated-body">
      {one.apps.map(app => (
        <AppAnswer key={app.id} app={app} only={one.apps.length === 1} />
      ))}
      {arrival === null ? <Why ended={one} /> : null}
      {notAsked === null ? null : <p class="notice">{notAsked}</p>}
      {problem ? <Problem problem={problem} /> : null}
      {value ? (
        <>
          {arrival === null ? null : <AtHook arrival={arrival} answer={value.answer} />}
          {arrival === null && value.answer ? (
            <Answer answer={value.answer} who="The app" faults={one.sloppy} proxy={one.proxy} />
          ) : null}
          <Sent request={value.request} />
        </>
      ) : problem ? null : (
        <p class="muted after-a-moment">Loading…</p>
      )}
    </div>
  )
}

function AppAnswer({ app, only }: { app: AppResult; only: boolean }) {
  const { value, problem } = useLoaded(() => loadAttempt(app.id), [app.id, app.outcome])
  return (
    <>
      <Why ended={app} />
      {problem ? <Problem problem={problem} /> : null}
      {value?.answer ? (
        <Answer answer={value.answer} who={only ? 'The app' : app.target} faults={app.sloppy} proxy={app.proxy} />
      ) : null}
    </>
  )
}

interface AnswerProps {
  answer: AnswerView
  who: string
  /** What is wrong with its HTTP. */
  faults: readonly string[]
  /** The proxy that led there. */
  proxy: string | undefined
}

function Answer({ answer, who, faults, proxy }: AnswerProps) {
  return (
    <section aria-label={`Response of ${who === 'The app' ? 'the app' : who}`}>
      <h3>
        {who} answered {answer.status}{' '}
        <span class="muted">
          {proxy === undefined ? '' : `${throughProxy(proxy)}, `}
          {answerSize(answer)}
        </span>
      </h3>
      <AnswerParts answer={answer} faults={faults} />
    </section>
  )
}

const answerers = {
  hookscope: 'hookscope answered',
  app: 'the hook answered, with the app’s answer,',
  'mock-response': 'the mock response answered',
} as const satisfies Record<HookStation['answeredBy'], string>

/** How it fared at the hook, with the delivery that it became. */
function AtHook({ arrival: { delivery, verdict, reasons, answeredBy }, answer }: AtHookProps) {
  const href = formatRoute({ view: 'deliveries', delivery, item: null, params: {} })
  return (
    <section aria-label="At the hook">
      <h3>
        The hook {verdict === 'rejected' ? 'rejected it' : verdict === 'verified' ? 'verified it' : 'did not check it'}
        {answer ? `, and ${answerers[answeredBy]} ${answer.status}` : ''}
      </h3>
      {reasons.map(reason => (
        <p key={reason} class="notice tone-bad">
          <span>
            {rejections[reason].title}. <span class="mono muted">{reason}</span>
          </span>
        </p>
      ))}
      <p>
        <a class="button button-small" href={href}>
          <Inbox size={14} /> Delivery #{delivery}
        </a>
      </p>
    </section>
  )
}
interface AtHookProps {
  arrival: HookStation
  /** What was answered there; null when it was not. */
  answer: AnswerView | null
}

function Sent({ request }: Pick<SimulatedAttemptView, 'request'>) {
  return (
    <section aria-label="Request">
      <details>
        <summary>
          Request: {request.method}, {byteSize(request.body.bytes)}, {request.headers.length} headers
        </summary>
        <div class="stack">
          <HeaderTable headers={request.headers} caption="Request headers" />
          <BodyText body={request.body} label="Request body" />
        </div>
      </details>
    </section>
  )
}
