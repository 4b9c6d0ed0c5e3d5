import { CircleAlert, CircleCheck, CircleMinus, CircleX } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import type { VerdictLine } from './verdict-lines.ts'

const icons = { ok: CircleCheck, bad: CircleX, warn: CircleAlert, neutral: CircleMinus } as const
/** What is neutral says for itself what it is. */
const words = { ok: ', OK:', bad: ', Problem:', warn: ', Note:', neutral: ':' } as const

/** The sign of a tone; its colour says the same. */
export function VerdictMark({ tone }: Pick<VerdictLine, 'tone'>) {
  const Icon = icons[tone]
  return <Icon size={15} />
}

/** One line of the verdict panel: what it is about, how it stands, and what there is to say. */
export function VerdictRow({
  label,
  tone,
  children,
}: Pick<VerdictLine, 'label' | 'tone'> & { children: ComponentChildren }) {
  return (
    <li class={`verdict-line verdict-line-${tone}`}>
      <VerdictMark tone={tone} />
      <span class="verdict-label muted">
        {label}
        <span class="hidden-text">{words[tone]}</span>
      </span>
      <span class="verdict-text">{children}</span>
    </li>
  )
}
