import { useMemo } from 'preact/hooks'
import { gatewayLimits } from '../../../core/simulate/schedule.ts'
import type { SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { type Axis, loadOver } from './axis.ts'

const width = 1000
const height = 40

/** How many connections were open over time, below the line that the gateway never crosses. */
export function LoadChart({ axis, events }: { axis: Axis; events: readonly SimulatedEvent[] }) {
  const { steps, most } = useMemo(() => loadOver(axis, events), [axis, events])
  const top = Math.max(most, 4) * 1.15
  const y = (open: number) => (height - (open / top) * height).toFixed(1)
  const outline = steps.map(({ at, open }, place) => {
    const before = steps[place - 1]?.open ?? 0
    const x = (at * width).toFixed(1)
    return `L${x},${y(before)} L${x},${y(open)}`
  })
  return (
    <div class="load">
      <span class="axis-name">
        Connections
        <span class="muted">
          at most {most} at once{most >= gatewayLimits.connections ? ', the gateway’s limit' : ''}
        </span>
      </span>
      <svg class="load-chart" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={`M0,${height} ${outline.join(' ')} L${width},${height} Z`} />
      </svg>
      <span class="axis-end" />
    </div>
  )
}
