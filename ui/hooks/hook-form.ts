/** What stands in the windows Add Webhook and Edit Webhook, and what is wrong with it. */
import { catalogue, type EventType } from '../../core/events/catalogue.ts'
import { type HookField, hookFields, type SignatureChoice } from '../../core/hooks/console.ts'
import type { Authentication, HookChange, HookDraft, HookView } from '../../core/hooks/hook.ts'
import { type HookInput, hookProblems } from '../../core/hooks/hook-rules.ts'
import { splitRoutes } from '../../core/routes/route-text.ts'

export interface HookForm {
  readonly label: string
  /** The hook's own path under the public URL, or a URL of the merchant's own. */
  readonly url: 'own' | 'custom'
  readonly customUrl: string
  readonly events: ReadonlySet<EventType>
  /** Routes of its own, with a space between them. */
  readonly forward: string
  /** Authentication and signature are entered anew; always so for a new hook. */
  readonly resetting: boolean
  /** null until one is chosen. */
  readonly authentication: Authentication['kind'] | null
  readonly username: string
  readonly password: string
  /** null until one is chosen. */
  readonly signature: SignatureChoice | null
  readonly key: string
}

/** What is wrong, by the input that it is shown at: those of the console's rules, and the two choices. */
export type HookFormProblems = Partial<Record<HookInput | 'authentication' | 'signature', string>>

const noSecrets = { authentication: null, username: '', password: '', signature: null, key: '' } as const

/** The Add Webhook window as it opens. */
export const emptyForm: HookForm = {
  label: '',
  url: 'own',
  customUrl: '',
  events: new Set(),
  forward: '',
  resetting: true,
  ...noSecrets,
}

/** The edit window as it opens. */
export function formOf(hook: HookView): HookForm {
  return {
    label: hook.label,
    url: hook.customUrl === null ? 'own' : 'custom',
    customUrl: hook.customUrl ?? '',
    events: new Set(hook.events),
    forward: hook.forward.join(' '),
    resetting: false,
    ...noSecrets,
  }
}

/** “Reset Webhook Authentication” and “Keep Current Configuration”: both forget what was entered. */
export const withReset = (form: HookForm, resetting: boolean): HookForm => ({ ...form, resetting, ...noSecrets })

const sameEvents = (one: ReadonlySet<EventType>, other: ReadonlySet<EventType>) =>
  one.size === other.size && [...one].every(type => other.has(type))

const targetOf = (form: HookForm) => (form.url === 'own' ? null : form.customUrl.trim())

/** Whether closing the window would lose something. @param before the form as it opened */
export function isHookChanged(form: HookForm, before: HookForm): boolean {
  return (
    form.label.trim() !== before.label ||
    targetOf(form) !== targetOf(before) ||
    !sameEvents(form.events, before.events) ||
    form.forward.trim() !== before.forward ||
    form.authentication !== null ||
    form.signature !== null
  )
}

const inOrder = (events: ReadonlySet<EventType>) => catalogue.map(({ type }) => type).filter(type => events.has(type))

function authenticationOf(form: HookForm): Authentication {
  if (form.authentication !== 'basic') return { kind: 'none' }
  return { kind: 'basic', username: form.username, password: form.password }
}

function signatureOf(form: HookForm): HookDraft['signature'] {
  if (form.signature === null || form.signature === 'none') return { kind: 'none' }
  return { kind: form.signature, key: form.key }
}

/** The new hook. */
export function draftOf(form: HookForm): HookDraft {
  return {
    label: form.label.trim(),
    customUrl: targetOf(form),
    events: inOrder(form.events),
    authentication: authenticationOf(form),
    signature: signatureOf(form),
    ...(form.forward.trim() === '' ? {} : { forward: splitRoutes(form.forward) }),
  }
}

/** Only what is another than before, so that what is not touched is not written either. */
export function changeOf(form: HookForm, before: HookForm): HookChange {
  return {
    ...(form.label.trim() === before.label ? {} : { label: form.label.trim() }),
    ...(targetOf(form) === targetOf(before) ? {} : { customUrl: targetOf(form) }),
    ...(sameEvents(form.events, before.events) ? {} : { events: inOrder(form.events) }),
    ...(form.authentication === null ? {} : { authentication: authenticationOf(form) }),
    ...(form.signature === null ? {} : { signature: signatureOf(form) }),
    ...(form.forward.trim() === before.forward ? {} : { forward: splitRoutes(form.forward) }),
  }
}

/** What is wrong with the fields that would be saved. @param before the form as it opened; null for a new hook */
export function hookProblemsOf(form: HookForm, before: HookForm | null): HookFormProblems {
  const problems: HookFormProblems = {}
  // Of a hook that is there, what is left open stays as it is.
  const mustChoose = before === null
  if (mustChoose && form.authentication === null)
    problems.authentication = 'Choose how the gateway authenticates itself.'
  if (mustChoose && form.signature === null)
    problems.signature = 'Choose with which of the console’s keys the gateway signs.'
  for (const { input, message, hint } of hookProblems(before ? changeOf(form, before) : draftOf(form)))
    problems[input] ??= `${message} ${hint}`
  return problems
}

const inputs: Record<HookField, keyof HookFormProblems> = {
  label: 'label',
  hookUrl: 'hookUrl',
  events: 'events',
  authentication: 'authentication',
  signature: 'signature',
  forward: 'forward',
}

/** The input that a refusal of hookscope is about: its message begins with the field's name. */
export function inputOf(refusal: string): keyof HookFormProblems | null {
  const fields = Object.keys(inputs) as HookField[]
  const field = fields.find(name => refusal.startsWith(hookFields[name]))
  return field === undefined ? null : inputs[field]
}
