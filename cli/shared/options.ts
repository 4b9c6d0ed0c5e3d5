/** What the command lines of several commands have in common: how an option is made and how its value is read. */
import { Command, Option } from 'commander'
import { clip, printable } from '../../core/text/text.ts'
import type { TextOptions } from '../../server/config/config.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import type { SecretOptions } from '../../server/config/secrets.ts'
import { optionField, textFields } from '../../server/config/settings.ts'
import { usageError } from '../../server/lib/errors.ts'
import { addHelp, type HelpText } from './help.ts'
import type { Io } from './io.ts'
import { repeated } from './repeatable.ts'

/** What is asked for: parsed, and not yet run. */
export interface Asked {
  readonly command: string
  /** As the command takes them; for tests and nothing else. */
  readonly options: unknown
  /** Loads the command and runs it. @returns the exit code */
  run(io: Io): Promise<number>
}

/** Adds a command to the program; what it does calls `asked`. */
export type AddCommand = (program: CommandLine, asked: (what: Asked) => void) => void

/** The part of a command that stands behind the program's name: `hooks`, for `hooks add` too. */
const nameOf = (command: Command): string =>
  command.parent === null || command.parent.parent === null ? command.name() : nameOf(command.parent)

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

/** What a query is, in the help of the commands that take one. */
export const queryRemarks = [
  "A query is written as in the inspector's search: type:ach.* is:rejected status:5xx key:8nf0 amount:>100",
  'A number alone is an id, as #12; ref:98454685 finds a reference number.',
] as const

/** A command of commander's, with what the commands of hookscope have in common. */
export class CommandLine extends Command {
  override createCommand(name?: string): CommandLine {
    return new CommandLine(name)
  }

  /** Several options under one heading. @param options what each means, by its flags */
  takes(group: string, options: Readonly<Record<string, string>>): this {
    for (const [flags, description] of Object.entries(options)) this.addOption(option(flags, description, group))
    return this
  }

  /** One option that may be given several times. */
  takesSeveral(group: string, flags: string, description: string): this {
    return this.addOption(repeated(option(flags, description, group)))
  }

  /** One option with a value of these. */
  takesOneOf(group: string, flags: string, description: string, choices: readonly string[]): this {
    return this.addOption(option(flags, description, group).choices([...choices]))
  }

  /** The two keys, and the files they can be read from. */
  takesKeys(group: string = groups.check): this {
    return this.takes(group, {
      '--signature-key [KEY]': 'the Signature Key of the console; asked for when no value is given',
      '--signature-key-file <PATH>': 'read it from a file',
      '--source-key [KEY]': 'the Source Key (API Key) of the console, if that one signs',
      '--source-key-file <PATH>': 'read it from a file',
    })
  }

  /** Credentials, by prompt, value or file. */
  takesBasicAuth(group: string = groups.check): this {
    return this.takes(group, {
      '--basic-auth [USER:PASSWORD]':
        'user name and password of Basic authentication; asked for when no value is given',
      '--basic-auth-file <PATH>': 'read them from a file, as user:password',
    })
  }

  takesConfig(): this {
    return this.takes(groups.other, {
      '--config <PATH>': 'the config file; default: hookscope.config.{ts,js,json} in this folder',
      '--no-config': 'ignore the one in this folder',
      '--trust-config': 'run the one in this folder without asking if it is code (.ts, .js)',
    })
  }

  /** Which database and which config file. */
  takesStore(): this {
    return this.takes(groups.keep, {
      '--db <PATH>': "the database file; default: in this user's data folder",
    }).takesConfig()
  }

  /** @param means what it prints */
  takesJson(means = 'one JSON object on standard output'): this {
    return this.takes(groups.other, { '--json': means })
  }

  /** Examples and remarks of its help. */
  says(text: HelpText): this {
    addHelp(this, text)
    return this
  }

  /**
   * What it does when it is asked for. The program itself listens.
   * @param read its options, from what was given and from the arguments as typed
   * @param run loads the command and runs it. @returns the exit code
   */
  does<Options>(
    asked: (what: Asked) => void,
    read: (given: GivenOptions, words: readonly string[]) => Options,
    run: (options: Options, io: Io) => Promise<number>,
  ): this {
    return this.action(() => {
      const options = read(givenIn(this.optsWithGlobals()), this.args)
      asked({ command: this.parent === null ? 'listen' : nameOf(this), options, run: io => run(options, io) })
    })
  }
}

/** What nearly every command takes. */
export interface CommonOptions {
  readonly settings: TextOptions
  readonly config: ConfigChoice
  readonly json: boolean
}

/** The options that were given, by their names as commander has them. */
export interface GivenOptions {
  readonly values: Readonly<Record<string, unknown>>
  /** The value of an option that takes one. */
  text(name: string): string | undefined
  /** The values of options that take one, as typed; null where one was not given. */
  texts<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, string | null>>
  /** The value of an option that takes one of these. */
  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null
  /** The values of an option that may be given several times. */
  several(name: string): readonly string[]
  /** Which of the options that take no value were given. */
  flags<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, boolean>>
  /** What is said about the config file. */
  config(): ConfigChoice
  /** Database, config file and `--json`. */
  common(): CommonOptions
  /** Keys and credentials as they were given. */
  secrets(): SecretOptions
  /** Those values that are settings, as they were typed. */
  settings(): TextOptions
}

function givenIn(values: GivenOptions['values']): GivenOptions {
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const secret = (name: string) => (values[name] === true ? true : text(name))
  const flags = <Name extends string>(...names: readonly Name[]) =>
    Object.fromEntries(names.map(name => [name, values[name] === true])) as Readonly<Record<Name, boolean>>
  const config = (): ConfigChoice => ({
    path: values['config'] === false ? false : (text('config') ?? null),
    trusted: values['trustConfig'] === true,
  })
  return {
    values,
    text,
    texts: <Name extends string>(...names: readonly Name[]) =>
      Object.fromEntries(names.map(name => [name, text(name) ?? null])) as Readonly<Record<Name, string | null>>,
    oneOf: (name, choices) => choices.find(known => known === text(name)) ?? null,
    several(name) {
      const value = values[name]
      return Array.isArray(value) ? value.map(String) : []
    },
    flags,
    config,
    common: () => ({ settings: settingsIn({ db: values['db'] }), config: config(), ...flags('json') }),
    secrets: () => ({
      signatureKey: secret('signatureKey'),
      sourceKey: secret('sourceKey'),
      basicAuth: secret('basicAuth'),
      signatureKeyFile: text('signatureKeyFile'),
      sourceKeyFile: text('sourceKeyFile'),
      basicAuthFile: text('basicAuthFile'),
    }),
    settings: () => settingsIn(values),
  }
}

function settingsIn(values: GivenOptions['values']): TextOptions {
  const settings: TextOptions = {}
  for (const field of Object.keys(textFields)) {
    const value = values[optionField(field)]
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value))
      Object.assign(settings, { [field]: value })
  }
  return settings
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
  throw usageError(
    `${name} should be a whole number from ${least} to ${most}, not “${clip(printable(typed), 40)}”.`,
    hint,
  )
}

/** What `--db` was given, for the commands that are named to a person; null when it was not. */
export const givenDb = ({ settings: { db } }: Pick<CommonOptions, 'settings'>): string | null =>
  typeof db === 'string' ? db : null
