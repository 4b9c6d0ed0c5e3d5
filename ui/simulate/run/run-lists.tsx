import { FastForward, X } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { SimulatedEvent, Simulation } from '../../../core/simulate/simulation.ts'
import { whyNot } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { hostOf } from '../../app/targets.ts'
import { Badge, FamilyDot } from '../../kit/badge.tsx'
import { Button, IconButton } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { exactTime, now, relativeTime } from '../../kit/time.ts'
import { dueText, eventCountText, instantText, progressText } from '../words.ts'
import { familyOf } from './family.ts'
import { RunProgress } from './progress.tsx'
import { cancel, hurry, runsProblem, simulationHref, simulations, waitingNow } from './runs.ts'
import { useSeconds } from './use-seconds.ts'

/** What waits for an attempt, and all simulations so far. */
export function RunLists() {
  const past = simulations.value
  if (runsProblem.value && past === null) return <Problem problem={runsProblem.value} />
  if (past === null) return <p class="muted after-a-moment simulate-wait">Loading…</p>
  if (past.length === 0) return <NothingYet />
  return (
    <div class="run-lists">
      <Pending events={waitingNow.value ?? []} />
      <section aria-labelledby="past-title">
        <h2 id="past-title">Simulations</h2>
        <ul class="card past">
          {past.map(simulation => (
            <Past key={simulation.id} simulation={simulation} />
          ))}
        </ul>
      </section>
    </div>
  )
}

function NothingYet() {
  return (
    <div class="workbench-empty">
      <h2>Simulate the gateway</h2>
      <p class="muted">
        Events are sent as the gateway sends them: signed with the hook’s key, on at most 20 connections, with a 45 s
        timeout, and retried until your app answers 2xx. No account is touched.
      </p>
      <ol class="hints">
        <li>
          <strong>Choose</strong> an event or a whole scenario, and change its fields.
        </li>
        <li>
          <strong>Add faults</strong>: duplicates, disorder, a wrong signature, a slow network.
        </li>
        <li>
          <strong>Send</strong>, and watch every attempt on the gateway’s schedule, three days in minutes.
        </li>
      </ol>
    </div>
  )
}

function Past({ simulation }: { simulation: Simulation }) {
  return (
    <li>
      <a class="past-line" href={simulationHref(simulation.id)}>
        <span class="mono muted past-id">#{simulation.id}</span>
        <span class="past-what words">
          <span class="clip">{simulation.title}</span>
          <span class="muted">{progressText(simulation)}</span>
        </span>
        <RunProgress simulation={simulation} />
        {simulation.state === 'running' ? (
          <Badge tone="accent">Running</Badge>
        ) : (
          <span class="past-done muted">Done</span>
        )}
        <time class="muted past-when" dateTime={simulation.startedAt} title={exactTime(simulation.startedAt)}>
          {relativeTime(simulation.startedAt, now.value)}
        </time>
      </a>
    </li>
  )
}

/** Rows of what waits that are drawn before one asks for more. */
const pendingAtOnce = 6

/** Every event that waits for an attempt, whatever simulation it belongs to. */
function Pending({ events }: { events: readonly SimulatedEvent[] }) {
  const [all, setAll] = useState(false)
  const from = useSeconds(events.length > 0)
  if (events.length === 0) return null
  const shown = all ? events.slice(0, 200) : events.slice(0, pendingAtOnce)
  return (
    <section aria-labelledby="pending-title" class="pending">
      <div class="row">
        <h2 id="pending-title">Queued</h2>
        <span class="muted">{countText(events.length)}</span>
        <span class="grow" />
        <Button
          small
          refused={whyNot('POST /api/simulations/pending/hurry')}
          icon={<FastForward size={14} />}
          onClick={() => hurry('all')}
        >
          Send all now
        </Button>
        <Button
          small
          variant="danger"
          refused={whyNot('POST /api/simulations/pending/cancel')}
          onClick={() => cancel('all')}
        >
          Cancel all
        </Button>
      </div>
      <ul>
        {shown.map(event => (
          <li key={event.id} class="line pending-line">
            <FamilyDot family={familyOf(event)} />
            <a class="clip" href={simulationHref(event.simulation)}>
              {event.summary || event.eventType || 'an event'}
            </a>
            <span class="muted clip pending-target">{hostOf(event.target)}</span>
            <span class="muted pending-due">
              {event.next ? (
                <>
                  attempt {event.next.number}, {instantText(event.next.instantMs)}:{' '}
                  <strong>{dueText(event.next, from)}</strong>
                </>
              ) : null}
            </span>
            <IconButton
              small
              label="Send now"
              refused={whyNot('POST /api/simulations/pending/hurry')}
              icon={<FastForward size={14} />}
              onClick={() => hurry([event.id])}
            />
            <IconButton
              small
              label="Cancel"
              refused={whyNot('POST /api/simulations/pending/cancel')}
              icon={<X size={14} />}
              onClick={() => cancel([event.id])}
            />
          </li>
        ))}
      </ul>
      {events.length > shown.length && !all ? (
        <Button small variant="ghost" onClick={() => setAll(true)}>
          Show more of {eventCountText(events.length)}
        </Button>
      ) : null}
    </section>
  )
}
