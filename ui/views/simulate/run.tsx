import './events.css'
import './run.css'
import { ArrowLeft, FastForward, PencilLine, RotateCw, X } from 'lucide-preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { SimulatedEvent } from '../../../core/simulation.ts'
import { AlertIcon, Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { hrefOf, route, setParams } from '../../models/route.ts'
import { again, editAgain } from '../../models/simulate-again.ts'
import { type AxisKind, scheduleAxis, timeAxis, usualAxis } from '../../models/simulate-axis.ts'
import {
  cancelSimulation,
  followSimulation,
  hurry,
  loadMoreEvents,
  type OpenSimulation,
  opened,
  openProblem,
  simulationHref,
} from '../../models/simulate-runs.ts'
import { anyUnasked } from '../../models/simulate-stations.ts'
import { askedText, progressText } from '../../models/simulate-words.ts'
import { countText, exactTime, now, relativeTime } from '../../models/time.ts'
import { Problem } from '../detail/problem.tsx'
import { EventRow } from './event-row.tsx'
import { LoadChart } from './load-chart.tsx'
import { Progress } from './progress.tsx'
import { waitingEvents } from './simulate-keys.ts'
import { AxisHead } from './track.tsx'
import { useSeconds } from './use-seconds.ts'

/** One simulation: how far it has come, and every try on a time axis. */
export function Run({ id }: { id: number }) {
  useEffect(() => followSimulation(id), [id])
  const open = opened.value
  if (openProblem.value && open?.simulation.id !== id) {
    return (
      <div class="simulate-empty">
        <Problem problem={openProblem.value} />
        <p>
          <a href={simulationHref(null)}>Show all simulations</a>
        </p>
      </div>
    )
  }
  if (open?.simulation.id !== id) return <p class="muted after-a-moment simulate-wait">Loading…</p>
  return (
    <div class="run">
      <RunHead open={open} />
      <Events open={open} />
    </div>
  )
}

function RunHead({ open: { simulation, events } }: { open: OpenSimulation }) {
  const [sending, setSending] = useState(false)
  const running = simulation.state === 'running'
  const said = askedText(simulation.asked)
  return (
    <header class="run-head">
      <a class="run-back" href={simulationHref(null)}>
        <ArrowLeft size={14} aria-hidden="true" /> All simulations
      </a>
      <div class="run-title">
        <h2>
          <span class="mono muted">#{simulation.id}</span> {simulation.title}
        </h2>
        {running ? <Badge tone="accent">Running</Badge> : <Badge>Done</Badge>}
      </div>
      <p class="muted run-said">
        {said}
        {said === '' ? '' : ' · '}
        <time dateTime={simulation.startedAt} title={exactTime(simulation.startedAt)}>
          {relativeTime(simulation.startedAt, now.value)}
        </time>
      </p>
      <div class="run-far">
        <Progress simulation={simulation} />
        <span role="status">{progressText(simulation)}</span>
      </div>
      {anyUnasked(events.values()) ? (
        <p class="notice">
          <span>
            No app was asked: hookscope forwards to none, so its own answers are the result.{' '}
            <a href={hrefOf({ view: 'settings' })}>Set a target</a>
          </span>
        </p>
      ) : null}
      {simulation.unsubscribed.length > 0 ? (
        <p class="notice notice-warn">
          <AlertIcon />
          <span>No hook is subscribed to {simulation.unsubscribed.join(', ')}: nothing of it was sent.</span>
        </p>
      ) : null}
      <div class="run-actions" role="toolbar" aria-label="This simulation">
        {running ? (
          <>
            <Button
              small
              icon={<FastForward size={14} aria-hidden="true" />}
              aria-keyshortcuts="h"
              title="Try now what waits (h)"
              onClick={() => hurry(waitingEvents())}
            >
              Try now
            </Button>
            <Button
              small
              variant="danger"
              icon={<X size={14} aria-hidden="true" />}
              aria-keyshortcuts="x"
              title="Cancel what waits (x)"
              onClick={() => cancelSimulation(simulation.id)}
            >
              Cancel
            </Button>
          </>
        ) : null}
        <Button
          small
          icon={<RotateCw size={14} aria-hidden="true" />}
          pending={sending}
          onClick={async () => {
            setSending(true)
            await again(simulation)
            setSending(false)
          }}
        >
          Send again
        </Button>
        <Button small icon={<PencilLine size={14} aria-hidden="true" />} onClick={() => editAgain(simulation)}>
          Change and send
        </Button>
      </div>
    </header>
  )
}

/** The axis that the URL names; null where it leaves the choice. */
function chosenAxis(): AxisKind | null {
  const named = route.value.params['axis']
  return named === 'schedule' || named === 'time' ? named : null
}

/** Rows that are drawn before one asks for more. */
const rowsAtOnce = 100

function Events({ open: { simulation, events: byId } }: { open: OpenSimulation }) {
  const events = useMemo(() => [...byId.values()], [byId])
  const [limit, setLimit] = useState(rowsAtOnce)
  const busy = events.some(({ state }) => state === 'sending')
  const waits = events.some(({ state }) => state === 'waiting')
  const from = useSeconds(busy || waits, busy ? 250 : 500)
  const kind = chosenAxis() ?? usualAxis(events)
  const axis = kind === 'schedule' ? scheduleAxis(events) : timeAxis(events, from)
  const rows = events.slice(0, limit)
  if (events.length === 0) {
    return (
      <p class="muted simulate-wait">
        {simulation.state === 'running' ? 'Nothing has gone out yet.' : 'Nothing was sent.'}
      </p>
    )
  }
  return (
    <section class="events" aria-label="Events">
      <div class="section-line">
        <h2>Tries</h2>
        <span class="grow" />
        <fieldset class="segments">
          <legend class="hidden-text">Time axis</legend>
          {(['schedule', 'time'] as const).map(one => (
            <label key={one}>
              <input type="radio" name="axis" checked={kind === one} onChange={() => setParams({ axis: one })} />
              <span>{one === 'schedule' ? 'Gateway’s schedule' : 'Real time'}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {kind === 'time' && tries(events) > 1 ? <LoadChart axis={axis} events={events} /> : null}
      <AxisHead axis={axis} />
      <ol class="event-rows">
        {rows.map(event => (
          <EventRow key={event.id} event={event} axis={axis} from={from} first={events.length === 1} />
        ))}
      </ol>
      {limit < events.length || events.length < simulation.events ? (
        <Button
          small
          onClick={() => {
            setLimit(limit + 4 * rowsAtOnce)
            if (limit + 4 * rowsAtOnce >= events.length) void loadMoreEvents()
          }}
        >
          Show more of {countText(Math.max(simulation.events, events.length))}
        </Button>
      ) : null}
    </section>
  )
}

const tries = (events: readonly SimulatedEvent[]) => events.reduce((sum, event) => sum + event.tries.length, 0)
