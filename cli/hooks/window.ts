/** The console's windows at a terminal: Add Webhook, and the one that opens at a click on a listed webhook. */
import { catalogue } from '../../core/events/catalogue.ts'
import {
  authenticationChoices,
  consoleButtons,
  consoleFields,
  hookFields,
  keyPlaces,
  signatureChoices,
} from '../../core/hooks/console.ts'
import type { Authentication, HookChange, HookDraft, HookView } from '../../core/hooks/hook.ts'
import {
  type HookProblem,
  hookUrlProblem,
  keyProblem,
  labelProblem,
  ownRoutesProblem,
  passwordProblem,
  subscription,
  usernameProblem,
} from '../../core/hooks/hook-rules.ts'
import { splitRoutes } from '../../core/routes/route-text.ts'
import { printable } from '../../core/text/text.ts'
import { askHidden, askLine, type Choice, choose, chooseEvents, showTitle } from '../shared/window-prompts.ts'
import type { Entered } from './fields.ts'
import { authenticationText, eventsText, signatureText } from './hook-lines.ts'

/** What a question says of an answer that cannot be. */
const saying = (problem: HookProblem | null) => (problem === null ? undefined : `${problem.message} ${problem.hint}`)

const choicesOf = <Value extends string>(
  table: Readonly<Record<Value, string>>,
  hints?: Readonly<Partial<Record<Value, string>>>,
): Choice<Value>[] => {
  const values = Object.keys(table) as Value[]
  return values.map(value => {
    const hint = hints?.[value]
    return { value, label: table[value], ...(hint !== undefined && { hint }) }
  })
}

/** As many as fit into a line of the window; else how many. */
function eventsSummary(events: readonly string[]): string {
  const types = subscription(events)
  return types.length > 2 && types.length < catalogue.length
    ? `${types.length} of ${catalogue.length}`
    : eventsText(types)
}

const askLabel = (now: string) => askLine(consoleFields.label, now, typed => saying(labelProblem(typed)))

/** @param now the URL of one's own so far @returns null for the hook's own path; undefined when the person gave up */
async function askUrl(now: string | null): Promise<string | null | undefined> {
  const kind = await choose(
    consoleFields.hookUrl,
    [
      { value: 'own', label: 'This receiver', hint: 'its own path under the public URL' },
      { value: 'other', label: 'Another URL', hint: 'only the simulator sends there' },
    ],
    now === null ? 'own' : 'other',
  )
  if (kind === null) return undefined
  if (kind === 'own') return null
  return (await askLine(consoleFields.hookUrl, now ?? 'https://', typed => saying(hookUrlProblem(typed)))) ?? undefined
}

/** @returns the routes; undefined when the person gave up */
async function askForward(now: readonly string[]): Promise<readonly string[] | undefined> {
  const typed = await askLine(
    `${hookFields.forward} (this hook’s deliveries alone; empty: as all hooks)`,
    now.join(' '),
    text => saying(ownRoutesProblem(splitRoutes(text))),
  )
  return typed === null ? undefined : splitRoutes(typed)
}

async function askAuthentication(): Promise<Authentication | null> {
  const kind = await choose(consoleFields.authentication, choicesOf(authenticationChoices))
  if (kind === null || kind === 'none') return kind && { kind }
  const username = await askLine('User name', '', typed => saying(usernameProblem(typed)))
  if (username === null) return null
  const password = await askHidden('Password', typed => saying(passwordProblem(typed)))
  return password === null ? null : { kind, username, password }
}

async function askSignature(): Promise<HookDraft['signature'] | null> {
  const kind = await choose(consoleFields.signature, choicesOf(signatureChoices, keyPlaces))
  if (kind === null || kind === 'none') return kind && { kind }
  const key = await askHidden(signatureChoices[kind], typed => saying(keyProblem(kind, typed)))
  return key === null ? null : { kind, key }
}

/**
 * The Add Webhook window: asks for what was not entered yet, in the console's order.
 * @param refusedUrl a Hook URL that was entered before, to be corrected
 * @returns null when it was closed
 */
export async function addWindow(entered: HookChange, refusedUrl: string | null = null): Promise<HookDraft | null> {
  await showTitle(consoleButtons.open)
  const label = entered.label ?? (await askLabel(''))
  if (label === null) return null
  const customUrl = entered.customUrl === undefined ? await askUrl(refusedUrl) : entered.customUrl
  if (customUrl === undefined) return null
  const events = entered.events ?? (await chooseEvents(catalogue.map(({ type }) => type)))
  if (events === null) return null
  const authentication = entered.authentication ?? (await askAuthentication())
  if (authentication === null) return null
  const signature = entered.signature ?? (await askSignature())
  if (signature === null) return null
  const { add, close } = consoleButtons
  const pressed = await choose(`“${printable(label.trim())}”, ${eventsSummary(events)} events`, [
    { value: 'add', label: add },
    { value: 'close', label: close },
  ])
  return pressed === 'add' ? { ...entered, label, customUrl, events, authentication, signature } : null
}

