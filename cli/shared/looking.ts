/** What the commands that look have in common: `list`, `show`, `tail` and `wait`. */
import { jsonText, printable } from '../../core/text/text.ts'
import { variableName } from '../../server/config/settings.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { isDatabaseUrl, shownDatabase } from '../../server/lib/database-url.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import type { Owner } from '../../server/store/sqlite/file/owner.ts'
import { type Client, findListener, listenerClient, listeningElsewhere, openClient } from '../client.ts'
import type { LineStyle } from './delivery-line.ts'
import { type Io, type Output, openInterruption } from './io.ts'
import type { JsonLine } from './json-lines.ts'
import type { CommonOptions } from './options.ts'
import { type Saying, sayingTo } from './say.ts'
import { settingsFor } from './settings.ts'
import { paintFor, widthOf } from './style.ts'

/** What such a command is asked for. */
export interface LookOptions extends CommonOptions {
  /** Makes a database that is not there. Default false. */
  readonly make?: boolean
  /** Reads all settings, not only which database is meant. Default false. */
  readonly readsAll?: boolean
  /** Waits for a list that is being rebuilt, where nobody listens. Default false. */
  readonly rebuilt?: boolean
}

/** What the work of such a command is done with. */
export interface Looking extends Saying {
  readonly client: Client
  /** The database. */
  readonly db: string
  /** Aborted at Ctrl-C, and when the reader of standard output has gone. */
  readonly signal: AbortSignal
  readonly style: LineStyle
  /** To standard output, byte for byte; resolves once its reader takes more. */
  write(bytes: Uint8Array): Promise<void>
  print(lines: readonly string[]): Promise<void>
  printJson(line: JsonLine): Promise<void>
}

/**
 * Opens the client, does the work, and closes it. Ctrl-C ends the work with 1; a reader that goes (`| head -1`) has seen enough.
 * @param needs what a listener is needed for, as in `to wait for deliveries`; null where the database alone will do
 * @returns the exit code
 * @throws UserError where nobody listens, and somebody has to
 */
export async function look(
  options: LookOptions,
  io: Io,
  needs: string | null,
  work: (looking: Looking) => Promise<number>,
): Promise<number> {
  // Where the database is known, what else a config file that is code says can be done without.
  const isDbGiven = options.settings.db !== undefined || (io.environment[variableName('db')] ?? '') !== ''
  const reads = options.readsAll === true ? 'everything' : (['db'] as const)
  const { settings } = await settingsFor(options, io, { reads, optional: isDbGiven })
  const { db } = settings
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))
  const { signal } = interruption
  const saying = sayingTo(io)
  const write = (bytes: Uint8Array) => written(io.stdout, bytes, signal)
  const print = (lines: readonly string[]) => write(Buffer.from(lines.map(line => `${line}\n`).join('')))
  try {
    const listener = await findListener(db, signal)
    const client =
      needs === null
        ? await openClient(listener, {
            ...{ settings, folder: io.folder, secrets: noSecrets, signal },
            ...{ make: options.make === true, rebuilt: options.rebuilt === true },
          })
        : listenerClient(listenerOf(listener, db, needs, io.folder), signal)
    try {
      const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
      const printJson = (line: JsonLine) => print([jsonText(line)])
      return await work({ ...saying, client, db, signal, style, write, print, printJson })
    } finally {
      await client.close()
    }
  } catch (error) {
    if (!signal.aborted) throw error
    return io.outputGone.aborted ? exitCodes.ok : exitCodes.failed
  } finally {
    interruption.close()
  }
}

function listenerOf(listener: Owner | null, db: string, needs: string, folder: string): Owner {
  if (listener !== null) return listener
  if (isDatabaseUrl(db))
    throw new UserError(
      `No hookscope of this user is listening on ${printable(shownDatabase(db))}, ${needs}.`,
      'What hookscope serve does is in its inspector. Name another database with --db.',
    )
  throw new UserError(
    `No hookscope is listening on ${printable(db)}, ${needs}.`,
    listeningElsewhere(db, folder) ?? 'Start hookscope in another terminal, or name its database with --db.',
  )
}

/** A reader that is slow holds up the command, and nothing piles up. */
async function written(stdout: Output, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  if (bytes.length === 0 || signal.aborted || stdout.write(bytes)) return
  await new Promise<void>(resolve => {
    const done = () => {
      stdout.off('drain', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    stdout.on('drain', done)
    signal.addEventListener('abort', done)
  })
}
