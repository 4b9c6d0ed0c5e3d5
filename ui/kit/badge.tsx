import { CircleAlert, CircleHelp, FileX, PenOff, ShieldCheck, ShieldX, UserX } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { checkOf, type Rejection, rejections, type VerdictKind } from '../../core/deliveries/delivery.ts'
import { type Family, familyLabels } from '../../core/events/catalogue.ts'
import { verdictLabels } from '../../core/search/shown-words.ts'

/** A small label. Its text alone must say what it means; the tone only helps. */
export function Badge({
  tone = 'neutral',
  title,
  children,
}: {
  tone?: 'neutral' | 'ok' | 'bad' | 'warn' | 'accent'
  title?: string
  children: ComponentChildren
}) {
  return (
    <span class={`badge tone-${tone}`} title={title}>
      {children}
    </span>
  )
}

const verdictIcons = { verified: ShieldCheck, unchecked: CircleHelp, rejected: ShieldX } as const
const verdictTones = { verified: 'ok', unchecked: 'neutral', rejected: 'bad' } as const

/** Marks of the checks that failed, each told from the other by its shape. */
const failures = [
  { check: 'signature', Icon: PenOff },
  { check: 'credentials', Icon: UserX },
  { check: 'body', Icon: FileX },
] as const

/** Icon and word of a verdict, of a rejection those of what failed; `iconOnly` keeps the word for screen readers and on hover. */
export function VerdictMark({
  verdict,
  reasons = [],
  iconOnly,
}: {
  verdict: VerdictKind
  reasons?: readonly Rejection[]
  iconOnly?: boolean
}) {
  const why = reasons.map(reason => rejections[reason].title).join('; ')
  const failed = failures.filter(({ check }) => reasons.some(reason => checkOf(reason) === check))
  const icons = failed.length > 0 ? failed.map(({ Icon }) => Icon) : [verdictIcons[verdict]]
  const words = [verdictLabels[verdict], failed.map(({ check }) => check).join(' and ')].filter(Boolean).join(': ')
  return (
    <span
      class={`verdict-mark tone-${verdictTones[verdict]}`}
      title={why ? `${verdictLabels[verdict]}: ${why}` : verdictLabels[verdict]}
    >
      {icons.map(Icon => (
        <Icon key={Icon.displayName} size={15} />
      ))}
      <span class={iconOnly ? 'hidden-text' : undefined}>{words}</span>
    </span>
  )
}

/** The colour of a family, beside a text that names the event. */
export function FamilyDot({ family }: { family: Family | null }) {
  return (
    <span
      class={`family-dot family-${family ?? 'none'}`}
      title={family ? familyLabels[family] : 'Unknown type'}
      aria-hidden="true"
    />
  )
}

/** A sign in front of a warning or an error. */
export function AlertIcon({ size = 14 }: { size?: number }) {
  return <CircleAlert size={size} />
}
