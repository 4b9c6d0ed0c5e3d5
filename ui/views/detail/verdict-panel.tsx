import { CircleAlert, CircleCheck, CircleMinus, CircleX } from 'lucide-preact'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { hrefOf } from '../../models/route.ts'
import { type VerdictLine, verdictLines } from '../../models/verdict-lines.ts'

const icons = { ok: CircleCheck, bad: CircleX, warn: CircleAlert, neutral: CircleMinus } as const
const words = { ok: 'Good', bad: 'Wrong', warn: 'Look at this', neutral: 'Nothing to say' } as const

/** One line for each thing that was checked; what is wrong comes with its fix. */
export function VerdictPanel({ view }: { view: DeliveryView }) {
  return (
    <section class="verdict-panel" aria-label="Verdict">
      <ul>
        {verdictLines(view).map(line => (
          <Line key={`${line.label}${line.text}`} line={line} />
        ))}
      </ul>
    </section>
  )
}

function Line({ line }: { line: VerdictLine }) {
  const Icon = icons[line.tone]
  return (
    <li class={`verdict-line verdict-line-${line.tone}`}>
      <Icon size={15} aria-hidden="true" />
      <span class="verdict-label">
        {line.label}
        <span class="hidden-text">, {words[line.tone]}:</span>
      </span>
      <span class="verdict-text">
        {line.text}
        {line.about === null ? null : (
          <>
            {' '}
            <a href={hrefOf({ delivery: line.about })}>First: #{line.about}</a>
          </>
        )}
        {line.fix ? <span class="verdict-fix">{line.fix}</span> : null}
      </span>
    </li>
  )
}
