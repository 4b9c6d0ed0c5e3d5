/** The process as commands see it: streams, environment and working directory, handed in by the cli. */
import type { Writable } from 'node:stream'
import { exitCodes } from '../../server/lib/errors.ts'
import type { OutputStream } from './style.ts'

/** A stream that commands write to, which may be a terminal. */
export type Output = Writable & OutputStream

export interface Io {
  readonly stdin: NodeJS.ReadStream
  /** Data of `--json`, and what was asked for. */
  readonly stdout: Output
  /** Everything else. */
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The working directory. */
  readonly folder: string
  /** Aborted when the reader of standard output has gone: nobody is there to write for. */
  readonly outputGone: AbortSignal
  /** The command runs within another, which takes Ctrl-C and the signals. Default: it takes them itself. */
  readonly isWithin?: true
}

/** What a command takes from Ctrl-C and the signals that ask a process to end. */
export interface Interruption {
  /** Aborted at the first one. */
  readonly signal: AbortSignal
  /** As if Ctrl-C had been pressed, for a terminal in raw mode. */
  interrupt(): void
  close(): void
}

const asks: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP']

/** @param force called at the second one: the person does not want to wait */
export function openInterruption(io: Io, force: () => void): Interruption {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) force()
    else controller.abort()
  }
  const stop = () => controller.abort()
  const taken = io.isWithin ? [] : asks
  for (const name of taken) process.on(name, interrupt)
  io.outputGone.addEventListener('abort', stop)
  if (io.outputGone.aborted) stop()
  return {
    signal: controller.signal,
    interrupt,
    close() {
      for (const name of taken) process.off(name, interrupt)
      io.outputGone.removeEventListener('abort', stop)
    },
  }
}

/** Runs what Ctrl-C may end. @param code with which a second one ends the process */
export async function interruptible<Result>(
  io: Io,
  work: (signal: AbortSignal) => Promise<Result>,
  code: number = exitCodes.failed,
): Promise<Result> {
  const interruption = openInterruption(io, () => process.exit(code))
  return work(interruption.signal).finally(interruption.close)
}

/** The same for a command: that what Ctrl-C ended did not end well is no news. @returns its exit code */
export const stoppable = (
  io: Io,
  say: (line: string) => unknown,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> =>
  interruptible(io, signal =>
    work(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
      say('Stopped.')
      return exitCodes.failed
    }),
  )
