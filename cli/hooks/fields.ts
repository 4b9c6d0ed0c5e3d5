/** The window's fields, from the command line: read, and refused with the field's name where they cannot be. */
import { catalogue } from '../../core/events/catalogue.ts'
import { authenticationChoices, consoleFields, signatureChoices } from '../../core/hooks/console.ts'
import type { Authentication, HookChange, HookDraft, KeyKind } from '../../core/hooks/hook.ts'
import { hookProblems } from '../../core/hooks/hook-rules.ts'
import { type Secret, type SecretInput, secretText, splitBasicAuth } from '../../server/config/secrets.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import type { HooksCommandOptions } from './options.ts'

/** A hook's fields as far as they were entered. */
export type Entered = { -readonly [Field in keyof HookChange]: HookChange[Field] }

/** `all`, families as `ach.*`, and types, which stay as they are: a rule of the window tells of unknown ones. */
function eventsOf(words: readonly string[]): string[] {
  return words
    .flatMap(word => word.split(','))
    .map(word => word.trim())
    .filter(word => word !== '')
    .flatMap(word => {
      if (word.toLowerCase() === 'all') return catalogue.map(({ type }) => type)
      const prefix = word.endsWith('*') ? word.slice(0, -1).toLowerCase() : null
      const meant = catalogue.filter(
        entry =>
          prefix !== null &&
          (entry.type.startsWith(prefix) || ('alternative' in entry && entry.alternative.startsWith(prefix))),
      )
      return meant.length === 0 ? [word] : meant.map(({ type }) => type)
    })
}

/** Routes as they are; `none` stands for no route, alone. */
function forwardOf(routes: readonly string[]): readonly string[] {
  if (!routes.some(route => route.trim().toLowerCase() === 'none')) return routes
  if (routes.length === 1) return []
  throw usageError('--forward none and --forward URL cannot be used together.', 'Use only one of them.')
}

const keySecrets = { 'signature-key': 'signatureKey', 'source-key': 'sourceKey' } as const satisfies Record<
  KeyKind,
  Secret
>
const keyOptions = { 'signature-key': '--signature-key', 'source-key': '--source-key' } as const

const isGiven = (options: HooksCommandOptions, secret: Secret) =>
  options[secret] !== undefined || options[`${secret}File`] !== undefined

/**
 * The secret as it was given, if it was.
 * @throws UserError with the code of a wrong command line, like every other field, wherever the secret came from
 */
async function given(secret: Secret, input: SecretInput): Promise<string | null> {
  try {
    return await secretText(secret, input)
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== exitCodes.cannotRun) throw error
    throw usageError(error.message, error.hint, { cause: error })
  }
}

/** The secret from options and environment; without either it is asked for where someone can be asked. */
async function wanted(secret: Secret, name: string, option: string, input: SecretInput): Promise<string> {
  const found = await given(secret, input)
  if (found !== null) return found
  if (input.ask !== null) {
    const asked = await given(secret, { ...input, options: { ...input.options, [secret]: true } })
    if (asked !== null) return asked
  }
  throw usageError(
    `The ${name} is missing.`,
    `Set HOOKSCOPE_${option.slice(2).replaceAll('-', '_').toUpperCase()}, or use ${option}-file PATH, - for standard input.`,
  )
}

async function authenticationOf(options: HooksCommandOptions, input: SecretInput): Promise<Authentication | undefined> {
  const { authentication } = options.fields
  const hasSecret = isGiven(options, 'basicAuth')
  if (authentication === 'none') {
    if (!hasSecret) return { kind: 'none' }
    throw usageError('--authentication none and --basic-auth cannot be used together.', 'Use only one of them.')
  }
  if (authentication === null && !hasSecret) return undefined
  const text = await wanted('basicAuth', 'user name and password', '--basic-auth', input)
  return { kind: 'basic', ...splitBasicAuth(text) }
}

async function signatureOf(
  options: HooksCommandOptions,
  input: SecretInput,
): Promise<HookDraft['signature'] | undefined> {
  const { signature } = options.fields
  const kinds: readonly KeyKind[] = ['signature-key', 'source-key']
  const named = kinds.filter(kind => isGiven(options, keySecrets[kind]))
  const stray = named.find(kind => signature !== null && kind !== signature)
  if (stray !== undefined)
    throw usageError(
      `--signature ${signature} and ${keyOptions[stray]} cannot be used together.`,
      'Use only one of them.',
    )
  if (named.length > 1)
    throw usageError(
      '--signature-key and --source-key cannot be used together.',
      'The console signs with only one of them: give that one.',
    )
  if (signature === 'none') return { kind: 'none' }
  const kind = signature ?? named[0]
  if (kind === undefined) return undefined
  return { kind, key: await wanted(keySecrets[kind], signatureChoices[kind], keyOptions[kind], input) }
}

/**
 * What the options say of the window's fields.
 * @throws UserError naming the console's field, or the options that contradict each other
 */
export async function enteredFields(options: HooksCommandOptions, input: SecretInput): Promise<Entered> {
  const { label, url, events, forward } = options.fields
  const entered: Entered = {}
  if (label !== null) entered.label = label
  if (url !== null) entered.customUrl = url === 'own' ? null : url
  if (events.length > 0) entered.events = eventsOf(events)
  if (forward.length > 0) entered.forward = forwardOf(forward)
  check(entered)
  const authentication = await authenticationOf(options, input)
  if (authentication !== undefined) entered.authentication = authentication
  const signature = await signatureOf(options, input)
  if (signature !== undefined) entered.signature = signature
  check(entered)
  return entered
}

function check(entered: HookChange): void {
  const [first] = hookProblems(entered)
  if (first !== undefined) throw usageError(first.message, first.hint)
}

/** The options that would say what is missing; every field of the window is required. */
export function missingFields({ label, events, authentication, signature }: HookChange): string[] {
  return [
    label === undefined ? `${consoleFields.label} (--label)` : null,
    events === undefined ? `${consoleFields.events} (--events)` : null,
    authentication === undefined
      ? `${consoleFields.authentication} (--authentication ${Object.keys(authenticationChoices).join('|')})`
      : null,
    signature === undefined
      ? `${consoleFields.signature} (--signature ${Object.keys(signatureChoices).join('|')})`
      : null,
  ].filter(missing => missing !== null)
}
