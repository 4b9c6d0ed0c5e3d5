/** Hooks for people to read: the console's fields, one a line. Secrets are masked, always. */
import { catalogue, type EventType } from '../../core/events/catalogue.ts'
import { authenticationChoices, consoleFields, hookFields, signatureChoices } from '../../core/hooks/console.ts'
import type { HookView, VerificationJob } from '../../core/hooks/hook.ts'
import type { MockFailures, MockResponse } from '../../core/hooks/mock-response.ts'
import { shownValue } from '../../core/http/headers.ts'
import { limitText } from '../../core/text/duration.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'

const nameWidth = Math.max(...Object.values(consoleFields).map(name => name.length)) + 2
/** Where a value begins beside its name. */
const indent = nameWidth + 2

/** Which events a hook is subscribed to, in as few words as can be. */
export function eventsText(events: readonly EventType[]): string {
  return events.length === catalogue.length ? `all ${catalogue.length}` : events.join(', ')
}

export function authenticationText({ authentication }: Pick<HookView, 'authentication'>): string {
  return authentication.kind === 'none'
    ? authenticationChoices.none
    : `${authenticationChoices.basic}, user ${printable(authentication.username)}`
}

export function signatureText({ signing }: Pick<HookView, 'signing'>): string {
  return signing.kind === 'none'
    ? signatureChoices.none
    : signing.keys.map(({ kind, masked }) => `${signatureChoices[kind]} ${masked}`).join(' or ')
}

/** The Hook URL as it is; what it will be, where no public URL is known. */
export function urlText(hook: Pick<HookView, 'hookUrl' | 'customUrl' | 'localUrl'>): string {
  if (hook.customUrl !== null) return `${printable(hook.customUrl)} (not this receiver)`
  return hook.hookUrl === null ? `the public URL, once there is one, and ${hook.localUrl}` : printable(hook.hookUrl)
}

const failureText = (failures: MockFailures): string | null => {
  switch (failures.kind) {
    case 'never':
      return null
    case 'next':
      if (failures.left === 0) return 'no more failures'
      return failures.left === 1 ? 'the next one fails' : `the next ${failures.left} fail`
    case 'every':
      return failures.nth === 1 ? 'all fail' : `one in ${failures.nth} fails, ${failures.seen} seen`
  }
}

/** What a mock response answers, as a list in words. */
export function mockResponseText(mockResponse: MockResponse): string {
  const { status, headers, body, delayMs, failures, failWith } = mockResponse
  const fails = failureText(failures)
  const how = failWith.kind === 'hang' ? 'hanging for 50 s' : `with ${failWith.status}`
  return [
    String(status),
    ...headers.map(([name, value]) => clip(printable(`${name}: ${shownValue(value)}`), 80)),
    body === '' ? null : `a body of ${Buffer.byteLength(body)} bytes`,
    delayMs === 0 ? null : `after ${limitText(delayMs)}`,
    fails === null || fails === 'no more failures' ? fails : `${fails}, ${how}`,
  ]
    .filter(part => part !== null)
    .join(' · ')
}

/** Values stand under their names where a line leaves them fewer columns than this beside the name. */
const leastBeside = 30

/** A hook's block: its label and id, then its fields. */
export function hookLines(hook: HookView, { paint, width }: LineStyle): string[] {
  const fields: readonly (readonly [string, string])[] = [
    [consoleFields.hookUrl, urlText(hook)],
    [consoleFields.events, eventsText(hook.events)],
    [consoleFields.authentication, authenticationText(hook)],
    [consoleFields.signature, signatureText(hook)],
    ...(hook.forward.length === 0 ? [] : [[hookFields.forward, printable(hook.forward.join(' '))] as const]),
    ...(hook.rehearsal === null ? [] : [['Mock response', mockResponseText(hook.rehearsal)] as const]),
  ]
  return [
    `${paint.bold(printable(hook.label))}  ${paint.dim(hook.id)}`,
    ...fields.flatMap(([name, value]) => {
      if (width !== null && width - indent < leastBeside)
        return [`  ${paint.dim(name)}`, ...wrapWords(value, width - 4).map(text => `    ${text}`)]
      const [first = '', ...more] = wrapWords(value, width === null ? null : width - indent)
      return [`  ${paint.dim(name.padEnd(nameWidth))}${first}`, ...more.map(text => `${' '.repeat(indent)}${text}`)]
    }),
  ]
}

/** The lines of `hookscope hooks --json`: a contract with scripts. Fields may be added, never renamed. */
export type HookLine =
  /** A hook as it is now; `localUrl` is null while no hookscope is listening. */
  | ({ readonly kind: 'hook'; readonly localUrl: string | null; readonly warnings: readonly string[] } & Omit<
      HookView,
      'localUrl'
    >)
  | { readonly kind: 'removed'; readonly id: string; readonly label: string }
  /** Stored deliveries were checked again: how many, and how many verdicts are others now. */
  | ({ readonly kind: 'reverified'; readonly hook: string } & Pick<
      VerificationJob,
      'checked' | 'changed' | 'nowVerified' | 'noLongerVerified'
    >)

export function hookLine(hook: HookView, warnings: readonly string[], isListening: boolean): HookLine {
  return { kind: 'hook', ...hook, localUrl: isListening ? hook.localUrl : null, warnings }
}
