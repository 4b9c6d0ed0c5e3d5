/** What is wrong with an attempt, in sentences of their own. */
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { reasonOf } from '../../core/http/outcome.ts'

/** Why there is no answer, or no 2xx, and what to try. */
export function Why({ ended }: { ended: Parameters<typeof reasonOf>[0] & Pick<AttemptSummary, 'error'> }) {
  const reason = reasonOf(ended)
  // The app's own words stand in its answer.
  if (reason === null || reason.hint === null) return null
  return (
    <div class="notice tone-bad">
      <div>
        <p>
          {reason.message} {ended.error ? <span class="mono muted">{ended.error.code}</span> : null}
        </p>
        <p class="muted">{reason.hint}</p>
      </div>
    </div>
  )
}

/** An answer that could be read all the same. */
export function Sloppy({ faults }: { faults: readonly string[] }) {
  if (faults.length === 0) return null
  return (
    <div class="notice tone-warn" role="note" aria-label="Sloppy HTTP">
      <div>
        {faults.map(fault => (
          <p key={fault}>{fault}</p>
        ))}
        <p class="muted">hookscope, curl and browsers read it. A stricter client or proxy may not.</p>
      </div>
    </div>
  )
}
