import { CircleCheck, CircleDashed, CircleHelp, CircleMinus, CircleX, Info, TriangleAlert } from 'lucide-preact'
import type { FindingOutcome } from '../../../core/check/finding.ts'
import { outcomeNames } from '../words.ts'

const icons = {
  pass: CircleCheck,
  warn: TriangleAlert,
  fail: CircleX,
  told: Info,
  skipped: CircleMinus,
  unknown: CircleHelp,
} as const satisfies Record<FindingOutcome, unknown>

/** Sign and word of an outcome; the word for screen readers and on hover. */
export function OutcomeMark({ outcome, size = 16 }: { outcome: FindingOutcome; size?: number }) {
  const Icon = icons[outcome]
  return (
    <span class={`outcome outcome-${outcome}`} title={outcomeNames[outcome]}>
      <Icon size={size} aria-hidden="true" />
      <span class="hidden-text">{outcomeNames[outcome]}: </span>
    </span>
  )
}

/** A question that has no answer yet. */
export function WaitingMark({ current }: { current: boolean }) {
  return (
    <span class="outcome outcome-waiting">
      {current ? <span class="spinner" aria-hidden="true" /> : <CircleDashed size={16} aria-hidden="true" />}
      <span class="hidden-text">{current ? 'Running: ' : 'Not run yet: '}</span>
    </span>
  )
}