export type WindowOutcome =
  | { readonly kind: 'save'; readonly change: HookChange }
  | { readonly kind: 'close' }
  | { readonly kind: 'delete' }

type Press = 'label' | 'hookUrl' | 'events' | 'forward' | 'authentication' | 'save' | 'close' | 'delete'

/** What the window shows: the fields as they would be saved, then its buttons. */
function pressesOf(hook: HookView, change: Entered): Choice<Press>[] {
  const { label = hook.label, events = hook.events, forward = hook.forward } = change
  const customUrl = change.customUrl === undefined ? hook.customUrl : change.customUrl
  const isReset = change.authentication !== undefined || change.signature !== undefined
  const buttons: Choice<Press>[] = [
    {
      value: 'authentication',
      label: isReset
        ? `${consoleButtons.keepAuthentication} (re-entered)`
        : `${consoleButtons.resetAuthentication} (${authenticationText(hook)}; ${signatureText(hook)})`,
    },
    ...(Object.keys(change).length === 0 ? [] : [{ value: 'save', label: consoleButtons.save } as const]),
    { value: 'close', label: consoleButtons.close },
    { value: 'delete', label: consoleButtons.remove },
  ]
  return [
    { value: 'label', label: `${consoleFields.label}: ${printable(label)}` },
    {
      value: 'hookUrl',
      label: `${consoleFields.hookUrl}: ${customUrl === null ? 'this receiver' : printable(customUrl)}`,
    },
    { value: 'events', label: `${consoleFields.events}: ${eventsSummary(events)}` },
    {
      value: 'forward',
      label: `${hookFields.forward}: ${forward.length === 0 ? 'as all hooks' : printable(forward.join(' '))}`,
    },
    ...buttons,
  ]
}

/**
 * The window of a listed webhook. Its secrets can be set anew, never read.
 * @param entered what was changed before, and is not saved yet
 */
export async function editWindow(hook: HookView, entered: HookChange = {}): Promise<WindowOutcome> {
  const change: Entered = { ...entered }
  for (;;) {
    const press = await choose(`Edit Webhook: ${printable(hook.label)}`, pressesOf(hook, change))
    switch (press) {
      case 'label': {
        const label = await askLabel(change.label ?? hook.label)
        if (label !== null) change.label = label
        break
      }
      case 'hookUrl': {
        const customUrl = await askUrl(change.customUrl === undefined ? hook.customUrl : change.customUrl)
        if (customUrl !== undefined) change.customUrl = customUrl
        break
      }
      case 'events': {
        const events = await chooseEvents(subscription(change.events ?? hook.events))
        if (events !== null) change.events = events
        break
      }
      case 'forward': {
        const forward = await askForward(change.forward ?? hook.forward)
        if (forward !== undefined) change.forward = forward
        break
      }
      case 'authentication':
        await resetOrKeep(change)
        break
      case 'save':
        return { kind: 'save', change }
      case 'delete':
        if (await isSure(`Delete “${printable(hook.label)}”? Its deliveries stay.`, consoleButtons.remove))
          return { kind: 'delete' }
        break
      case 'close':
      case null:
        if (Object.keys(change).length === 0 || (await abandons())) return { kind: 'close' }
    }
  }
}

/** Reset Webhook Authentication, or back: Keep Current Configuration. */
async function resetOrKeep(change: Entered): Promise<void> {
  if (change.authentication !== undefined || change.signature !== undefined) {
    delete change.authentication
    delete change.signature
    return
  }
  const authentication = await askAuthentication()
  const signature = authentication && (await askSignature())
  if (authentication === null || signature === null) return
  change.authentication = authentication
  change.signature = signature
}

/** Whether unsaved changes go. Ctrl-C is an answer, too: who presses it again wants to leave. */
async function abandons(): Promise<boolean> {
  const pressed = await choose('There are unsaved changes.', [
    { value: 'keep', label: 'Keep editing' },
    { value: 'abandon', label: consoleButtons.abandon },
  ])
  return pressed !== 'keep'
}

/** The second window, before something is lost. */
export async function isSure(question: string, button: string): Promise<boolean> {
  const pressed = await choose(question, [
    { value: 'close', label: consoleButtons.close },
    { value: 'yes', label: button },
  ])
  return pressed === 'yes'
}
