/** Reads the command line; help and version are printed here, mistakes become a UserError. */
import { type Command, CommanderError } from 'commander'
import { searchFieldNames } from '../core/search/search-fields.ts'
import { nearest } from '../core/text/nearest.ts'
import { capital, clip, printable } from '../core/text/text.ts'
import { type UserError, usageError } from '../server/lib/errors.ts'
import { buildProgram } from './program.ts'
import { widestHelp } from './shared/help.ts'
import type { Io } from './shared/io.ts'
import type { Asked } from './shared/options.ts'
import { isRepeatable } from './shared/repeatable.ts'
import { widthOf } from './shared/style.ts'
import { commandOf, readWords, type TypedWord } from './typed-words.ts'

/**
 * @param typed what follows the program's name
 * @returns null when help or the version was asked for, which is printed then
 * @throws UserError for what the command line has wrong
 */
export function readCommandLine(typed: readonly string[], io: Pick<Io, 'stdout'>): Asked | null {
  let asked: Asked | null = null
  const program = buildProgram(what => {
    asked = what
  })
  const commands = allCommands(program)
  const words = readWords(program, typed)
  const [first] = words
  if (first?.kind === 'operand') throw noCommand(program, first.word)
  refuseRepeated([program, ...commands])
  for (const command of [program, ...commands]) {
    command.exitOverride().configureOutput({
      writeOut: text => io.stdout.write(text),
      getOutHelpWidth: () => Math.min(widthOf(io.stdout) ?? 80, widestHelp),
      writeErr: () => {},
      outputError: () => {},
    })
  }
  try {
    program.parse(spelled(program, words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return null
    if (error.code === 'commander.excessArguments') {
      const strayed = commands.findLast(({ args }) => args.length > 0) ?? program
      const stray = strayed.args[strayed.registeredArguments.length] ?? ''
      const asking = strayed.parent ?? program
      // What is no command of a command is taken for a word of its default one.
      const isDefault = strayed !== program && !words.some(({ word }) => word === strayed.name())
      if (isDefault && asking !== program) throw noneOf(asking, stray)
      throw strayed === program && nearest(stray, namesOf(program)) !== undefined
        ? noCommand(program, stray)
        : noPlace(stray)
    }
    throw misspelled(error, commandOf(program, words))
  }
  return asked
}

const quoted = (word: string) => `“${clip(printable(word), 80)}”`

/** @param before what stands before the command, as in `hookscope help replay` */
function noCommand(program: Command, word: string, before = ''): UserError {
  const names = namesOf(program)
  const near = nearest(word, names)
  return usageError(
    `There is no command ${quoted(word)}.`,
    near === undefined
      ? `Commands: ${names.join(', ')}. See hookscope --help`
      : `Did you mean hookscope ${before}${near}?`,
  )
}

/** A command that has commands has none of this name. */
function noneOf(asking: Command, word: string): UserError {
  const near = nearest(word, namesOf(asking))
  return usageError(
    `hookscope ${asking.name()} has no ${quoted(word)}.`,
    `${near === undefined ? `It has: ${namesOf(asking).join(', ')}.` : `Did you mean ${near}?`} See hookscope help ${asking.name()}`,
  )
}

const noPlace = (word: string) =>
  usageError(`Unexpected argument ${quoted(word)}.`, 'Is it the value of an option? See hookscope --help')

/** The words as commander takes them: `help` as an option. */
function spelled(program: Command, read: readonly TypedWord[]): readonly string[] {
  const words = read.map(({ word }) => word)
  const help = read.findIndex(({ kind }) => kind === 'help')
  return help < 0 ? termsLast(words) : [...words.slice(0, help), ...asOption(program, words.slice(help + 1))]
}

const excludingTerm = new RegExp(`^-(?:${searchFieldNames.join('|')}):`)

/** `-is:rejected` is no option: it stands behind `--`, where commander takes it for a word of the query. */
function termsLast(words: readonly string[]): readonly string[] {
  const terms = words.filter(word => excludingTerm.test(word))
  if (terms.length === 0 || words.includes('--')) return words
  return [...words.filter(word => !terms.includes(word)), '--', ...terms]
}

/**
 * `help hooks add` as `hooks add --help`: commander's own help command knows one word, and says nothing of others.
 * @param words what follows `help`
 * @throws UserError for what is no command
 */
function asOption(program: Command, words: readonly string[]): string[] {
  let at = program
  for (const word of words) {
    if (['-h', '--help', 'help'].includes(word)) continue
    const child = at.commands.find(command => command.name() === word)
    if (child === undefined)
      throw word.startsWith('-') || at.commands.length === 0
        ? noPlace(word)
        : at === program
          ? noCommand(program, word, 'help ')
          : noneOf(at, word)
    at = child
  }
  return [...words.filter(word => !['-h', '--help', 'help'].includes(word)), '--help']
}

/** Of an option that takes one value, no second one wins in silence; nor does that of a command over that before it. */
function refuseRepeated(commands: readonly Command[]): void {
  const given = new Set<string>()
  const valued = commands.flatMap(command =>
    command.options
      .filter(option => (option.required || option.optional) && !isRepeatable(option))
      .map(option => ({ command, option })),
  )
  for (const { command, option } of valued) {
    const name = option.long ?? option.flags
    command.on(`option:${option.name()}`, () => {
      if (given.has(name)) throw usageError(`${name} is given more than once.`, 'Give it only once.')
      given.add(name)
    })
  }
}

/** Every command, those of commands included. */
const allCommands = (command: Command): Command[] => command.commands.flatMap(child => [child, ...allCommands(child)])

/** As the help lists them: without those that only shells call. */
const namesOf = (command: Command): string[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map(child => child.name())

/** Commander's sentence and its suggestion, as message and hint. @param command that was asked for */
function misspelled(error: CommanderError, command: Command): UserError {
  const [sentence = '', said] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = said ?? optionMeant(error, command)
  const message = `${capital(sentence).replace(/\.$/, '')}.`
  const help = command.parent === null ? 'hookscope --help' : `hookscope help ${pathOf(command)}`
  const hint = suggestion === undefined ? `See ${help}` : `${suggestion.replace(/^\(|\)$/g, '')} See ${help}`
  return usageError(message, hint, { cause: error })
}

/** As it is typed behind the program's name. */
const pathOf = (command: Command): string =>
  command.parent === null || command.parent.parent === null
    ? command.name()
    : `${pathOf(command.parent)} ${command.name()}`

/**
 * Of the options of hookscope alone, which its own help leaves to `help listen`: commander suggests only what help shows.
 * What another command has is suggested to nobody.
 */
function optionMeant({ code, message }: CommanderError, command: Command): string | undefined {
  const option = code === 'commander.unknownOption' ? /--[\w-]+/.exec(message)?.[0] : undefined
  if (option === undefined || command.parent !== null) return undefined
  const near = nearest(
    option,
    command.options.flatMap(({ long }) => long ?? []),
  )
  return near === undefined ? undefined : `Did you mean ${near}?`
}
