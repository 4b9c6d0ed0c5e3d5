/** The commands of the program, and what the help of each says. */
import type { Command } from 'commander'
import { readCommandLine } from '../../cli/command-line.ts'
import { buildProgram } from '../../cli/program.ts'
import type { Output } from '../../cli/shared/io.ts'

export interface DocumentedCommand {
  /** As it is typed, such as `hooks add`; empty for hookscope alone. */
  readonly words: string
  readonly command: Command
}

/** Each command that the help lists, after the one that it is a command of. */
export function documentedCommands(): readonly DocumentedCommand[] {
  const visible = (command: Command, before: readonly string[]): DocumentedCommand[] =>
    command
      .createHelp()
      .visibleCommands(command)
      .filter(child => child.name() !== 'help')
      .flatMap(child => {
        const words = [...before, child.name()]
        return [{ words: words.join(' '), command: child }, ...visible(child, words)]
      })
  const program = buildProgram(() => undefined)
  return [{ words: '', command: program }, ...visible(program, [])]
}

/** What a command prints when help is asked for. @param columns of the terminal; none: no terminal */
export function helpOf(words: string, columns?: number): string {
  let help = ''
  const stdout = { columns, isTTY: columns !== undefined, write: (text: string) => (help += text) }
  readCommandLine([...words.split(' ').filter(Boolean), '--help'], {
    stdout: stdout as unknown as Output,
  })
  return help
}
