/** The keyboard: one table from which keys are bound and the help is printed. */
import { computed, signal } from '@preact/signals'
import { showToast } from './toasts.ts'

export interface KeyBinding {
  /**
   * `j`, `Enter`, `Escape`, `ArrowDown`, `?`, a sequence `g g`, or with modifiers `Shift+J`, `Ctrl+Enter` (Ctrl is also
   * Command). A capital letter or a sign (`G`, `?`) is itself, without `Shift+`.
   */
  readonly key: string
  /** For the help: a clause that says what happens. */
  readonly description: string
  /** Whether the key does something now; the first binding in the table for which it is true wins. */
  readonly when: () => boolean
  readonly action: (event: KeyboardEvent) => void
  /** Why the person may not, which is then said in its place; the help leaves the key out. null: they may. */
  readonly refused?: () => string | null
  /** Also while a text field has the focus. */
  readonly whileTyping?: boolean
  /** A second way to do what another line of the help says already. */
  readonly unlisted?: boolean
}

export interface KeyGroup {
  readonly title: string
  readonly bindings: readonly KeyBinding[]
}

const groups = signal<readonly KeyGroup[]>([])
const order = signal<readonly string[]>([])

/** All keys by group: in this order they are tried, and listed by the help. */
export const keyTable = computed(() => {
  const placeOf = (title: string) => (order.value.includes(title) ? order.value.indexOf(title) : order.value.length)
  return groups.value.toSorted((one, other) => placeOf(one.title) - placeOf(other.title))
})

/** Says which group comes before which, whenever their modules load. */
export function orderKeys(titles: readonly string[]): void {
  order.value = titles
}

/** Adds a group to the table (once, when its module loads). A group of the same title is replaced. */
export function defineKeys(title: string, bindings: readonly KeyBinding[]): void {
  groups.value = [...groups.value.filter(group => group.title !== title), { title, bindings }]
}

/** How long a sequence such as `g g` may take, milliseconds. */
const sequenceMs = 800
let began: { key: string; at: number } | null = null

/** A key event as the table writes it. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const letter = event.key.length === 1
  const modifiers = [
    event.ctrlKey || event.metaKey ? 'Ctrl+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey && !letter ? 'Shift+' : '',
  ]
  return modifiers.join('') + event.key
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
}

/** Enter and Space belong to the control that has the focus. */
function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('a[href], button, summary, [role="tab"], [role="menuitem"]') !== null
  )
}

/**
 * Finds and runs the binding of a key event.
 * @param now when the key was pressed, which a busy page learns of later, milliseconds
 * @returns whether there was one
 */
export function handleKey(event: KeyboardEvent, now = event.timeStamp): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  // The editor of JSON lives in a shadow root: from outside, its keys seem to come from the element around it.
  const target = event.composedPath()[0] ?? event.target
  const typing = isTyping(target)
  const name = keyName(event)
  if ((name === 'Enter' || name === ' ') && isControl(target)) return false
  const sequence = began !== null && now - began.at < sequenceMs ? `${began.key} ${name}` : null
  began = null
  const usable = keyTable
    .peek()
    .flatMap(group => group.bindings.filter(binding => !typing || binding.whileTyping === true))
  const found =
    usable.find(binding => binding.key === sequence && binding.when()) ??
    usable.find(binding => binding.key === name && binding.when())
  if (found) {
    event.preventDefault()
    const refused = found.refused?.() ?? null
    if (refused === null) found.action(event)
    else showToast(refused)
    return true
  }
  if (usable.some(binding => binding.key.startsWith(`${name} `) && binding.when())) began = { key: name, at: now }
  return false
}

/** Whether a modal dialog has the keyboard. */
export function dialogIsOpen(): boolean {
  return document.querySelector('dialog[open]') !== null
}

/** Binds the table to the window. Keys pressed inside an open dialog belong to the dialog. @returns a function that unbinds */
export function bindKeys(): () => void {
  const listener = (event: KeyboardEvent) => {
    if (!dialogIsOpen()) handleKey(event)
  }
  window.addEventListener('keydown', listener)
  return () => window.removeEventListener('keydown', listener)
}
