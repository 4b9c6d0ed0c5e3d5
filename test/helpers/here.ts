/** The command within the test's own process: for tables of cases, each of which would take a process half a second. */
import { PassThrough, Readable } from 'node:stream'
import { readCommandLine } from '../../cli/command-line.ts'
import type { Io } from '../../cli/shared/io.ts'
import { UserError } from '../../server/lib/errors.ts'
import { type CommandOptions, type Exit, emptyFolder } from './command.ts'

/** Collects what is written to it. */
function collector() {
  const chunks: Buffer[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { stream: stream, text: () => Buffer.concat(chunks).toString() }
}

/** Runs a command to its end, as `runCommand` does; a mistake is told as the command tells it. */
export async function runHere(
  words: readonly string[],
  { env = {}, cwd = emptyFolder(), input = '' }: Omit<CommandOptions, 'command'> = {},
): Promise<Pick<Exit, 'code' | 'stdout' | 'stderr'>> {
  const [stdout, stderr] = [collector(), collector()]
  const io: Io = {
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)], {
      objectMode: false,
    }) as unknown as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: env,
    folder: cwd,
    outputGone: new AbortController().signal,
  }
  const ended = (code: number, told = '') => ({ code, stdout: stdout.text(), stderr: `${stderr.text()}${told}` })
  try {
    return ended((await readCommandLine(words, io)?.run(io)) ?? 0)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return ended(error.exitCode, `hookscope: ${error.message}\n${error.hint === '' ? '' : `  ${error.hint}\n`}`)
  }
}
