/** `--body`: what a file or standard input holds. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { clip, printable } from '../../core/text/text.ts'
import { inHome } from '../../server/config/home.ts'
import { usageError } from '../../server/lib/errors.ts'
import type { Io } from '../shared/io.ts'

const largestBytes = 1_048_576

/** @throws UserError when it cannot be read */
async function fileAt(path: string, folder: string): Promise<Buffer> {
  try {
    return await readFile(resolve(folder, inHome(path)))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const what =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${String(code)})`
    throw usageError(
      `The file of --body, ${clip(printable(path), 200)}, ${what}.`,
      'Name a file that contains the body, or - for standard input.',
      { cause: error },
    )
  }
}

/**
 * @param path relative to the working directory; `-` for standard input
 * @returns its text, to the byte
 * @throws UserError when it cannot be read, is empty, too long or no UTF-8
 */
export async function readEventBody(path: string, io: Pick<Io, 'stdin' | 'folder'>): Promise<string> {
  if (path === '-' && io.stdin.isTTY === true)
    throw usageError('Nothing is piped to standard input.', 'Pipe the body in, or name a file with --body FILE.')
  const bytes = path === '-' ? await buffer(io.stdin) : await fileAt(path, io.folder)
  const where = path === '-' ? 'Standard input' : `The file of --body, ${clip(printable(path), 200)},`
  if (bytes.length === 0) throw usageError(`${where} is empty.`, 'It should contain the JSON of an event.')
  if (bytes.length > largestBytes)
    throw usageError(`${where} is longer than ${largestBytes} bytes.`, 'The gateway sends a few thousand.')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw usageError(`${where} is not UTF-8 text.`, 'Save it as plain text.', { cause: error })
  }
}
