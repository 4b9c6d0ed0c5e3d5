/** What the fields of the console's Add Webhook window may hold: one rule a field, for every surface. */
import { catalogue, type EventType, findEvent, typeSpellings } from '../events/catalogue.ts'
import { readRoute } from '../routes/route-text.ts'
import { nearest } from '../text/nearest.ts'
import { clip, printable, withCommas } from '../text/text.ts'
import { authenticationChoices, consoleFields, type HookField, hookFields, signatureChoices } from './console.ts'
import type { Authentication, HookChange, HookDraft } from './hook.ts'
import { parseHookUrl } from './hook-url.ts'

/** The inputs of the window. A field of the console can have several: Basic has a user name and a password. */
export type HookInput = 'label' | 'hookUrl' | 'events' | 'username' | 'password' | 'key' | 'forward'

/** What is wrong with an input; `message` begins with the field's name and never shows a secret. */
export interface HookProblem {
  readonly field: HookField
  readonly input: HookInput
  readonly message: string
  readonly hint: string
}

const longestLabel = 255
const longestSecret = 1000

const control = /\p{Cc}/u

/** @returns what is wrong with a Webhook Label; null when nothing is */
export function labelProblem(text: string): HookProblem | null {
  const problem = (what: string, hint: string): HookProblem => ({
    field: 'label',
    input: 'label',
    message: `${consoleFields.label} ${what}.`,
    hint,
  })
  const label = text.trim()
  // A name of nothing but joiners and other marks without a shape cannot be seen, nor chosen.
  if (/^[\p{Cf}\p{Z}\p{M}]*$/u.test(label)) return problem('is empty', 'Give the webhook a name.')
  if ([...label].length > longestLabel)
    return problem(`is longer than ${longestLabel} characters`, `It has ${withCommas([...label].length)}: shorten it.`)
  if (label !== printable(label)) return problem('holds a control character', 'Remove line breaks, tabs and the like.')
  return null
}

/** @returns what is wrong with a Hook URL of one's own; null when nothing is, and for null, the hook's own path */
export function hookUrlProblem(customUrl: string | null): HookProblem | null {
  if (customUrl === null) return null
  const parsed = parseHookUrl(customUrl)
  return parsed.ok ? null : { field: 'hookUrl', input: 'hookUrl', message: parsed.message, hint: parsed.hint }
}

/** @param events in either spelling @returns what is wrong with Events; null when nothing is */
export function eventsProblem(events: readonly string[]): HookProblem | null {
  const problem = (message: string, hint: string): HookProblem => ({ field: 'events', input: 'events', message, hint })
  if (events.length === 0) return problem('Events is empty.', 'Choose at least one event.')
  const unknown = events.find(event => findEvent(event) === undefined)
  if (unknown === undefined) return null
  const guess = nearest(unknown, typeSpellings)
  return problem(
    `Events: the catalogue has no “${clip(printable(unknown), 100)}”.`,
    guess === undefined ? `It has ${catalogue.length} events, such as ${catalogue[0].type}.` : `Did you mean ${guess}?`,
  )
}

/** @param routes `[EVENTS=]URL` each @returns what is wrong with where the hook's deliveries are forwarded; null when nothing is */
export function ownRoutesProblem(routes: readonly string[]): HookProblem | null {
  for (const route of routes) {
    const read = readRoute(route)
    if (!read.ok)
      return { field: 'forward', input: 'forward', message: `${hookFields.forward}: ${read.message}`, hint: read.hint }
  }
  return null
}

/** What is wrong with a key or a password, as the end of a sentence; null when nothing is. */
function secretProblem(text: string): readonly [what: string, hint: string] | null {
  if (text === '') return ['is empty', 'Enter it as it is in the console.']
  if (/[\r\n]/.test(text)) return ['holds a line break', 'Enter it alone, on one line.']
  if (control.test(text)) return ['holds a control character', 'Enter it as it is in the console, on one line.']
  // What a decoder leaves where bytes were no text.
  if (text.includes('\ufffd'))
    return ['is not text in UTF-8', 'Enter it as it is in the console, or save its file as UTF-8.']
  if (text.length > longestSecret)
    return [`is longer than ${withCommas(longestSecret)} characters`, 'Check that nothing else was pasted with it.']
  return null
}

