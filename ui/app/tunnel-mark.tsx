import { CircleCheck, CircleDashed, CircleX, RefreshCw } from 'lucide-preact'
import type { TunnelWords } from '../../core/api/tunnel-words.ts'

const icons = { ok: CircleCheck, warn: RefreshCw, bad: CircleX, neutral: CircleDashed } as const

/** The tunnel's state as icon and words, coloured. */
export function TunnelMark({ words }: { words: TunnelWords }) {
  const Icon = icons[words.tone]
  return (
    <span class={`tunnel-mark tone-${words.tone}`}>
      <Icon size={14} />
      <span class="tunnel-label">{words.label}</span>
    </span>
  )
}
