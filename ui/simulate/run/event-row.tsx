import { ChevronDown, ChevronRight, FastForward, Inbox, X } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { formatRoute, route, setParams } from '../../app/route.ts'
import { hostOf } from '../../app/targets.ts'
import { Badge, FamilyDot } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { dueText, stateTones } from '../words.ts'
import { SimulatedAttemptLine } from './attempt-line.tsx'
import type { Axis } from './axis.ts'
import { familyOf } from './family.ts'
import { cancel, hurry } from './runs.ts'
import { stateText } from './stations.ts'
import { Track } from './track.tsx'

interface EventRowProps {
  event: SimulatedEvent
  axis: Axis
  /** The present, milliseconds since 1970. */
  from: number
  /** Opens by itself: there is no other. */
  first: boolean
}

/** One event on its way to one recipient: a line with its track, and when open each attempt. */
export function EventRow({ event, axis, from, first }: EventRowProps) {
  const named = route.value.params['event'] === String(event.id)
  const [open, setOpen] = useState(first || named)
  const hook = status.value?.hooks.find(({ id }) => id === event.hook)
  const tries = event.tries.length
  return (
    <li class={`sent-event${open ? ' sent-event-open' : ''}`}>
      <button
        type="button"
        class="bare event-line"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open)
          setParams({ event: open ? null : String(event.id) })
        }}
      >
        <span class="line event-name">
          {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
          <FamilyDot family={familyOf(event)} />
          <span class="sent-words words">
            <span class="clip">{event.summary || event.eventType || 'not an event'}</span>
            <span class="clip muted">to {hook?.label ?? hostOf(event.target)}</span>
          </span>
        </span>
        <Track event={event} axis={axis} />
        <span class="event-end">
          <Badge tone={stateTones[event.state]}>{stateText(event)}</Badge>
          <span class="muted event-due">
            {event.next && event.state === 'waiting'
              ? dueText(event.next, from)
              : tries === 1
                ? '1 attempt'
                : `${tries} attempts`}
          </span>
        </span>
      </button>
      {open ? (
        <div class="stack-close event-body">
          <div class="row sent-tools">
            <span class="muted mono clip">{event.target}</span>
            <span class="grow" />
            {event.hook !== null && event.eventId !== null ? (
              <a class="button button-small" href={deliveriesOf(event.eventId)}>
                <Inbox size={14} /> Its deliveries
              </a>
            ) : null}
            {event.state === 'waiting' ? (
              <>
                <Button
                  small
                  refused={whyNot('POST /api/simulations/pending/hurry')}
                  icon={<FastForward size={14} />}
                  onClick={() => hurry([event.id])}
                >
                  Send now
                </Button>
                <Button
                  small
                  variant="danger"
                  refused={whyNot('POST /api/simulations/pending/cancel')}
                  icon={<X size={14} />}
                  onClick={() => cancel([event.id])}
                >
                  Cancel
                </Button>
              </>
            ) : null}
          </div>
          {tries === 0 ? (
            <p class="muted">No attempt yet.</p>
          ) : (
            <ol class="card tries">
              {event.tries.map(one => (
                <SimulatedAttemptLine key={one.id} one={one} first={tries === 1} />
              ))}
            </ol>
          )}
        </div>
      ) : null}
    </li>
  )
}

/** The list of deliveries, searched for the event. */
function deliveriesOf(eventId: string): string {
  return formatRoute({ view: 'deliveries', delivery: null, item: null, params: { q: `event:${eventId}`, group: '0' } })
}