/** @returns what is wrong with the user name of Basic authentication; null when nothing is */
export function usernameProblem(text: string): HookProblem | null {
  const problem = (what: string, hint: string): HookProblem => ({
    field: 'authentication',
    input: 'username',
    message: `${consoleFields.authentication}: the user name ${what}.`,
    hint,
  })
  const wrong = secretProblem(text)
  if (wrong !== null) return problem(...wrong)
  if (text.includes(':'))
    return problem('holds a colon', 'The colon ends the user name (RFC 7617); a password may hold it.')
  return null
}

/** @returns what is wrong with the password of Basic authentication; null when nothing is. Colons and umlauts are fine. */
export function passwordProblem(text: string): HookProblem | null {
  const wrong = secretProblem(text)
  return wrong === null
    ? null
    : {
        field: 'authentication',
        input: 'password',
        message: `${consoleFields.authentication}: the password ${wrong[0]}.`,
        hint: wrong[1],
      }
}

/** @param kind which of the console's keys it is @returns what is wrong with the key; null when nothing is */
export function keyProblem(kind: 'source-key' | 'signature-key', text: string): HookProblem | null {
  const wrong = secretProblem(text)
  return wrong === null
    ? null
    : {
        field: 'signature',
        input: 'key',
        message: `${consoleFields.signature}: the ${signatureChoices[kind]} ${wrong[0]}.`,
        hint: wrong[1],
      }
}

function authenticationProblems(authentication: Authentication): (HookProblem | null)[] {
  return authentication.kind === 'none'
    ? []
    : [usernameProblem(authentication.username), passwordProblem(authentication.password)]
}

const signatureProblem = (signature: HookDraft['signature']) =>
  signature.kind === 'none' ? null : keyProblem(signature.kind, signature.key)

/**
 * Everything that is wrong with what was entered, in the window's order.
 * @param entered a draft, or the fields of a change; those that are absent are not looked at
 */
export function hookProblems(entered: HookChange): HookProblem[] {
  const { label, customUrl, events, authentication, signature, forward } = entered
  return [
    label === undefined ? null : labelProblem(label),
    customUrl === undefined ? null : hookUrlProblem(customUrl),
    events === undefined ? null : eventsProblem(events),
    ...(authentication === undefined ? [] : authenticationProblems(authentication)),
    signature === undefined ? null : signatureProblem(signature),
    forward === undefined ? null : ownRoutesProblem(forward),
  ].filter(problem => problem !== null)
}

/** What is allowed but probably not meant, as sentences: whitespace that came along with a key, for instance. */
export function hookRemarks({ authentication, signature }: HookChange): string[] {
  const isPadded = (text: string) => text !== text.trim()
  const remarks: string[] = []
  if (authentication?.kind === 'basic' && (isPadded(authentication.username) || isPadded(authentication.password)))
    remarks.push(
      `The user name or the password of ${authenticationChoices.basic} has whitespace around it, which counts: make sure the console has it too.`,
    )
  if (signature !== undefined && signature.kind !== 'none' && isPadded(signature.key))
    remarks.push(
      `The ${signatureChoices[signature.kind]} has whitespace around it, which counts: make sure the console has it too.`,
    )
  return remarks
}

/** Event types in either spelling, as the catalogue spells them, each once and in its order. */
export function subscription(events: readonly string[]): EventType[] {
  const wanted = new Set(events.map(event => findEvent(event)?.type))
  return catalogue.filter(({ type }) => wanted.has(type)).map(({ type }) => type)
}
