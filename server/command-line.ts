/** Reads the command line; help and version are printed here, mistakes become a UserError. */
import { type Command, CommanderError } from 'commander'
import { nearest } from '../core/nearest.ts'
import { clip, printable } from '../core/text.ts'
import { exitCodes, UserError } from './errors.ts'
import type { Io } from './io.ts'
import { buildProgram } from './options/program.ts'
import type { Asked } from './options/shared.ts'
import { isRepeatable } from './repeatable.ts'

/**
 * @param words what follows the program's name
 * @returns null when help or the version was asked for, which is printed then
 * @throws UserError for what the command line has wrong
 */
export function readCommandLine(words: readonly string[], io: Pick<Io, 'stdout'>): Asked | null {
  let asked: Asked | null = null
  const program = buildProgram(what => {
    asked = what
  })
  const commands = allCommands(program)
  const first = words[0]
  const names = namesOf(program)
  if (first !== undefined && !first.startsWith('-') && !isCommand(program, first)) {
    const near = nearest(first, names)
    throw new UserError(
      `There is no command "${clip(printable(first), 80)}".`,
      near === undefined
        ? `Commands: ${names.join(', ')}. hookscope --help tells more.`
        : `Did you mean "hookscope ${near}"?`,
      { exitCode: exitCodes.usage },
    )
  }
  refuseRepeated([program, ...commands])
  for (const command of [program, ...commands]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: () => {}, outputError: () => {} })
  }
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return null
    if (error.code === 'commander.excessArguments') {
      const strayed = commands.findLast(({ args }) => args.length > 0) ?? program
      const stray = strayed.args[strayed.registeredArguments.length] ?? ''
      const asking = strayed.parent ?? program
      const shown = clip(printable(stray), 80)
      // What is no command of a command is taken for a word of its default one.
      if (asking !== program && !words.includes(strayed.name())) {
        const near = nearest(stray, namesOf(asking))
        throw new UserError(
          `hookscope ${asking.name()} has no "${shown}".`,
          `${near === undefined ? `It has: ${namesOf(asking).join(', ')}.` : `Did you mean ${near}?`} See hookscope help ${asking.name()}`,
          { cause: error, exitCode: exitCodes.usage },
        )
      }
      throw new UserError(
        `There is no place for "${shown}" here.`,
        'Is it the value of an option? See hookscope --help',
        {
          cause: error,
          exitCode: exitCodes.usage,
        },
      )
    }
    throw usageError(error, words)
  }
  return asked
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
      if (given.has(name))
        throw new UserError(`${name} is given more than once.`, 'It takes one value: leave one of them out.', {
          exitCode: exitCodes.usage,
        })
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

const isCommand = (program: Command, word: string) =>
  word === 'help' || program.commands.some(command => command.name() === word)

/** Commander's sentence and its suggestion, as message and hint. */
function usageError(error: CommanderError, words: readonly string[]): UserError {
  const [sentence = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const message = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1).replace(/\.$/, '')}.`
  const [command = ''] = words
  const help = command === '' || command.startsWith('-') ? 'hookscope --help' : `hookscope help ${command}`
  const hint = suggestion === undefined ? `See ${help}` : `${suggestion.replace(/^\(|\)$/g, '')} See ${help}`
  return new UserError(message, hint, { cause: error, exitCode: exitCodes.usage })
}
