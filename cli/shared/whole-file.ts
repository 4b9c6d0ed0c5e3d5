/** A file that is written whole or not at all. */
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printable } from '../../core/text/text.ts'
import { inHome } from '../../server/config/home.ts'
import { UserError } from '../../server/lib/errors.ts'

/**
 * What stood there stays until all of it is written.
 * @param typed relative to the folder, `~` for the home
 * @returns how many bytes were written
 * @throws UserError when it cannot be written
 */
export async function savedWhole(
  folder: string,
  typed: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const path = resolve(folder, inHome(typed))
  const part = `${path}.part`
  const unwritable = (cause: unknown): never => {
    throw new UserError(`${printable(path)} cannot be written.`, 'Check the path, its permissions and the disk.', {
      cause,
    })
  }
  const file = await open(part, 'w', 0o600).catch(unwritable)
  let length = 0
  try {
    for await (const bytes of chunks) {
      length += bytes.length
      await file.writeFile(bytes).catch(unwritable)
    }
    await file.close()
    await rename(part, path).catch(unwritable)
    return length
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
}
