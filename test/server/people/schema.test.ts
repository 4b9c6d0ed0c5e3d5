/** The tables are those that better-auth expects, on both engines: an update of it that wants more is found here. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getMigrations } from 'better-auth/db/migration'
import { afterAll, expect, it } from 'vitest'
import { openAuth } from '../../../server/people/auth.ts'
import { openPeopleDatabase } from '../../../server/people/database.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { type PostgresDatabases, sharedPostgres } from '../../helpers/postgres.ts'
import { origin } from './house.ts'

const folder = mkdtempSync(join(tmpdir(), 'hookscope-people-'))
let server: PostgresDatabases | null = null
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function database(engine: string): Promise<string> {
  if (engine === 'postgres') {
    server = await sharedPostgres()
    return (await server.create()).url
  }
  const store = await openSqlite({ path: join(folder, 'log.db') })
  await store.close()
  return join(folder, 'log.db')
}

it.each(['sqlite', 'postgres'])('%s has what better-auth expects, and opens it again, twice at once', async engine => {
  const db = await database(engine)
  const opened = await Promise.all([openPeopleDatabase(db), openPeopleDatabase(db)])
  const [first] = opened
  const auth = openAuth({ database: first, origin, secrets: ['a secret'], isLocal: false })
  const { toBeCreated, toBeAdded, compileMigrations } = await getMigrations(auth.options)
  expect([toBeCreated, toBeAdded]).toEqual([[], []])
  expect((await compileMigrations()).replace(';', '')).toBe('')
  for (const one of opened) await one.close()
})

it('refuses people of a newer hookscope', async () => {
  const { tables, close } = await openPeopleDatabase(join(folder, 'log.db'))
  await tables.updateTable('people_setting').set({ value: '99' }).where('name', '=', 'version').execute()
  await close()
  await expect(openPeopleDatabase(join(folder, 'log.db'))).rejects.toThrow(/newer hookscope \(format 99/)
})
