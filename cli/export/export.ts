/** `hookscope export`: kept deliveries as a file, masked. */
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { localZone } from '../../core/search/search.ts'
import { counted, printable } from '../../core/text/text.ts'
import { inHome } from '../../server/config/home.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { bodyOf } from '../client.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import { queryOfWords } from '../shared/query-words.ts'

export interface ExportCommandOptions extends CommonOptions {
  readonly words: readonly string[]
  /** null: not said. */
  readonly format: 'ndjson' | 'csv' | null
  /** A file, as typed; null: standard output. */
  readonly output: string | null
}

type Write = (bytes: Uint8Array) => Promise<unknown>

/**
 * Has a file written whole or not at all: what stood there stays until then.
 * @throws UserError when it cannot be written
 */
async function wholeFile(path: string, work: (write: Write) => Promise<void>): Promise<void> {
  const part = `${path}.part`
  const unwritable = (cause: unknown) =>
    new UserError(`${printable(path)} cannot be written.`, 'Check the path, its permissions and the disk.', { cause })
  const file = await open(part, 'w', 0o600).catch((cause: unknown) => {
    throw unwritable(cause)
  })
  try {
    await work(bytes =>
      file.writeFile(bytes).catch((cause: unknown) => {
        throw unwritable(cause)
      }),
    )
    await file.close()
    await rename(part, path).catch((cause: unknown) => {
      throw unwritable(cause)
    })
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
}

/** @returns the exit code */
export async function exportKept(
  { words, format: said, output, ...options }: ExportCommandOptions,
  io: Io,
): Promise<number> {
  const q = queryOfWords(words)
  if (options.json && said === 'csv')
    throw new UserError('--json and --format csv exclude each other.', 'Give one of them.', {
      exitCode: exitCodes.usage,
    })
  const format = said ?? (output !== null && /\.csv$/i.test(output) && !options.json ? 'csv' : 'ndjson')
  return look(options, io, null, async ({ client, write, say }) => {
    const body = await bodyOf(client.api.deliveries.export.$get({ query: { q, format, zone: localZone() } }))
    let length = 0
    const copy = async (to: Write) => {
      for await (const bytes of body) {
        length += bytes.length
        await to(bytes)
      }
    }
    if (output === null) await copy(write)
    else {
      await wholeFile(resolve(io.folder, inHome(output)), copy)
      say(
        `Saved to ${printable(output)}, ${counted(length, 'byte')}. Credentials, signatures and card numbers are masked.`,
      )
    }
    return exitCodes.ok
  })
}
