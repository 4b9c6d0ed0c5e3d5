import { Inbox } from 'lucide-preact'
import { rejections } from '../../../core/delivery.ts'
import type { HeaderList } from '../../../core/headers.ts'
import { reasonOf } from '../../../core/outcome.ts'
import type { SimulatedTry, TryView } from '../../../core/simulation.ts'
import type { AppResult, HookStation } from '../../../core/stations.ts'
import type { AnswerView } from '../../../core/views.ts'
import { formatRoute } from '../../models/route.ts'
import { loadAttempt, loadTry } from '../../models/simulate-runs.ts'
import { notAskedText } from '../../models/simulate-stations.ts'
import { byteSize } from '../../models/time.ts'
import { BodyText } from '../detail/attempt-card.tsx'
import { HeaderTable, maskSignature } from '../detail/headers-tab.tsx'
import { Problem } from '../detail/problem.tsx'
import { useLoaded } from '../detail/use-loaded.ts'

/** What each station answered, the app first, and what was sent. */
export function TryBody({ one }: { one: SimulatedTry }) {
  const { value, problem } = useLoaded(() => loadTry(one.id), [one.id, one.outcome])
  const { arrival } = one
  const notAsked = notAskedText(one)
  return (
    <div class="try-body">
      {one.apps.map(app => (
        <AppAnswer key={app.id} app={app} only={one.apps.length === 1} />
      ))}
      {arrival === null ? <Why ended={one} /> : null}
      {notAsked === null ? null : <p class="notice">{notAsked}</p>}
      {problem ? <Problem problem={problem} /> : null}
      {value ? (
        <>
          {arrival === null ? null : <AtHook arrival={arrival} answer={value.answer} />}
          {arrival === null && value.answer ? <Answer answer={value.answer} who="The app" /> : null}
          <Sent request={value.request} />
        </>
      ) : problem ? null : (
        <p class="muted after-a-moment">Loading…</p>
      )}
    </div>
  )
}

/** Why there is no answer, or no 2xx, and what to try. */
function Why({ ended }: { ended: SimulatedTry | AppResult }) {
  const reason = reasonOf(ended)
  // The app's own words stand in its answer.
  if (reason === null || reason.hint === null) return null
  return (
    <div class="notice notice-bad">
      <div>
        <p>
          {reason.message} {ended.error ? <span class="mono muted">{ended.error.code}</span> : null}
        </p>
        <p class="muted">{reason.hint}</p>
      </div>
    </div>
  )
}

function AppAnswer({ app, only }: { app: AppResult; only: boolean }) {
  const { value, problem } = useLoaded(() => loadAttempt(app.id), [app.id, app.outcome])
  return (
    <>
      <Why ended={app} />
      {problem ? <Problem problem={problem} /> : null}
      {value?.answer ? <Answer answer={value.answer} who={only ? 'The app' : app.target} /> : null}
    </>
  )
}

function Answer({ answer, who }: { answer: AnswerView; who: string }) {
  return (
    <section aria-label={`What ${who === 'The app' ? 'the app' : who} answered`}>
      <h3>
        {who} answered {answer.status}{' '}
        <span class="muted">
          {byteSize(answer.bodyBytes)}
          {answer.bodyBytes > answer.body.bytes ? `, the first ${byteSize(answer.body.bytes)} are kept` : ''}
        </span>
      </h3>
      <BodyText body={answer.body} label="The answer’s body" />
      <details>
        <summary>{answer.headers.length} headers</summary>
        <HeaderTable headers={answer.headers} caption="Headers of the answer" />
      </details>
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
        <p key={reason} class="notice notice-bad">
          <span>
            {rejections[reason].title}. <span class="mono muted">{reason}</span>
          </span>
        </p>
      ))}
      <p>
        <a class="button button-small" href={href}>
          <Inbox size={14} aria-hidden="true" /> Delivery #{delivery}
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

function Sent({ request }: Pick<TryView, 'request'>) {
  const headers: HeaderList = request.headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'x-signature' ? maskSignature(value) : value,
  ])
  return (
    <section aria-label="What was sent">
      <details>
        <summary>
          What was sent: {request.method}, {byteSize(request.body.bytes)}, {headers.length} headers
        </summary>
        <div class="stack">
          <HeaderTable headers={headers} caption="Headers that were sent" />
          <BodyText body={request.body} label="The body that was sent" />
        </div>
      </details>
    </section>
  )
}
