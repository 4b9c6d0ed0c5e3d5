import { CircleAlert, CircleCheck, CircleMinus, CircleX } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import type { VerdictLine } from '../../models/verdict-lines.ts'

const icons = { ok: CircleCheck, bad: CircleX, warn: CircleAlert, neutral: CircleMinus } as const
const words = { ok: 'Good', bad: 'Wrong', warn: 'Look at this', neutral: 'Nothing to say' } as const

/** One line of the verdict panel: what it is about, how it stands, and what there is to say. */
export function VerdictRow({
  label,
  tone,
  children,
}: Pick<VerdictLine, 'label' | 'tone'> & { children: ComponentChildren }) {
  const Icon = icons[tone]
  return (
    <li class={`verdict-line verdict-line-${tone}`}>
      <Icon size={15} aria-hidden="true" />
      <span class="verdict-label">
        {label}
        <span class="hidden-text">, {words[tone]}:</span>
      </span>
      <span class="verdict-text">{children}</span>
    </li>
  )
}
