/** Where a laptop goes on, at the log that it knows, and at one that was restored, or is another. */
import { afterAll, describe, expect, it } from 'vitest'
import { laptopStart, markOf } from '../../../../server/api/laptops/start.ts'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import { openSqlite } from '../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../server/store/store.ts'
import { emptyFolder } from '../../../helpers/command.ts'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import { type PostgresDatabases, sharedPostgres } from '../../../helpers/postgres.ts'

const began = Date.UTC(2026, 10, 1)
let postgres: PostgresDatabases | null = null
afterAll(async () => postgres?.close())

describe.each(['SQLite', 'PostgreSQL'])('on %s', engine => {
  const stores: Store[] = []
  afterAll(() => Promise.all(stores.map(store => store.close())))

  /** A log with one delivery for each time, in their order. */
  async function logOf(...seconds: number[]): Promise<Store> {
    if (engine === 'PostgreSQL') postgres ??= await sharedPostgres()
    const store =
      engine === 'PostgreSQL' && postgres !== null
        ? await openPostgres({ url: (await postgres.create()).url })
        : openSqlite({ path: `${emptyFolder()}/a.db` })
    stores.push(store)
    for (const second of seconds)
      await store.deliveries.append(
        arrival({ receivedAt: began + second * 1000, body: saleEvent({ id: `event-${second}` }) }),
      )
    await store.deliveries.settled()
    return store
  }
  async function standing(store: Store) {
    const { cursor, last } = await store.changes.arrivals(null, 1)
    return { cursor, mark: await markOf(store, last) }
  }
  /** The times of what a laptop is sent. */
  async function sentFrom(store: Store, cursor: string): Promise<number[]> {
    const ids: number[] = []
    for (let [at, more] = [cursor, true]; more; ) {
      const page = await store.changes.arrivals(at, 2)
      ids.push(...page.ids)
      ;[at, more] = [page.cursor, page.more]
    }
    const found = await store.deliveries.summaries(ids)
    return found.map(({ receivedAt }) => (Date.parse(receivedAt) - began) / 1000).sort((a, b) => a - b)
  }

  it('goes on where it stood, also after what it had last was deleted', async () => {
    const store = await logOf(1, 2, 3)
    const stood = await standing(store)
    expect(await laptopStart(store, stood)).toEqual({ cursor: stood.cursor, lost: false, again: false })
    await store.edits.remove([3])
    const start = await laptopStart(store, stood)
    expect(start.lost).toBe(false)
    // It stands at what is gone: that is known, and none of it is lost.
    const later = { cursor: stood.cursor, mark: await markOf(store, 3) }
    expect(await laptopStart(store, later)).toEqual({ cursor: stood.cursor, lost: false, again: false })
  })

  it('misses nothing of a log that was restored and has grown past it, of a shorter one, and of another', async () => {
    const stood = await standing(await logOf(1, 2, 3, 4))
    const restored = await logOf(1, 2, 13, 14, 15, 16)
    const start = await laptopStart(restored, stood)
    expect(start).toMatchObject({ lost: true, again: true })
    expect(await sentFrom(restored, start.cursor)).toEqual(expect.arrayContaining([13, 14, 15, 16]))
    const shorter = await logOf(1, 2, 13)
    expect(await sentFrom(shorter, (await laptopStart(shorter, stood)).cursor)).toContain(13)
    const other = await logOf(21, 22, 23, 24, 25)
    expect(await sentFrom(other, (await laptopStart(other, stood)).cursor)).toEqual([21, 22, 23, 24, 25])
    // Its cursor may be one of this log as well: then only the mark tells.
    const { cursor } = await standing(restored)
    const told = await laptopStart(restored, { cursor, mark: stood.mark })
    expect(told).toMatchObject({ lost: true, again: true })
    expect(await sentFrom(restored, told.cursor)).toEqual(expect.arrayContaining([13, 14, 15, 16]))
    // An older laptop has none.
    expect(await laptopStart(restored, { cursor, mark: null })).toEqual({ cursor, lost: false, again: false })
    expect(await laptopStart(restored, { cursor: 'x', mark: null })).toMatchObject({ lost: true, again: false })
  })
})
