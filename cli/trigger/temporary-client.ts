/** A client on a database for the moment, which is gone, file and all, once it is closed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, type ClientOptions, openClient } from '../client.ts'

export async function openTemporaryClient(options: ClientOptions): Promise<Client> {
  const folder = await mkdtemp(join(tmpdir(), 'hookscope-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const settings = { ...options.settings, db: join(folder, 'trigger.db') }
    const client = await openClient(null, { ...options, settings, make: true })
    return {
      ...client,
      way: 'directly',
      async close() {
        await client.close()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
