/** The words of a command line, each for what commander takes it, so that an option before a command changes nothing. */
import type { Command, Option } from 'commander'
import { commandNow, optionNow } from './former-names.ts'

/** A word, with the name of today where it is a former one. */
export type TypedWord =
  | { readonly kind: 'command'; readonly word: string; readonly command: Command }
  | { readonly kind: 'help' | 'operand' | 'end'; readonly word: string }
  /** `option` is null for one that the command does not have; `value` is what stands behind its `=`. */
  | { readonly kind: 'option'; readonly word: string; readonly option: Option | null; readonly value: string | null }
  | { readonly kind: 'value'; readonly word: string; readonly option: Option }

/** The options that may have a value in the next word. */
const takesValue = (option: Option) => option.required || option.optional

/** @param typed what follows the program's name */
export function readWords(program: Command, typed: readonly string[]): TypedWord[] {
  const read: TypedWord[] = []
  let command = program
  /** Whether a command of `command` may come: commander looks for none behind an operand, or an option that it does not know. */
  let isOpen = true
  let isHelp = false
  let isEnded = false
  let awaiting: Option | null = null
  for (const word of typed) {
    const isOption: boolean = !isEnded && word.startsWith('-') && word !== '-'
    if (awaiting !== null && (awaiting.required || !isOption)) {
      read.push({ kind: 'value', word, option: awaiting })
      awaiting = null
    } else if (isOption && word === '--') {
      awaiting = null
      isEnded = true
      read.push({ kind: 'end', word })
    } else if (isOption) {
      const now = optionNow(command, word)
      const [name = '', value = null] = now.split(/=(.*)/s)
      const option = command.options.find(({ long, short }) => name === long || name === short) ?? null
      read.push({ kind: 'option', word: now, option, value })
      awaiting = option !== null && value === null && takesValue(option) ? option : null
      if (option === null) isOpen = false
    } else if (isOpen && command === program && !isHelp && word === 'help') {
      isHelp = true
      read.push({ kind: 'help', word })
    } else {
      const now = commandNow(command, word)
      const child: Command | undefined = isOpen ? command.commands.find(known => known.name() === now) : undefined
      if (child === undefined) {
        isOpen = false
        read.push({ kind: 'operand', word })
      } else {
        command = child
        isEnded = false
        read.push({ kind: 'command', word: now, command })
      }
    }
  }
  return read
}

/** The command that words ask for; the program itself where they name none. */
export const commandOf = (program: Command, words: readonly TypedWord[]): Command =>
  words.findLast(word => word.kind === 'command')?.command ?? program
