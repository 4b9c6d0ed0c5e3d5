/** What the command lines of several commands have in common: how an option is made and how its value is read. */
import { type Command, Option } from 'commander'
import { clip, printable } from '../../core/text.ts'
import type { TextOptions } from '../config.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { SecretOptions } from '../secrets.ts'
import { textFields } from '../settings.ts'

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

/** Of an option that must have a value, the next option is none: it was forgotten. */
export function option(flags: string, description: string, group: string): Option {
  const made = new Option(flags, description).helpGroup(group)
  if (!made.required) return made
  return made.argParser((value: string) => {
    if (!value.startsWith('--')) return value
    throw new UserError(
      `${made.long} has no value: ${clip(printable(value), 60)} follows, which is an option.`,
      `Write ${flags.replace(/^-\w, /, '')}. See hookscope --help`,
      { exitCode: exitCodes.usage },
    )
  })
}

/** Under which heading of the help an option stands. */
export const groups = {
  arrive: 'How deliveries arrive:',
  check: 'What they are checked with:',
  sendOn: 'Where they go:',
  keep: 'Where they are kept and shown:',
  replay: 'What is sent, and where:',
  hook: 'The fields of the console:',
  send: 'How it is sent:',
  report: 'What is reported, and what counts:',
  other: 'Everything else:',
} as const

/** The two keys, and the files they can be read from. */
export function addKeyOptions(command: Command): void {
  const key = (flags: string, description: string) => command.addOption(option(flags, description, groups.check))
  key('--signature-key [KEY]', 'the Signature Key of the console; asked for when no value is given')
  key('--signature-key-file <PATH>', 'read it from a file')
  key('--source-key [KEY]', 'the Source Key (API key) of the console, when that is what signs')
  key('--source-key-file <PATH>', 'read it from a file')
}

/** Credentials, by prompt, value or file. */
export function addBasicAuthOptions(command: Command): void {
  command
    .addOption(
      option(
        '--basic-auth [USER:PASSWORD]',
        'user name and password of Basic authentication; asked for when no value is given',
        groups.check,
      ),
    )
    .addOption(option('--basic-auth-file <PATH>', 'read them from a file, as user:password', groups.check))
}

/** Which database and which config file. */
export function addStoreOptions(command: Command): Command {
  command.addOption(option('--db <PATH>', "the database file; default: in this user's data folder", groups.keep))
  return addConfigOption(command)
}

export function addConfigOption(command: Command): Command {
  return command.addOption(
    option('--config <PATH>', 'the config file; default: hookscope.config.{ts,js,json} in this folder', groups.other),
  )
}

/** The parsed values, as commander names them. */
export type Values = Readonly<Record<string, unknown>>

/** The value of an option that takes one. */
export const text = (values: Values, name: string) => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

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
