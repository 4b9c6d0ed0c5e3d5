import type { SimulatedEvent } from '../../../core/simulate/simulation.ts'
import type { Axis } from './axis.ts'

/** The axis itself, above the tracks of all events. */
export function AxisHead({ axis }: { axis: Axis }) {
  return (
    <div class="axis-head note" aria-hidden="true">
      <span class="axis-name">Event</span>
      <span class="axis">
        {axis.ticks.map(({ at, label }) => (
          <span key={label} class="tick" style={{ '--at': at }}>
            {label}
          </span>
        ))}
      </span>
      <span class="axis-end" />
    </div>
  )
}

/** An event's attempts on the axis. What it shows is said in words beside it, and in the list that opens. */
export function Track({ event, axis }: { event: SimulatedEvent; axis: Axis }) {
  return (
    <span class={`track track-${axis.kind}`} aria-hidden="true">
      {axis.ticks.map(({ at, label }) => (
        <span key={label} class="track-line" style={{ '--at': at }} />
      ))}
      {axis.marks(event).map(({ id, kind, at, width, lane }) => (
        <span
          key={id}
          class={`simulated-mark simulated-mark-${kind}`}
          style={{ '--at': at, '--width': width, '--lane': lane }}
        />
      ))}
    </span>
  )
}
