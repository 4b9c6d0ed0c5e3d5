import './try-line.css'
import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { HeaderList } from '../../../core/headers.ts'
import type { SimulatedTry, TryView } from '../../../core/simulation.ts'
import { weathers } from '../../../core/weather.ts'
import { Badge } from '../../components/badge.tsx'
import { attemptTone, outcomeText } from '../../models/attempt-words.ts'
import { loadTry } from '../../models/simulate-runs.ts'
import { instantText } from '../../models/simulate-words.ts'
import { byteSize, duration, exactTime } from '../../models/time.ts'
import { BodyText } from '../detail/attempt-card.tsx'
import { HeaderTable, maskSignature } from '../detail/headers-tab.tsx'
import { Problem } from '../detail/problem.tsx'
import { useLoaded } from '../detail/use-loaded.ts'

/** One try: a line, and when open what the app answered and what was sent. */
export function TryLine({ one, first }: { one: SimulatedTry; first: boolean }) {
  const [open, setOpen] = useState(first)
  return (
    <li class="try">
      <button type="button" class="opening-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
        <span class="try-number">Try {one.number}</span>
        <span class="muted try-instant">{instantText(one.instantMs)}</span>
        <Badge tone={attemptTone(one)}>{outcomeText(one)}</Badge>
        <span class="try-ms">{one.ms === null ? '' : duration(one.ms)}</span>
        {one.weather.map(kind => (
          <Badge key={kind} tone="warn">
            {weathers.find(entry => entry.kind === kind)?.label ?? kind}
          </Badge>
        ))}
        <time class="muted try-when" dateTime={one.startedAt}>
          {exactTime(one.startedAt)}
        </time>
      </button>
      {open ? <TryBody one={one} /> : null}
    </li>
  )
}

function TryBody({ one }: { one: SimulatedTry }) {
  const { value, problem } = useLoaded(() => loadTry(one.id), [one.id, one.outcome])
  return (
    <div class="try-body">
      {one.error ? (
        <div class="notice notice-bad">
          <div>
            <p>
              {one.error.message} <span class="mono muted">{one.error.code}</span>
            </p>
            <p class="muted">{one.error.hint}</p>
          </div>
        </div>
      ) : null}
      {problem ? <Problem problem={problem} /> : null}
      {value ? <Bytes view={value} /> : problem ? null : <p class="muted after-a-moment">Loading…</p>}
    </div>
  )
}

function Bytes({ view: { request, answer } }: { view: TryView }) {
  const headers: HeaderList = request.headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'x-signature' ? maskSignature(value) : value,
  ])
  return (
    <>
      {answer ? (
        <section aria-label="What the app answered">
          <h3>
            The app answered {answer.status}{' '}
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
      ) : null}
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
    </>
  )
}
