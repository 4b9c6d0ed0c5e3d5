/** The keys of the Readiness view. */
import { defineKeys } from '../../models/keys.ts'
import { checkHref, checkNumber, openedCheck, openProbe, stopCheck } from '../../models/readiness.ts'
import { checkAgain } from '../../models/readiness-again.ts'
import { toMend } from '../../models/readiness-words.ts'
import { go, route, setParams } from '../../models/route.ts'
import { submitCheck } from './check-form.tsx'

const onForm = () => route.peek().view === 'readiness' && route.peek().item === null
const open = () => {
  const check = openedCheck.peek()
  return check !== null && check.run.id === checkNumber.peek() ? check : null
}
const runs = () => open()?.run.state === 'running'
const ended = () => open() !== null && !runs()
const here = () => route.peek().view === 'readiness'

/** Opens a finding, whatever is filtered, and puts the focus on it. */
export function showProbe(id: string): void {
  setParams({ probe: id, show: null })
  requestAnimationFrame(() => {
    const line = document.getElementById(`finding-${id}`)
    line?.focus({ preventScroll: true })
    line?.scrollIntoView({ block: 'start' })
  })
}

/** Moves the focus along the findings, or the checks. */
function step(by: 1 | -1): void {
  const lines = [...document.querySelectorAll<HTMLElement>('button.finding-line, .check-line')]
  const at = lines.findIndex(
    line => line === document.activeElement || line.parentElement?.contains(document.activeElement),
  )
  lines[at < 0 ? 0 : Math.max(0, Math.min(lines.length - 1, at + by))]?.focus()
}

/** Opens the finding to mend after the open one. */
function nextToMend(): void {
  const check = open()
  const lines = check ? toMend(check.report) : []
  const at = lines.findIndex(({ probe }) => probe.id === openProbe.peek())
  const next = lines[(at + 1) % lines.length]
  if (next) showProbe(next.probe.id)
}

defineKeys('Readiness', [
  { key: 'Ctrl+Enter', description: 'Start the check', when: onForm, whileTyping: true, action: submitCheck },
  { key: 'j', description: 'Next finding or check', when: here, action: () => step(1) },
  { key: 'k', description: 'Finding or check before', when: here, action: () => step(-1) },
  { key: 'ArrowDown', description: 'Next finding or check', when: here, action: () => step(1), unlisted: true },
  { key: 'ArrowUp', description: 'Finding or check before', when: here, action: () => step(-1), unlisted: true },
  { key: 'm', description: 'Next thing to mend', when: () => open() !== null, action: nextToMend },
  {
    key: 'r',
    description: 'Check again',
    when: ended,
    action: () => {
      const check = open()
      if (check) void checkAgain(check)
    },
  },
  {
    key: 'x',
    description: 'Stop the check',
    when: runs,
    action: () => {
      const id = checkNumber.peek()
      if (id !== null) void stopCheck(id)
    },
  },
  {
    key: 'Escape',
    description: 'Close the finding, then back to all checks',
    when: () => checkNumber.peek() !== null,
    action: () => {
      if (openProbe.peek() === null) go(checkHref(null))
      else setParams({ probe: null })
    },
  },
])
