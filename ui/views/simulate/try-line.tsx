import './try-line.css'
import { ArrowRight, ChevronDown, ChevronRight } from 'lucide-preact'
import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import { isGood, reasonOf } from '../../../core/outcome.ts'
import type { SimulatedTry } from '../../../core/simulation.ts'
import { resultOf, tryEnd } from '../../../core/stations.ts'
import { weathers } from '../../../core/weather.ts'
import { Badge } from '../../components/badge.tsx'
import { attemptTone, outcomeText } from '../../models/attempt-words.ts'
import { status } from '../../models/session.ts'
import { appText, awaitsApp, hookText } from '../../models/simulate-stations.ts'
import { instantText } from '../../models/simulate-words.ts'
import { duration, exactTime } from '../../models/time.ts'
import { TryBody } from './try-body.tsx'

const verdictTones = { verified: 'ok', unchecked: 'neutral', rejected: 'bad' } as const

/** What each station said, in their order. */
function Stations({ one }: { one: SimulatedTry }) {
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
          <Badge>{status.value?.forward?.paused ? 'App: forwarding is paused' : 'App: awaited'}</Badge>
        </>
      ) : null}
    </span>
  )
}

/** One try: a line, and when open what the app answered and what was sent. */
export function TryLine({ one, first }: { one: SimulatedTry; first: boolean }) {
  const [open, setOpen] = useState(first)
  const { ms } = resultOf(one)
  const said = tryEnd(one) === 'failed' ? reasonOf(resultOf(one)) : null
  return (
    <li class="try">
      <button type="button" class="opening-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
        <span class="try-number">Try {one.number}</span>
        <span class="muted try-instant">{instantText(one.instantMs)}</span>
        <Stations one={one} />
        <span class="try-ms">{ms === null ? '' : duration(ms)}</span>
        {one.weather.map(kind => (
          <Badge key={kind} tone="warn">
            {weathers.find(entry => entry.kind === kind)?.label ?? kind}
          </Badge>
        ))}
        {said ? <span class="clip try-said">{said.message}</span> : null}
        <time class="muted try-when" dateTime={one.startedAt}>
          {exactTime(one.startedAt)}
        </time>
      </button>
      {open ? <TryBody one={one} /> : null}
    </li>
  )
}
