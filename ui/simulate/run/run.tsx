import { ArrowLeft, FastForward, PencilLine, RotateCw, X } from 'lucide-preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { whyNot } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { linkTo, route, setParams } from '../../app/route.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { Segments } from '../../kit/segments.tsx'
import { exactTime, now, relativeTime } from '../../kit/time.ts'
import { Warning } from '../../kit/warning.tsx'
import { waitingEvents } from '../simulate-keys.ts'
import { askedText, progressText } from '../words.ts'
import { again, editAgain } from './again.ts'
import { type AxisKind, scheduleAxis, timeAxis, usualAxis } from './axis.ts'
import { EventRow } from './event-row.tsx'
import { LoadChart } from './load-chart.tsx'
import { RunProgress } from './progress.tsx'
import {
  cancelSimulation,
  followSimulation,
  hurry,
  loadMoreEvents,
  type OpenSimulation,
  opened,
  openProblem,
  simulationHref,
} from './runs.ts'
import { anyUnasked } from './stations.ts'
import { AxisHead } from './track.tsx'
import { useSeconds } from './use-seconds.ts'

/** One simulation: how far it has come, and every attempt on a time axis. */
export function RunView({ id }: { id: number }) {
  useEffect(() => followSimulation(id), [id])
  const open = opened.value
  if (openProblem.value && open?.simulation.id !== id) {
    return (
      <div class="workbench-empty">
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
    <header class="stack-close run-head">
      <a class="run-back" href={simulationHref(null)}>
        <ArrowLeft size={14} /> All simulations
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
        <RunProgress simulation={simulation} />
        <span role="status">{progressText(simulation)}</span>
      </div>
      {anyUnasked(events.values()) ? (
        <p class="notice">
          <span>
            Your app was not called: no target is set, so these are hookscope’s own answers.{' '}
            <a href={linkTo({ view: 'settings' })}>Set a target</a>
          </span>
        </p>
      ) : null}
      {simulation.unsubscribed.length > 0 ? (
        <Warning>No hook is subscribed to {simulation.unsubscribed.join(', ')}, so it was not sent.</Warning>
      ) : null}
      <div class="run-actions" role="toolbar" aria-label="This simulation">
        {running ? (
          <>
            <Button
              small
              icon={<FastForward size={14} />}
              aria-keyshortcuts="h"
              title="Send queued events now (h)"
              refused={whyNot('POST /api/simulations/pending/hurry')}
              onClick={() => hurry(waitingEvents())}
            >
              Send now
            </Button>
            <Button
              small
              variant="danger"
              icon={<X size={14} />}
              aria-keyshortcuts="x"
              title="Cancel queued events (x)"
              refused={whyNot('DELETE /api/simulations/:id')}
              onClick={() => cancelSimulation(simulation.id)}
            >
              Cancel
            </Button>
          </>
        ) : null}
        <Button
          small
          icon={<RotateCw size={14} />}
          pending={sending}
          refused={whyNot('POST /api/simulations')}
          onClick={async () => {
            setSending(true)
            await again(simulation)
            setSending(false)
          }}
        >
          Send again
        </Button>
        <Button small icon={<PencilLine size={14} />} onClick={() => editAgain(simulation)}>
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
        {simulation.state === 'running' ? 'Nothing has been sent yet.' : 'Nothing was sent.'}
      </p>
    )
  }
  return (
    <section class="events" aria-label="Events">
      <div class="row">
        <h2>Attempts</h2>
        <span class="grow" />
        <Segments
          label="Time axis"
          choices={{ schedule: 'Gateway’s schedule', time: 'Real time' }}
          value={kind}
          onChange={one => setParams({ axis: one })}
        />
      </div>
      {kind === 'time' && tries(events) > 1 ? <LoadChart axis={axis} events={events} /> : null}
      <AxisHead axis={axis} />
      <ol class="card event-rows">
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
