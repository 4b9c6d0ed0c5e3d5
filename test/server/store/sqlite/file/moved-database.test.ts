/** The database is deleted, moved or replaced while it is open: nothing that is then refused is claimed to be kept. */
import { copyFileSync, existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import { keptLine } from '../../../../../cli/listen/farewell.ts'
import type { StoreTrouble } from '../../../../../core/api/store-trouble.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { arrival } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

/** How many deliveries the database at a path holds, through a connection of its own. */
function countedIn(path: string): number {
  const db = new Database(path, { readonly: true })
  try {
    return Number(db.prepare('SELECT count(*) FROM arrival').pluck().get())
  } finally {
    db.close()
  }
}

const gone = { name: 'StoreUnavailable', code: 'gone' }

// Windows lets nobody do any of this to a file that is in use.
describe.skipIf(process.platform === 'win32')('while the database is open', () => {
  const place = useStore()

  async function opened(): Promise<{ store: Store; told: (StoreTrouble | null)[] }> {
    const told: (StoreTrouble | null)[] = []
    const { store } = place
    store.health.onTrouble(trouble => told.push(trouble))
    await store.deliveries.append(arrival())
    await store.deliveries.settled()
    expect(store.health.trouble()).toBeNull()
    return { store, told }
  }

  it.each<[string, () => void, string, 'moved' | 'deleted']>([
    ['deleted', () => rmSync(place.path), 'was deleted', 'deleted'],
    ['moved', () => renameSync(place.path, `${place.path}.away`), 'was moved', 'moved'],
    [
      'replaced by a copy',
      () => {
        copyFileSync(place.path, `${place.path}.copy`)
        renameSync(`${place.path}.copy`, place.path)
      },
      'was deleted, and another file is in its place',
      'deleted',
    ],
    [
      'moved, and another file is made there',
      () => {
        renameSync(place.path, `${place.path}.away`)
        writeFileSync(place.path, '')
      },
      'was moved, and another file is in its place',
      'moved',
    ],
  ])('%s: the very next delivery is refused, with the reason', async (_, change, reason, fate) => {
    const { store, told } = await opened()
    change()
    await expect(store.deliveries.append(arrival())).rejects.toMatchObject(gone)
    expect(told.at(-1)).toMatchObject({ code: 'gone', keeps: false, message: expect.stringContaining(reason) })
    expect(store.health.trouble()?.hint).toContain('restart hookscope')
    // Nothing else is claimed to be kept in it either.
    await expect(store.edits.setPinned([1], true)).rejects.toMatchObject(gone)
    await expect(store.settings.set('subdomain', 'shop')).rejects.toThrow(expect.objectContaining(gone))
    expect(store.health.fate()).toBe(fate)
  })

  it('is noticed without a delivery, and goes on by itself once the file is back', async () => {
    const { store, told } = await opened()
    renameSync(place.path, `${place.path}.away`)
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ code: 'gone' }), 20_000)
    await expect(store.deliveries.append(arrival())).rejects.toMatchObject(gone)
    renameSync(`${place.path}.away`, place.path)
    await vi.waitFor(() => expect(store.health.trouble()).toBeNull(), 20_000)
    expect(await store.deliveries.append(arrival())).toBeGreaterThan(1)
    expect(told.at(-1)).toBeNull()
    expect(store.health.fate()).toBe('kept')
  })

  it.each(['-wal', '-shm'])('%s is deleted: what it held is saved, and deliveries are kept again', async ending => {
    const { store, told } = await opened()
    rmSync(place.path + ending)
    const sent = await Promise.allSettled([store.deliveries.append(arrival())])
    expect(sent[0]).toMatchObject({ status: 'rejected', reason: gone })
    expect(told.at(-1)).toMatchObject({ code: 'gone', keeps: false })
    await vi.waitFor(() => expect(store.health.trouble()).toBeNull(), 20_000)
    await store.deliveries.append(arrival())
    await store.deliveries.settled()
    const { total } = await store.deliveries.facets()
    expect(countedIn(place.path)).toBe(total)
    expect(total).toBeGreaterThanOrEqual(2)
    await place.reopen()
    expect((await place.store.deliveries.facets()).total).toBe(total)
    expect(place.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('the lock is deleted: it is taken anew, so that no second hookscope gets in', async () => {
    const { store, told } = await opened()
    const lock = `${place.path}.lock`
    rmSync(lock)
    await vi.waitFor(() => expect(existsSync(lock)).toBe(true), 20_000)
    expect(() => openSqlite({ path: place.path })).toThrow('already open')
    await store.deliveries.append(arrival())
    expect(told).toEqual([])
    // What looks for the listener at that moment makes a file as well, which locks nothing.
    rmSync(lock)
    writeFileSync(lock, '')
    await store.deliveries.append(arrival())
    expect(() => openSqlite({ path: place.path })).toThrow('already open')
    expect(told).toEqual([])
  })

  it('the lock is deleted, and a second hookscope is faster: nothing more is kept here, and it says what to do', async () => {
    const { store, told } = await opened()
    rmSync(`${place.path}.lock`)
    const second = openSqlite({ path: place.path })
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ code: 'shared', keeps: false }), 20_000)
    expect(store.health.trouble()).toMatchObject({
      message: expect.stringMatching(/\.lock was deleted.* another hookscope .*opened the database/),
      hint: expect.stringMatching(/^End one of the two, and restart the other\./),
    })
    await expect(store.deliveries.append(arrival())).rejects.toMatchObject({ code: 'shared' })
    expect(await second.deliveries.append(arrival())).toBeGreaterThan(1)
    await second.close()
    // What that one wrote is not known here.
    await expect(store.deliveries.append(arrival())).rejects.toMatchObject({ code: 'shared' })
  })

  it('a hard link is another name of it: nobody else opens it by that one', async () => {
    const { store, told } = await opened()
    const other = join(place.folder, 'other.db')
    linkSync(place.path, other)
    for (let time = 0; time < 2; time++)
      expect(() => openSqlite({ path: other })).toThrow(
        /other\.db is already open in another program: the file has 2 names \(hard links\)/,
      )
    await store.deliveries.append(arrival())
    expect(told).toEqual([])
    await store.close()
    const later = openSqlite({ path: other })
    expect((await later.deliveries.facets()).total).toBe(2)
    expect(() => openSqlite({ path: place.path })).toThrow('already open in another program')
    await later.deliveries.append(arrival())
    await later.close()
    await place.reopen()
    expect((await place.store.deliveries.facets()).total).toBe(3)
    expect(place.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('the lock is deleted: a second hookscope goes by the note of the first, as long as that runs', async () => {
    const note = (pid: number) =>
      writeFileSync(`${place.path}.session.json`, JSON.stringify({ pid, inspectorUrl: null, token: null }))
    await place.store.close()
    rmSync(`${place.path}.lock`)
    note(process.ppid)
    expect(() => openSqlite({ path: place.path })).toThrow(
      `already open in another hookscope in process ${process.ppid}`,
    )
    // As a kill leaves it: the lock file is there, and whoever has the number now is somebody else.
    writeFileSync(`${place.path}.lock`, '')
    note(process.ppid)
    await place.reopen()
    await place.store.deliveries.append(arrival())
  })
})

it('the farewell claims nothing that is not there', () => {
  expect(keptLine(33, 'a.db', 'kept')).toBe('33 deliveries arrived in this run, kept in a.db')
  expect(keptLine(33, 'a.db', 'deleted')).toMatch(/^a\.db was deleted .* with it 33 deliveries of this run/)
  expect(keptLine(1, 'a.db', 'moved')).toMatch(/^a\.db was moved .* 1 delivery of this run is in it/)
})
