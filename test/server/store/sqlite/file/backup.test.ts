/** A backup is the database at one moment, whatever is written meanwhile. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { backUp } from '../../../../../server/store/sqlite/file/backup.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import { damage } from '../../../../helpers/damage.ts'
import { arrival } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const never = new AbortController().signal
const target = () => join(place.folder, 'copy.db')

/** Bodies that no two pages share. */
const body = (at: number) => new Uint8Array(20_000).fill(at % 251)
const add = (from: number, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, at) => place.store.deliveries.append(arrival({ body: body(from + at) }))),
  )

it('has all that was kept before it, byte for byte, and nothing of what comes meanwhile', async () => {
  await add(0, 500)
  const late: Promise<unknown>[] = []
  const done: number[] = []
  const backed = await backUp({
    ...{ path: place.path, to: target(), signal: never },
    progress(part) {
      done.push(part)
      late.push(add(500, 5))
    },
  })
  await Promise.all(late)
  expect(late.length).toBeGreaterThan(1)
  expect(backed).toEqual({ deliveries: 500, bytes: statSync(target()).size, isWhole: true })
  expect([...done].sort((one, other) => one - other)).toEqual(done)

  const copy = openSqlite({ path: target(), now: place.now })
  try {
    expect(await copy.deliveries.newest()).toBe(500)
    await copy.deliveries.settled()
    for (const id of [1, 250, 500]) expect((await copy.deliveries.get(id))?.body).toEqual(body(id - 1))
    expect((await copy.deliveries.facets()).total).toBe(500)
  } finally {
    await copy.close()
  }
})

it('is one file, which its user alone can read', async () => {
  await add(0, 3)
  await backUp({ path: place.path, to: target(), signal: never })
  expect(statSync(target()).mode & 0o777).toBe(0o600)
  expect(readdirSync(place.folder).filter(name => name.startsWith('copy'))).toEqual(['copy.db'])
})

it('overwrites nothing', async () => {
  writeFileSync(target(), 'mine')
  await expect(backUp({ path: place.path, to: target(), signal: never })).rejects.toThrow('is there already')
  await expect(backUp({ path: place.path, to: place.path, signal: never })).rejects.toThrow('is there already')
  expect(statSync(target()).size).toBe(4)
})

it('leaves nothing behind where it is ended early', async () => {
  await add(0, 300)
  const ended = new AbortController()
  const backing = backUp({
    ...{ path: place.path, to: target(), signal: ended.signal },
    progress: () => ended.abort(new Error('Ctrl-C')),
  })
  await expect(backing).rejects.toThrow('Ctrl-C')
  expect(readdirSync(place.folder).filter(name => name.startsWith('copy'))).toEqual([])
})

it('says that the database is damaged, and keeps what there is of it', async () => {
  await add(0, 200)
  await place.store.close()
  expect(damage(place.path, 'delivery', 'leaf', 'first')).toBe(1)
  const backed = await backUp({ path: place.path, to: target(), signal: never })
  expect(backed).toMatchObject({ deliveries: 200, isWhole: false })
})

test.each([
  ['that is not there', 'none.db', 'There is no database'],
  ['that is a folder', '', 'There is no database'],
])('a database %s', async (_, name, message) => {
  await expect(backUp({ path: join(place.folder, name), to: target(), signal: never })).rejects.toThrow(message)
  expect(existsSync(target())).toBe(false)
})

it('a file that is no database', async () => {
  const path = join(place.folder, 'text.db')
  writeFileSync(path, 'A shopping list, which is no database of anybody.'.repeat(100))
  await expect(backUp({ path, to: target(), signal: never })).rejects.toThrow('is damaged')
  expect(readdirSync(place.folder).filter(name => name.startsWith('copy'))).toEqual([])
})

it('a folder that is not there', async () => {
  const to = join(place.folder, 'none', 'copy.db')
  await expect(backUp({ path: place.path, to, signal: never })).rejects.toThrow('cannot be made')
})

it('leads to the tool of a server, and repeats no password', async () => {
  const path = 'postgres://hookscope:hunter2@db.internal/hookscope'
  const refusal = await backUp({ path, to: target(), signal: never }).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ hint: expect.stringContaining('pg_dump') })
  expect(JSON.stringify([String(refusal), refusal])).not.toContain('hunter2')
})
