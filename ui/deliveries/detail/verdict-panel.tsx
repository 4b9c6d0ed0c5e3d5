import { signal } from '@preact/signals'
import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useId } from 'preact/hooks'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { linkTo } from '../../app/route.ts'
import { foldedLine, foldLines, type VerdictLine, verdictLines } from './verdict-lines.ts'
import { VerdictMark, VerdictRow } from './verdict-row.tsx'
import { VerifyAgain } from './verify-again.tsx'
import { YourApp } from './your-app.tsx'

/** Whether the checks that passed are shown one by one; stays from delivery to delivery. */
const unfolded = signal(false)

/** What the app did, then what is wrong with its fix, a line each; the checks that passed fold to one line. */
export function VerdictPanel({ view }: { view: DeliveryDetail }) {
  const { open, folded } = foldLines(verdictLines(view))
  return (
    <section class="verdict-panel boxed" aria-label="Verdict">
      <ul>
        <YourApp view={view} />
        {open.map(line => (
          <Line key={`${line.label}${line.text}`} line={line} hook={view.hook} />
        ))}
        {folded.length === 0 ? null : <Folded lines={folded} hook={view.hook} />}
      </ul>
    </section>
  )
}

function Line({ line: { label, tone, text, about, fix, isOver }, hook }: { line: VerdictLine; hook: string }) {
  return (
    <VerdictRow label={label} tone={tone}>
      {text}
      {about === null ? null : (
        <>
          {' '}
          <a href={linkTo({ delivery: about })}>First: #{about}</a>
        </>
      )}
      {fix ? <span class="verdict-fix">{fix}</span> : null}
      {isOver ? <VerifyAgain hook={hook} /> : null}
    </VerdictRow>
  )
}

function Folded({ lines, hook }: { lines: readonly VerdictLine[]; hook: string }) {
  const id = useId()
  const { tone, text } = foldedLine(lines)
  const isOpen = unfolded.value
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <li class="verdict-folded">
      <button
        type="button"
        class={`verdict-fold verdict-line-${tone}`}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => {
          unfolded.value = !isOpen
        }}
      >
        <VerdictMark tone={tone} />
        <span class="verdict-text">{text}</span>
        <Chevron size={15} />
      </button>
      {isOpen ? (
        <ul id={id}>
          {lines.map(line => (
            <Line key={line.label} line={line} hook={hook} />
          ))}
        </ul>
      ) : null}
    </li>
  )
}
