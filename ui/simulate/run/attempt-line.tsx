import { ArrowRight, ChevronDown, ChevronRight } from 'lucide-preact'
import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import { isGood, reasonOf } from '../../../core/http/outcome.ts'
import { faultKinds } from '../../../core/simulate/faults.ts'
import type { SimulatedAttempt } from '../../../core/simulate/simulation.ts'
import { attemptEnd, resultOf } from '../../../core/simulate/stations.ts'
import { tookText } from '../../../core/text/duration.ts'
import { attemptTone, outcomeText } from '../../app/attempt-words.ts'
import { status } from '../../app/listener.ts'
import { Badge } from '../../kit/badge.tsx'
import { exactTime } from '../../kit/time.ts'
import { instantText } from '../words.ts'
import { SimulatedAttemptBody } from './attempt-body.tsx'
import { appText, awaitsApp, hookText } from './stations.ts'

const verdictTones = { verified: 'ok', unchecked: 'neutral', rejected: 'bad' } as const

/** What each station said, in their order. */
function Stations({ one }: { one: SimulatedAttempt }) {
  const { arrival, apps } = one
  if (arrival === null) return <Badge tone={attemptTone(one)}>{outcomeText(one)}</Badge>
  const isBad = !isGood(one) && !(arrival.answeredBy === 'app' && apps.length > 0)
  return (
    <span class="stations">
      <Badge tone={isBad ? 'bad' : verdictTones[arrival.verdict]}>{hookText(one, arrival)}</Badge>
      {apps.map(app => (
        <Fragment key={app.id}>
          <ArrowRight size={13} role="img" aria-label="then" />
          <Badge tone={attemptTone(app)}>{appText(app, apps.length)}</Badge>
        </Fragment>
      ))}
      {awaitsApp(one) ? (
        <>
          <ArrowRight size={13} role="img" aria-label="then" />
          <Badge>{status.value?.forward?.paused ? 'App: forwarding is paused' : 'App: no answer yet'}</Badge>
        </>
      ) : null}
    </span>
  )
}

/** One attempt: a line, and when open what the app answered and what was sent. */
export function SimulatedAttemptLine({ one, first }: { one: SimulatedAttempt; first: boolean }) {
  const [open, setOpen] = useState(first)
  const { ms } = resultOf(one)
  const said = attemptEnd(one) === 'failed' ? reasonOf(resultOf(one)) : null
  return (
    <li class="try">
      <button type="button" class="bare opening-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        <span class="simulated-number">Attempt {one.number}</span>
        <span class="muted simulated-instant">{instantText(one.instantMs)}</span>
        <Stations one={one} />
        <span class="simulated-ms">{ms === null ? '' : tookText(ms)}</span>
        {one.weather.map(kind => (
          <Badge key={kind} tone="warn">
            {faultKinds.find(entry => entry.kind === kind)?.label ?? kind}
          </Badge>
        ))}
        {said ? <span class="clip simulated-said">{said.message}</span> : null}
        <time class="muted simulated-when" dateTime={one.startedAt}>
          {exactTime(one.startedAt)}
        </time>
      </button>
      {open ? <SimulatedAttemptBody one={one} /> : null}
    </li>
  )
}
