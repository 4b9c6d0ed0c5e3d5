import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../../../../server/store/sqlite/schema/migrations.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const none = { count: null, days: null, bytes: null }
const nothing = () => {}

let posted = 0
/** Appends events of their own, hundreds at once. */
async function burst(count: number, bytes = 0): Promise<number[]> {
  const ids: Promise<number>[] = []
  for (let at = 0; at < count; at++) {
    const body = saleEvent({
      id: `${posted++}`,
      invoice: bytes > 0 ? randomBytes(100).toString('hex').padEnd(bytes, '.') : '',
    })
    ids.push(place.store.deliveries.append(arrival({ body, receivedAt: place.now() })))
    if (at % 100 === 99) await ids.at(-1)
  }
  return Promise.all(ids)
}

const sizeOf = (ending: string) => statSync(`${place.path}${ending}`, { throwIfNoEntry: false })?.size ?? 0
/** Bytes of the file that hold something, and of its log, as another program sees them. */
function onDisk() {
  const db = new Database(place.path, { readonly: true })
  const number = (pragma: string) => Number(db.pragma(pragma, { simple: true }))
  const used = (number('page_count') - number('freelist_count')) * number('page_size')
  db.close()
  return used + sizeOf('-wal')
}
const rows = () => Number((place.rows('SELECT count(*) AS n FROM arrival')[0] as { n: number }).n)
const total = async () => (await place.store.deliveries.facets()).total

describe('limits', () => {
  it('hold as the log grows, in deliveries: within a tenth after a burst, the newest stay', async () => {
    const count = 300
    await place.store.retention.keepWithin({ ...none, count }, nothing)
    let most = 0
    let ids: number[] = []
    for (let round = 0; round < 8; round++) {
      ids = await burst(200)
      await expect.poll(rows, { interval: 10 }).toBeLessThanOrEqual(count * 1.1)
      most = Math.max(most, rows())
    }
    await place.store.deliveries.settled()
    await expect.poll(rows, { interval: 10 }).toBe(count)
    expect(await total()).toBe(count)
    const newest = ids.at(-1) ?? 0
    expect(place.rows('SELECT min(id) AS first, max(id) AS last FROM arrival')).toEqual([
      { first: newest - count + 1, last: newest },
    ])
  })

  it('hold in bytes on disk, the index and the write-ahead log included, and the file gives space back', async () => {
    const bytes = 2 * 1024 * 1024
    await burst(500, 5000)
    await place.store.deliveries.settled()
    expect(onDisk()).toBeGreaterThan(bytes * 1.5)
    await place.store.retention.keepWithin({ ...none, bytes }, nothing)
    await expect.poll(onDisk, { interval: 20 }).toBeLessThanOrEqual(bytes * 1.1)
    await burst(250, 5000)
    await place.store.deliveries.settled()
    await expect.poll(onDisk, { interval: 20 }).toBeLessThanOrEqual(bytes * 1.1)
    // As many as have room, not a few.
    const facets = await place.store.deliveries.facets()
    expect(facets.bytes).toBeGreaterThan(bytes / 4)
    await expect.poll(() => sizeOf('') + sizeOf('-wal'), { interval: 50 }).toBeLessThanOrEqual(bytes * 1.2)
  })

  it('do not count what is pinned, and say when that alone is beyond them', async () => {
    const ids = await burst(60)
    await place.store.deliveries.settled()
    const told: unknown[] = []
    await place.store.retention.keepWithin({ ...none, count: 20 }, () => told.push(place.store.retention.pinsBeyond()))
    await expect.poll(total).toBe(20)
    expect(place.store.retention.pinsBeyond()).toBeNull()
    const pinned = ids.slice(-15)
    await place.store.edits.setPinned(pinned, true)
    const more = await burst(30)
    await place.store.deliveries.settled()
    await expect.poll(total).toBe(35)
    await place.store.edits.setPinned(more.slice(-10), true)
    await burst(1)
    await expect.poll(() => told).toEqual([{ count: 25, bytes: expect.any(Number) }])
    const newest = await burst(20)
    await place.store.deliveries.settled()
    await expect.poll(total).toBe(45)
    expect(await place.store.deliveries.summaries(newest)).toHaveLength(20)
    await place.store.edits.setPinned(pinned, false)
    await expect.poll(() => place.store.retention.pinsBeyond()).toBeNull()
    await expect.poll(total).toBe(30)
  })

  it('hold where the index cannot follow: what was never shown is dropped, and told of', async () => {
    const store = await place.reopen({ indexSliceMs: 0 })
    const count = 50
    let told = 0
    await store.retention.keepWithin({ ...none, count }, () => {
      told += 1
    })
    // There is always one that waits to be kept, so that the index is hardly ever at work.
    await Promise.all(
      Array.from({ length: 8 }, async (_, sender) => {
        for (let at = 0; at < 250; at++)
          await store.deliveries.append(arrival({ body: saleEvent({ id: `fast-${sender}-${at}` }) }))
      }),
    )
    await store.deliveries.settled()
    await expect.poll(rows).toBe(count)
    expect(await total()).toBe(count)
    expect(store.retention.passedOver()).toBeGreaterThan(0)
    expect(told).toBeGreaterThan(0)
  })
})

describe('a file of an older hookscope', () => {
  it('that is small is written anew at a start, so that it gives space back', async () => {
    const path = `${place.folder}/hookscope.db`
    await place.store.close()
    const old = new Database(`${path}2`)
    migrate(old)
    old.close()
    const db = new Database(`${path}2`, { readonly: true })
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(0)
    db.close()
    const store = await place.reopen({ path: `${path}2` })
    await store.deliveries.append(arrival())
    const after = new Database(`${path}2`, { readonly: true })
    expect(after.pragma('auto_vacuum', { simple: true })).toBe(2)
    expect(after.pragma('integrity_check', { simple: true })).toBe('ok')
    after.close()
  })
})
