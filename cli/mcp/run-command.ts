/** A command of hookscope, run in this process for an agent: what it prints is caught, and nobody is asked anything. */
import { Writable } from 'node:stream'
import { CommanderError } from 'commander'
import { usageError } from '../../server/lib/errors.ts'
import { addList } from '../list/command.ts'
import { addReplay } from '../replay/command.ts'
import type { Io } from '../shared/io.ts'
import { type Asked, CommandLine } from '../shared/options.ts'
import { addTrigger } from '../trigger/command.ts'
import { addWait } from '../wait/command.ts'

/** Those that tools stand on. */
const commands = { list: addList, wait: addWait, trigger: addTrigger, replay: addReplay } as const
export type CommandName = keyof typeof commands

export interface CommandResult {
  readonly code: number
  /** The objects that `--json` printed, one a line. */
  readonly lines: readonly object[]
  /** What it said to a person. */
  readonly said: string
}

function openCatch() {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}

/** @throws UserError for words that the command does not take */
function read(name: CommandName, words: readonly string[]): Asked {
  let asked: Asked | null = null
  const program = new CommandLine('hookscope').enablePositionalOptions()
  commands[name](program, what => {
    asked = what
  })
  for (const command of program.commands) command.exitOverride().configureOutput({ outputError: () => {} })
  try {
    program.parse([name, ...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    throw usageError(error.message.replace(/^error: /, ''), '', { cause: error })
  }
  if (asked === null) throw new Error(`hookscope ${name} asks for nothing`)
  return asked
}

/**
 * @param words as after the command's name; values follow their option behind `=`, and what an agent wrote stands after `--`
 * @param signal ends the command early
 * @throws UserError as the command line does
 */
export async function runCommand(
  name: CommandName,
  words: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<CommandResult> {
  const [stdout, stderr] = [openCatch(), openCatch()]
  const own: Io = { ...io, stdout: stdout.stream, stderr: stderr.stream, outputGone: signal }
  const code = await read(name, words).run(own)
  const lines = stdout.text().split('\n').filter(Boolean)
  return { code, lines: lines.map(line => JSON.parse(line) as object), said: stderr.text().trim() }
}
