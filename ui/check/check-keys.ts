/** The keys of the Check view. */

import { whyNot } from '../app/people.ts'
import { goTo, route, setParams } from '../app/route.ts'
import { defineKeys } from '../kit/keys.ts'
import { checkAgain } from './again.ts'
import { checkHref, checkNumber, openedCheck, openProbe, stopCheck } from './checks.ts'
import { submitCheck } from './form/check-form.tsx'
import { linesToFix } from './words.ts'

const onForm = () => route.peek().view === 'check' && route.peek().item === null
const open = () => {
  const check = openedCheck.peek()
  return check !== null && check.run.id === checkNumber.peek() ? check : null
}
const runs = () => open()?.run.state === 'running'
const ended = () => open() !== null && !runs()
const here = () => route.peek().view === 'check'

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

/** Opens the finding to fix after the open one. */
function nextToFix(): void {
  const check = open()
  const lines = check ? linesToFix(check.report) : []
  const at = lines.findIndex(({ probe }) => probe.id === openProbe.peek())
  const next = lines[(at + 1) % lines.length]
  if (next) showProbe(next.probe.id)
}

defineKeys('Check', [
  {
    key: 'Ctrl+Enter',
    description: 'Start the check',
    refused: () => whyNot('POST /api/checks'),
    when: onForm,
    whileTyping: true,
    action: submitCheck,
  },
  { key: 'j', description: 'Next finding or check', when: here, action: () => step(1) },
  { key: 'k', description: 'Previous finding or check', when: here, action: () => step(-1) },
  { key: 'ArrowDown', description: 'Next finding or check', when: here, action: () => step(1), unlisted: true },
  { key: 'ArrowUp', description: 'Previous finding or check', when: here, action: () => step(-1), unlisted: true },
  { key: 'm', description: 'Next issue to fix', when: () => open() !== null, action: nextToFix },
  {
    key: 'r',
    description: 'Check again',
    refused: () => whyNot('POST /api/checks'),
    when: ended,
    action: () => {
      const check = open()
      if (check) void checkAgain(check)
    },
  },
  {
    key: 'x',
    description: 'Stop the check',
    refused: () => whyNot('DELETE /api/checks/:id'),
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
      if (openProbe.peek() === null) goTo(checkHref(null))
      else setParams({ probe: null })
    },
  },
])
