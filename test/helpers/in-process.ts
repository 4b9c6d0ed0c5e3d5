/** A command in this process, its streams in memory: for tables that would start a process a line. */
import { Readable, Writable } from 'node:stream'
import { readCommandLine } from '../../server/command-line.ts'
import { UserError } from '../../server/errors.ts'
import type { Io } from '../../server/io.ts'
import { type CommandOptions, type Exit, emptyFolder } from './command.ts'

/** Runs a command that ends by itself, as `runCommand` does, for one that nobody can be asked by. */
export async function runHere(
  args: readonly string[],
  { env = {}, cwd = emptyFolder(), input = '' }: Pick<CommandOptions, 'env' | 'cwd' | 'input'> = {},
): Promise<Omit<Exit, 'signal'>> {
  const written = { stdout: '', stderr: '' }
  const into = (stream: keyof typeof written) =>
    new Writable({
      decodeStrings: false,
      write(text, _, done) {
        written[stream] += String(text)
        done()
      },
    }) as unknown as NodeJS.WriteStream
  const io: Io = {
    stdin: Readable.from([Buffer.from(input)], { objectMode: false }) as unknown as NodeJS.ReadStream,
    stdout: into('stdout'),
    stderr: into('stderr'),
    environment: env,
    folder: cwd,
    outputGone: new AbortController().signal,
  }
  try {
    const code = (await readCommandLine(args, io)?.run(io)) ?? 0
    return { code, ...written }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { code: error.exitCode, ...written, stderr: `${written.stderr}${error.message}\n${error.hint}\n` }
  }
}
