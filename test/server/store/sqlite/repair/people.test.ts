/** People who sign in survive what happens to the file of the deliveries: a repair, a backup, a list that is rebuilt. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openPeopleDatabase } from '../../../../../server/people/database.ts'
import { backUp } from '../../../../../server/store/sqlite/file/backup.ts'
import { type Repaired, repair } from '../../../../../server/store/sqlite/repair/repair.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import { damage, writeOver } from '../../../../helpers/damage.ts'
import { arrival } from '../../../../helpers/deliveries.ts'
import { runHere } from '../../../../helpers/here.ts'

const people = 60
const progress = () => {}
/** Some fill pages. */
const long = 'x'.repeat(400)
const day = '2026-11-23T12:00:00.000Z'

let original: string
let folder: string
let path: string
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'hookscope-repair-'))
  const store = openSqlite({ path: join(original, 'shop.db') })
  await Promise.all(Array.from({ length: 30 }, () => store.deliveries.append(arrival({}))))
  await store.deliveries.settled()
  await store.close()
  await (await openPeopleDatabase(join(original, 'shop.db'))).close()
  const db = new Database(join(original, 'shop.db'))
  const user = db.prepare(
    `INSERT INTO people_user VALUES (@id, @id || @long, @id || '@x.example', 1, NULL, @day, @day, 1, 'owner')`,
  )
  const session = db.prepare(`INSERT INTO people_session (id, expiresAt, token, createdAt, updatedAt, userId)
    VALUES ('s' || @id, @day, 't' || @id, @day, @day, @id)`)
  const factor = db.prepare(`INSERT INTO people_two_factor (id, secret, backupCodes, userId, verified)
    VALUES ('f' || @id, 'secret', @long, @id, 1)`)
  const entry = db.prepare(`INSERT INTO people_audit (at, action, who) VALUES (1, 'sign-in', @id)`)
  db.transaction(() => {
    for (let number = 1; number <= people; number += 1)
      for (const one of [user, session, factor, entry]) {
        const { source } = one
        const given = { id: `p${number}`, long, day }
        one.run(Object.fromEntries(Object.entries(given).filter(([name]) => source.includes(`@${name}`))))
      }
  })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
})
afterAll(() => rmSync(original, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-repair-'))
  path = join(folder, 'shop.db')
  cpSync(original, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const tables = ['people_user', 'people_session', 'people_two_factor', 'people_audit'] as const

/** How many rows are there, once a hookscope that knows people has opened the file. */
async function kept(file: string): Promise<number[]> {
  await (await openPeopleDatabase(file)).close()
  const db = new Database(file, { readonly: true })
  try {
    expect(db.pragma('foreign_key_check')).toEqual([])
    return tables.map(table => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()))
  } finally {
    db.close()
  }
}

const all = tables.map(() => people)
const notWhole = (repaired: Repaired) => repaired.tables.filter(({ isWhole }) => !isWhole).map(({ table }) => table)

it('a repair has all of them, with their unique names and their numbers', async () => {
  damage(path, 'arrival', 'leaf', 'first')
  const repaired = repair({ path, to: null, progress })
  expect(notWhole(repaired)).toEqual(['arrival'])
  expect(await kept(repaired.to)).toEqual(all)
  const db = new Database(repaired.to)
  expect(() => db.exec(`UPDATE people_user SET email = 'p1@x.example'`)).toThrow(/UNIQUE/)
  db.exec(`DELETE FROM people_audit; INSERT INTO people_audit (at, action) VALUES (1, 'sign-in')`)
  expect(db.prepare('SELECT id FROM people_audit').pluck().get()).toBe(people + 1)
  db.close()
})

it('a repair leaves out who does not read, and what belonged to them, and says so', async () => {
  damage(path, 'people_user', 'leaf', 'first')
  const to = join(folder, 'new.db')
  const { code, stdout } = await runHere(['repair', '--db', path, '--to', to, '--no-config'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ {2}people +\d+ {2}some are left out$/m)
  expect(stdout).toMatch(/^ {2}sessions +\d+ {2}some are left out$/m)
  expect(stdout).toMatch(/^ {2}audit list +60 {2}all$/m)
  expect(stdout).toContain('hookscope users reset EMAIL')
  const [users = 0, ...others] = await kept(to)
  expect(users).toBeGreaterThan(0)
  expect(users).toBeLessThan(people)
  expect(others).toEqual([users, users, people])
})

it('a repair without the version of their tables has them none the less', async () => {
  damage(path, 'people_setting', 'leaf')
  const repaired = repair({ path, to: null, progress })
  expect(notWhole(repaired)).toEqual(['people_setting'])
  expect(await kept(repaired.to)).toEqual(all)
})

it('where not even the schema reads: they are left out, which is said, and new ones can be invited', async () => {
  writeOver(path, 1)
  const repaired = repair({ path, to: null, progress })
  expect(notWhole(repaired)).toEqual(expect.arrayContaining([...tables]))
  expect(await kept(repaired.to)).toEqual([0, 0, 0, 0])
})

it('a file without people says nothing of them', async () => {
  const db = new Database(path)
  const there = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE name LIKE 'people%' AND type = 'table'`)
  for (const name of there.pluck().all().reverse()) db.exec(`DROP TABLE ${name}`)
  db.close()
  const { code, stdout } = await runHere(['repair', '--db', path, '--no-config'])
  expect(code).toBe(0)
  expect(stdout).not.toMatch(/people|sessions|users|audit/)
})

it('a backup has them', async () => {
  const to = join(folder, 'copy.db')
  await backUp({ path, to, signal: new AbortController().signal })
  expect(await kept(to)).toEqual(all)
})

it.each(['delivery', 'delivery_gram_config'])('a list that is rebuilt (%s) leaves them alone', async table => {
  damage(path, table, 'leaf')
  const store = openSqlite({ path })
  try {
    await store.deliveries.append(arrival({}))
    await vi.waitFor(() => expect(store.health.trouble()).toBeNull(), { timeout: 20_000, interval: 5 })
    await vi.waitFor(async () => expect((await store.deliveries.facets()).total).toBe(31), {
      timeout: 20_000,
      interval: 5,
    })
  } finally {
    await store.close()
  }
  expect(await kept(path)).toEqual(all)
})
