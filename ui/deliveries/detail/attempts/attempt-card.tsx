import { ChevronDown, ChevronRight } from 'lucide-preact'
import type { AttemptSource, AttemptSummary } from '../../../../core/deliveries/attempt.ts'
import { attemptChangesText } from '../../../../core/deliveries/attempt-changes-words.ts'
import { laptopText } from '../../../../core/deliveries/laptop-words.ts'
import { reasonOf, throughProxy } from '../../../../core/http/outcome.ts'
import { byteSize } from '../../../../core/text/bytes.ts'
import { tookText } from '../../../../core/text/duration.ts'
import { capital, printable } from '../../../../core/text/text.ts'
import type { AttemptView } from '../../../../server/api/types.ts'
import { AnswerParts, answerSize } from '../../../app/answer-parts.tsx'
import { Why } from '../../../app/attempt-notices.tsx'
import { attemptTone, outcomeText } from '../../../app/attempt-words.ts'
import { loadAttempt } from '../../../app/attempts.ts'
import { Problem } from '../../../app/problem.tsx'
import { Badge } from '../../../kit/badge.tsx'
import { BodyText } from '../../../kit/body-text.tsx'
import { HeaderTable } from '../../../kit/header-table.tsx'
import { exactTime, now, relativeTime } from '../../../kit/time.ts'
import { useLoaded } from '../../../kit/use-loaded.ts'
import { revealed } from '../open-delivery.ts'

const sourceNames: Record<AttemptSource, string> = {
  forward: 'Forwarded',
  replay: 'Replayed',
  simulate: 'Simulated',
  check: 'Checked',
}

interface AttemptCardProps {
  attempt: AttemptSummary
  /** Its place among the attempts; null where it is the only one. */
  number: number | null
  /** Base64 of the body as received, to say whether the same went out. */
  deliveredBody: string
  open: boolean
  onToggle: () => void
  /** null when there is nothing to compare with. */
  picked: boolean | null
  onPick: () => void
}

/** One attempt: a line, and when open all that went over the wire. */
export function AttemptCard({ attempt, number, deliveredBody, open, onToggle, picked, onPick }: AttemptCardProps) {
  const aside = reasonOf(attempt)?.message ?? attempt.sloppy[0]
  return (
    <li class="attempt" id={`attempt-${attempt.id}`}>
      <div class="line attempt-line">
        {picked === null ? null : (
          <input type="checkbox" checked={picked} onChange={onPick} aria-label={`Compare attempt ${number}`} />
        )}
        <button type="button" class="line bare attempt-toggle fill" aria-expanded={open} onClick={onToggle}>
          {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
          {number === null ? null : <span class="muted">{number}</span>}
          <Badge tone={attemptTone(attempt)}>{outcomeText(attempt)}</Badge>
          <span class="attempt-ms">{attempt.ms === null ? '' : tookText(attempt.ms)}</span>
          {attempt.changes.length > 0 ? (
            <Badge tone="warn">{capital(attemptChangesText(attempt.changes))}</Badge>
          ) : null}
          {attempt.proxy === undefined ? null : <Badge tone="neutral">Proxy</Badge>}
          <span class="clip attempt-what">
            {attempt.laptop === undefined ? null : <span>{laptopText(attempt.laptop)} to </span>}
            <span class="mono">{attempt.target}</span>
            {attempt.former ? <span class="muted"> No longer a target.</span> : null}
            {aside === undefined || open ? null : <span class="attempt-reason"> {aside}</span>}
          </span>
          <span class="muted attempt-when" title={exactTime(attempt.startedAt)}>
            {sourceNames[attempt.source]} {relativeTime(attempt.startedAt, now.value)}
          </span>
        </button>
      </div>
      {open ? <AttemptBody attempt={attempt} deliveredBody={deliveredBody} /> : null}
    </li>
  )
}

function AttemptBody({ attempt, deliveredBody }: Pick<AttemptCardProps, 'attempt' | 'deliveredBody'>) {
  const { credentials } = revealed.value
  const { value, problem } = useLoaded(() => loadAttempt(attempt.id, credentials), [attempt.outcome, credentials])
  return (
    <div class="stack attempt-body">
      <Why ended={attempt} />
      {problem ? <Problem problem={problem} /> : null}
      {value ? <Exchange attempt={value} deliveredBody={deliveredBody} /> : null}
      {value || problem ? null : <p class="muted after-a-moment">Loading…</p>}
    </div>
  )
}

/** What went over the wire. */
function Exchange({ attempt, deliveredBody }: { attempt: AttemptView; deliveredBody: string }) {
  const { request, answer, timing } = attempt
  const sameBody = request.body.base64 === deliveredBody
  return (
    <>
      {timing ? <Timing timing={timing} proxy={attempt.proxy} /> : null}
      {answer ? (
        <section aria-label="Response">
          <h2>
            Response: {answer.status} <span class="muted">{answerSize(answer)}</span>
          </h2>
          <AnswerParts answer={answer} faults={attempt.sloppy} />
        </section>
      ) : null}
      <section aria-label="Request">
        <h2>
          Request: {request.method}{' '}
          {request.url === attempt.target ? null : <span class="mono attempt-url">{printable(request.url)} </span>}
          <span class="muted">
            {sameBody ? `the body as received, ${byteSize(request.body.bytes)}` : 'a changed body'}
          </span>
        </h2>
        {sameBody ? null : <BodyText body={request.body} label="Request body" />}
        <details>
          <summary>{request.headers.length} headers</summary>
          <HeaderTable headers={request.headers} caption="Request headers" />
        </details>
      </section>
    </>
  )
}

function Timing({ timing, proxy }: { timing: NonNullable<AttemptView['timing']>; proxy: string | undefined }) {
  const steps = [
    { name: 'connected after', ms: timing.connectMs },
    { name: 'first byte after', ms: timing.firstByteMs },
    { name: 'ended after', ms: timing.totalMs },
  ]
  return (
    <ul class="timing" aria-label="Timing">
      {steps.map(({ name, ms }) => (
        <li key={name} class={ms === null ? 'muted' : undefined}>
          {name} <strong>{ms === null ? '–' : tookText(ms)}</strong>
        </li>
      ))}
      {proxy === undefined ? null : <li>{throughProxy(proxy)}</li>}
    </ul>
  )
}
