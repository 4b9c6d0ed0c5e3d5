import { CircleCheck, CircleDashed, CircleHelp, CircleMinus, CircleX, Info, TriangleAlert } from 'lucide-preact'
import type { ProbeStanding } from '../../../core/check/not-examined.ts'
import { standingName, type Tone } from '../words.ts'

const icons = {
  pass: CircleCheck,
  warn: TriangleAlert,
  fail: CircleX,
  told: Info,
  skipped: CircleMinus,
  open: CircleMinus,
  unknown: CircleHelp,
} as const satisfies Record<ProbeStanding, unknown>
const tones: Partial<Record<ProbeStanding, Tone>> = { pass: 'ok', warn: 'warn', unknown: 'warn', fail: 'bad' }

/** Sign and word of how a finding is counted; the word for screen readers and on hover. */
export function OutcomeMark({ standing, size = 16 }: { standing: ProbeStanding; size?: number }) {
  const Icon = icons[standing]
  const name = standingName(standing)
  return (
    <span class={`outcome tone-${tones[standing] ?? 'neutral'}`} title={name}>
      <Icon size={size} />
      <span class="hidden-text">{name}: </span>
    </span>
  )
}

/** A question that has no answer yet. */
export function WaitingMark({ current }: { current: boolean }) {
  return (
    <span class="outcome outcome-waiting">
      {current ? <span class="spinner" aria-hidden="true" /> : <CircleDashed size={16} />}
      <span class="hidden-text">{current ? 'Running: ' : 'Not run yet: '}</span>
    </span>
  )
}
