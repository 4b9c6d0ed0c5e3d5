import type { CheckRun } from '../../../core/check/check-run.ts'
import { scoreWords } from '../../../core/check/check-words.ts'
import { scoreRule } from '../../../core/check/finding.ts'
import { shownScore, type Tone } from '../words.ts'

const radius = 42
const round = 2 * Math.PI * radius

/** The score of a run as a ring that fills. */
export function Score({ run, tone, small }: { run: CheckRun; tone: Tone; small?: boolean }) {
  const score = shownScore(run)
  const text = score === null ? '–' : String(score)
  return (
    <span
      class={`score tone-${tone}${small ? ' score-small' : ''}`}
      role="img"
      aria-label={score === null ? 'No score' : scoreWords({ score, partial: run.partial })}
      title={scoreRule}
    >
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="score-track" cx="50" cy="50" r={radius} />
        {score ? (
          <circle
            class="score-fill"
            cx="50"
            cy="50"
            r={radius}
            stroke-dasharray={`${(round * score) / 100} ${round}`}
            transform="rotate(-90 50 50)"
          />
        ) : null}
      </svg>
      <span class="score-number" aria-hidden="true">
        {text}
      </span>
    </span>
  )
}
