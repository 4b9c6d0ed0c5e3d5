/** What the command lines of several commands have in common: how an option is made and how its value is read. */
import { type Command, Option } from 'commander'
import { clip, printable } from '../../core/text/text.ts'
import type { TextOptions } from '../../server/config/config.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import type { SecretOptions } from '../../server/config/secrets.ts'
import { textFields } from '../../server/config/settings.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import type { Io } from './io.ts'

/** What is asked for: parsed, and not yet run. */
export interface Asked {
  readonly command: string
  /** As the command takes them; for tests and nothing else. */
  readonly options: unknown
  /** Loads the command and runs it. @returns the exit code */
  run(io: Io): Promise<number>
}

/** Adds a command to the program; its action calls `asked`. */
export type AddCommand = (program: Command, asked: (what: Asked) => void) => void

/** Values that are never empty: an empty one is a variable of a script that is not set. */
const neverEmpty = /<(?:PATH|FILE|URL|COMMAND)>/

/** Of an option that must have a value, the next option is none: it was forgotten. */
export function option(flags: string, description: string, group: string): Option {
  const made = new Option(flags, description).helpGroup(group)
  if (!made.required) return made
  return made.argParser((value: string) => {
    const isMissing = value === '' && neverEmpty.test(flags)
    if (!isMissing && !value.startsWith('--')) return value
    const found = isMissing ? 'it is empty' : `${clip(printable(value), 60)} follows, which is an option`
    throw new UserError(
      `${made.long} has no value: ${found}.`,
      `Write ${flags.replace(/^-\w, /, '')}. See hookscope --help`,
      { exitCode: exitCodes.usage },
    )
  })
}

/** Under which heading of the help an option stands. */
export const groups = {
  arrive: 'Receiving:',
  check: 'Keys and credentials:',
  sendOn: 'Forwarding:',
  keep: 'Database and inspector:',
  look: 'What to show:',
  replay: 'What to send, and where:',
  hook: 'Fields of the console:',
  send: 'Sending:',
  sign: 'Signing:',
  report: 'Report:',
  other: 'Other:',
} as const

/** The two keys, and the files they can be read from. */
export function addKeyOptions(command: Command, group: string = groups.check): void {
  const key = (flags: string, description: string) => command.addOption(option(flags, description, group))
  key('--signature-key [KEY]', 'the Signature Key of the console; asked for when no value is given')
  key('--signature-key-file <PATH>', 'read it from a file')
  key('--source-key [KEY]', 'the Source Key (API Key) of the console, if that one signs')
  key('--source-key-file <PATH>', 'read it from a file')
}

/** Credentials, by prompt, value or file. */
export function addBasicAuthOptions(command: Command, group: string = groups.check): void {
  command
    .addOption(
      option(
        '--basic-auth [USER:PASSWORD]',
        'user name and password of Basic authentication; asked for when no value is given',
        group,
      ),
    )
    .addOption(option('--basic-auth-file <PATH>', 'read them from a file, as user:password', group))
}

/** What a query is, in the help of the commands that take one. */
export const queryRemarks = [
  "A query is written as in the inspector's search: type:ach.* is:rejected status:5xx key:8nf0 amount:>100",
  'A number alone is an id, as #12; ref:98454685 finds a reference number.',
] as const

/** Which database and which config file. */
export function addStoreOptions(command: Command): Command {
  command.addOption(option('--db <PATH>', "the database file; default: in this user's data folder", groups.keep))
  return addConfigOption(command)
}

export function addConfigOption(command: Command): Command {
  const add = (flags: string, description: string) => command.addOption(option(flags, description, groups.other))
  add('--config <PATH>', 'the config file; default: hookscope.config.{ts,js,json} in this folder')
  add('--no-config', 'ignore the one in this folder')
  return add('--trust-config', 'run the one in this folder without asking if it is code (.ts, .js)')
}

/** The parsed values, as commander names them. */
export type Values = Readonly<Record<string, unknown>>

/** The value of an option that takes one. */
export const text = (values: Values, name: string) => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * The value of an option that counts.
 * @param least default: 1
 * @param hint what to type
 * @throws UserError for what is no whole number from `least` to `most`
 */
export function wholeOf(
  name: string,
  typed: string,
  { least = 1, most, hint }: { readonly least?: number; readonly most: number; readonly hint: string },
): number {
  const count = /^\d{1,10}$/.test(typed) ? Number(typed) : -1
  if (count >= least && count <= most) return count
  throw new UserError(
    `${name} should be a whole number from ${least} to ${most}, not “${clip(printable(typed), 40)}”.`,
    hint,
    { exitCode: exitCodes.usage },
  )
}

/** What is said about the config file. */
export const configOf = (values: Values): ConfigChoice => ({
  path: values['config'] === false ? false : (text(values, 'config') ?? null),
  trusted: values['trustConfig'] === true,
})

/** The values of an option that may be given several times. */
export const textsOf = (values: Values, name: string): readonly string[] => {
  const value = values[name]
  return Array.isArray(value) ? value.map(String) : []
}

const secretValue = (values: Values, name: string): string | true | undefined =>
  values[name] === true ? true : text(values, name)

/** Keys and credentials as they were given. */
export const secretsOf = (values: Values): SecretOptions => ({
  signatureKey: secretValue(values, 'signatureKey'),
  sourceKey: secretValue(values, 'sourceKey'),
  basicAuth: secretValue(values, 'basicAuth'),
  signatureKeyFile: text(values, 'signatureKeyFile'),
  sourceKeyFile: text(values, 'sourceKeyFile'),
  basicAuthFile: text(values, 'basicAuthFile'),
})

/** Those values that are settings, as they were typed. */
export function settingsOf(values: Values): TextOptions {
  const settings: TextOptions = {}
  for (const field of Object.keys(textFields)) {
    const value = values[field]
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value))
      Object.assign(settings, { [field]: value })
  }
  return settings
}
