/** What the command lines of several commands have in common: how an option is made and how its value is read. */
import { type Command, Option } from 'commander'
import { clip, printable } from '../../core/text/text.ts'
import type { TextOptions } from '../../server/config/config.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import type { SecretOptions } from '../../server/config/secrets.ts'
import { optionField, textFields } from '../../server/config/settings.ts'
import { usageError } from '../../server/lib/errors.ts'
import type { Io } from './io.ts'

/** What is asked for: parsed, and not yet run. */
export interface Asked {
  readonly command: string
  /** As the command takes them; for tests and nothing else. */
  readonly options: unknown
  /** Loads the command and runs it. @returns the exit code */
  run(io: Io): Promise<number>
}

type Ask = (what: Asked) => void

/** Adds a command to the program; its action calls `asked`. */
export type AddCommand = (program: Command, asked: Ask) => void

/** The part of a command that stands behind the program's name: `hooks`, for `hooks add` too. */
const nameOf = (command: Command): string =>
  command.parent === null || command.parent.parent === null ? command.name() : nameOf(command.parent)

/**
 * What a command does when it is asked for. The program itself listens.
 * @param read its options, from the values and from the arguments as typed
 * @param run loads the command and runs it. @returns the exit code
 */
export function addAction<Options>(
  command: Command,
  asked: Ask,
  read: (values: Values, words: readonly string[]) => Options,
  run: (options: Options, io: Io) => Promise<number>,
): void {
  command.action(() => {
    const options = read(command.optsWithGlobals(), command.args)
    asked({ command: command.parent === null ? 'listen' : nameOf(command), options, run: io => run(options, io) })
  })
}

/** Values that are never empty: an empty one is a variable of a script that is not set. */
const neverEmpty = /<(?:PATH|FILE|URL|COMMAND|EVENTS)>/

/** Of an option that must have a value, the next option is none: it was forgotten. */
export function option(flags: string, description: string, group: string): Option {
  const made = new Option(flags, description).helpGroup(group)
  if (!made.required) return made
  return made.argParser((value: string) => {
    const isMissing = value === '' && neverEmpty.test(flags)
    if (!isMissing && !value.startsWith('--')) return value
    const found = isMissing ? 'it is empty' : `${clip(printable(value), 60)} follows, which is an option`
    throw usageError(
      `${made.long} has no value: ${found}.`,
      `Write ${flags.replace(/^-\w, /, '')}. See hookscope --help`,
    )
  })
}

/** Several options under one heading. @param options what each means, by its flags */
export function addOptions(command: Command, group: string, options: Readonly<Record<string, string>>): Command {
  for (const [flags, description] of Object.entries(options)) command.addOption(option(flags, description, group))
  return command
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
  addOptions(command, group, {
    '--signature-key [KEY]': 'the Signature Key of the console; asked for when no value is given',
    '--signature-key-file <PATH>': 'read it from a file',
    '--source-key [KEY]': 'the Source Key (API Key) of the console, if that one signs',
    '--source-key-file <PATH>': 'read it from a file',
  })
}

/** Credentials, by prompt, value or file. */
export function addBasicAuthOptions(command: Command, group: string = groups.check): void {
  addOptions(command, group, {
    '--basic-auth [USER:PASSWORD]': 'user name and password of Basic authentication; asked for when no value is given',
    '--basic-auth-file <PATH>': 'read them from a file, as user:password',
  })
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

export const addConfigOption = (command: Command): Command =>
  addOptions(command, groups.other, {
    '--config <PATH>': 'the config file; default: hookscope.config.{ts,js,json} in this folder',
    '--no-config': 'ignore the one in this folder',
    '--trust-config': 'run the one in this folder without asking if it is code (.ts, .js)',
  })

/** Adds `--json`, database and config file. @param json what `--json` prints */
export function addCommonOptions(command: Command, json = 'one JSON object a delivery on standard output'): Command {
  command.addOption(option('--json', json, groups.other))
  return addStoreOptions(command)
}

/** The parsed values, as commander names them. */
export type Values = Readonly<Record<string, unknown>>

/** The value of an option that takes one. */
export const text = (values: Values, name: string) => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** The values of options that take one, as typed; null where one was not given. */
export const textsIn = <Name extends string>(values: Values, ...names: readonly Name[]) =>
  Object.fromEntries(names.map(name => [name, text(values, name) ?? null])) as Readonly<Record<Name, string | null>>

/** Which of the options that take no value were given. */
export const flagsIn = <Name extends string>(values: Values, ...names: readonly Name[]) =>
  Object.fromEntries(names.map(name => [name, values[name] === true])) as Readonly<Record<Name, boolean>>

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
  throw usageError(
    `${name} should be a whole number from ${least} to ${most}, not “${clip(printable(typed), 40)}”.`,
    hint,
  )
}

/** What is said about the config file. */
export const configOf = (values: Values): ConfigChoice => ({
  path: values['config'] === false ? false : (text(values, 'config') ?? null),
  trusted: values['trustConfig'] === true,
})

/** What nearly every command takes. */
export interface CommonOptions {
  readonly settings: TextOptions
  readonly config: ConfigChoice
  readonly json: boolean
}

/** The values of `addCommonOptions`. */
export const commonOptionsOf = (values: Values): CommonOptions => ({
  settings: settingsOf({ db: values['db'] }),
  config: configOf(values),
  ...flagsIn(values, 'json'),
})

/** What `--db` was given, for the commands that are named to a person; null when it was not. */
export const givenDb = ({ settings: { db } }: Pick<CommonOptions, 'settings'>): string | null =>
  typeof db === 'string' ? db : null

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
    const value = values[optionField(field)]
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value))
      Object.assign(settings, { [field]: value })
  }
  return settings
}
