import type { Simulation } from '../../../core/simulate/simulation.ts'
import { progressText } from '../words.ts'

/** How much of a simulation was delivered, failed and cancelled, as a bar; the words beside it say the same. */
export function RunProgress({ simulation }: { simulation: Simulation }) {
  const whole = Math.max(1, simulation.events)
  return (
    <span class="run-progress" role="img" aria-label={progressText(simulation)}>
      {(['delivered', 'failed', 'cancelled'] as const).map(part => (
        <span key={part} class={`run-part run-${part}`} style={{ '--share': simulation[part] / whole }} />
      ))}
    </span>
  )
}
