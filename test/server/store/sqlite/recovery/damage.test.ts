/** Damaged pages: what was answered 200 is listed and told of once, or it is said that it does not read. */
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import type { StoreTrouble } from '../../../../../core/api/store-trouble.ts'
import type { SendResult } from '../../../../../core/deliveries/attempt.ts'
import type { StoreOptions } from '../../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { damage, pagesOf, writeOver } from '../../../../helpers/damage.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const everything = { query: { terms: [] }, before: null, limit: 500, grouped: false } as const
const sale = (number: number) =>
  arrival({ body: saleEvent({ id: `event-${number}`, invoice: `${number}`.repeat(100) }) })
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)
const idsOf = async (store: Store) => (await store.deliveries.list(everything)).deliveries.map(({ id }) => id).reverse()
const patience = { timeout: 20_000, interval: 5 }
const well = (store: Store) => vi.waitFor(() => expect(store.health.trouble()).toBeNull(), patience)
const says = (store: Store, pattern: RegExp) =>
  vi.waitFor(() => expect(store.health.trouble()?.message).toMatch(pattern), patience)

/** Reads what the inspector shows. */
const readAll = (store: Store) =>
  Promise.allSettled([
    store.deliveries.facets(),
    store.deliveries.list(everything),
    store.deliveries.timeline({ query: { terms: [] }, buckets: 10, from: null, to: null }),
    store.changes.after(store.changes.cursor() - 300, 1000),
    ...numbers(1, 120).map(id => store.deliveries.get(id)),
  ])

const failed: SendResult = {
  outcome: 'answered',
  answer: { status: 500, headers: [], body: new Uint8Array(), bodyBytes: 0 },
  timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 },
  error: null,
}

/** What a store tells from now on. */
function listenTo(store: Store) {
  const told: number[] = []
  const troubles = [store.health.trouble()]
  store.deliveries.onIndexed(deliveries => told.push(...deliveries.map(({ id }) => id)))
  store.health.onTrouble(trouble => troubles.push(trouble))
  return { store, told, troubles }
}

/** Sends 20 more; each is told of, and the damage is said by whoever meets it. */
async function sendMore({ store, told, troubles }: ReturnType<typeof listenTo>): Promise<void> {
  const isDamaged = (trouble: StoreTrouble | null) => trouble?.code === 'damaged'
  const ids = await Promise.all(numbers(121, 20).map(number => store.deliveries.append(sale(number))))
  await vi.waitFor(() => expect(told).toEqual(ids), patience)
  // What nothing on the way of a new delivery reads, or what the writer remembers, is met by who looks at it.
  if (!troubles.some(isDamaged)) await readAll(store)
  await vi.waitFor(() => expect(troubles.some(isDamaged)).toBe(true), patience)
  await well(store)
  expect(troubles.find(trouble => trouble?.rebuilding)).toMatchObject({ code: 'damaged', keeps: true })
  expect(told).toEqual(ids)
}

describe('the database has a damaged page', () => {
  const place = useStore()

  /** 120 deliveries of which one is pinned, one removed, one judged anew and one failed at the app; then damage, then a start. */
  async function damaged(hurt: (path: string) => void, options: Partial<StoreOptions> = {}) {
    const { store: before, path } = place
    await Promise.all(numbers(1, 120).map(number => before.deliveries.append(sale(number))))
    await before.deliveries.settled()
    await before.edits.setPinned([7], true)
    await before.edits.remove([8])
    await before.edits.setVerdicts([{ id: 9, verdict: { kind: 'rejected', reasons: ['signature-wrong'] } }], 'a test')
    const target = 'http://localhost:3000/'
    const request = { method: 'POST', url: target, headers: [], body: new Uint8Array() }
    await before.attempts.end(
      await before.attempts.start({ delivery: 10, source: 'forward', target, startedAt: 0, request }),
      failed,
    )
    await before.close()
    hurt(path)
    return listenTo(await place.reopen(options))
  }

  it.each<[string, 'leaf' | 'internal', 'late' | 'last' | 'all']>([
    ['delivery', 'leaf', 'late'],
    ['delivery', 'leaf', 'last'],
    ['delivery', 'internal', 'all'],
    ['delivery', 'leaf', 'all'],
    ['delivery_event', 'leaf', 'all'],
    ['delivery_received', 'leaf', 'last'],
    ['delivery_key', 'leaf', 'all'],
    ['delivery_gram_data', 'leaf', 'all'],
    ['delivery_gram_data', 'internal', 'all'],
    ['delivery_gram_config', 'leaf', 'all'],
    ['counter', 'leaf', 'all'],
    ['feed', 'leaf', 'all'],
    ['delivery_minute', 'leaf', 'all'],
  ])('%s, %s pages, %s: it is rebuilt from the log', async (name, kind, which) => {
    const listened = await damaged(path => expect(damage(path, name, kind, which)).toBeGreaterThan(0))
    await sendMore(listened)
    const { store } = listened
    const listed = await idsOf(store)
    expect(listed.filter(id => id !== 8)).toEqual(numbers(1, 140).filter(id => id !== 8))
    // What a person did is there where its row read.
    if (name !== 'delivery' || which === 'last') {
      expect(listed).not.toContain(8)
      expect((await store.deliveries.get(7))?.pinned).toBe(true)
    }
    expect((await store.deliveries.get(9))?.verdict).toBe('rejected')
    expect((await store.deliveries.get(10))?.lastAttempt?.status).toBe(500)
    expect((await store.deliveries.ofEvent(sale(1).hook, 'event-100')).map(({ id }) => id)).toEqual([100])
    expect((await store.deliveries.facets()).total).toBe(listed.length)
    // Damaged pages belong to nothing any more; all others fit.
    const found = place.rows('PRAGMA integrity_check').map(row => String(Object.values(Object(row))[0]))
    expect(found.filter(line => line !== 'ok' && !line.endsWith('never used'))).toEqual([])
  })

  it.each([0, 1])('page %i of the list, which new tables would take the place of: it is rebuilt', async at => {
    // One by one: then pages of the list stand right behind the roots of all tables.
    for (const number of numbers(1, 60)) {
      await place.store.deliveries.append(sale(number))
      await place.store.deliveries.settled()
    }
    await place.store.close()
    const leaves = pagesOf(place.path).filter(({ name, kind }) => name === 'delivery' && kind === 'leaf')
    writeOver(place.path, leaves[at]?.page ?? 0)
    const { store, told } = listenTo(await place.reopen())
    const id = await store.deliveries.append(sale(61))
    await readAll(store)
    await vi.waitFor(() => expect(told).toEqual([id]), patience)
    await well(store)
    expect(await idsOf(store)).toEqual(numbers(1, 61))
    const found = place.rows('PRAGMA integrity_check').map(row => String(Object.values(Object(row))[0]))
    expect(found.filter(line => line !== 'ok' && !line.endsWith('never used'))).toEqual([])
  })

  it('a rebuild that a crash cut short goes on, and tells of nothing twice', async () => {
    const { store } = await damaged(path => damage(path, 'delivery', 'leaf', 'late'), { indexSliceMs: 0 })
    await readAll(store)
    await says(store, /is being rebuilt/)
    // Closing leaves the rebuild where it is.
    const again = listenTo(await place.reopen())
    expect(again.store.health.trouble()).toMatchObject({ code: 'damaged', rebuilding: {} })
    const id = await again.store.deliveries.append(sale(121))
    await vi.waitFor(() => expect(again.told).toEqual([id]), patience)
    await well(again.store)
    expect((await idsOf(again.store)).length).toBeGreaterThanOrEqual(120)
    expect(place.rows(`SELECT name FROM sqlite_schema WHERE name = 'delivery_before'`)).toEqual([])
    expect(place.rows('SELECT * FROM rebuild')).toEqual([])
  })

  it('a row that does not read finds its place among the tries of its event', async () => {
    const { store: before, path } = place
    // Each event six times; what does not read are tries before the last ones.
    await Promise.all(numbers(0, 120).map(index => before.deliveries.append(sale((index % 20) + 1))))
    await before.deliveries.settled()
    await before.close()
    damage(path, 'delivery', 'leaf', 'late')
    const { store, told } = listenTo(await place.reopen())
    const id = await store.deliveries.append(sale(21))
    await vi.waitFor(() => expect(told).toEqual([id]), patience)
    await readAll(store)
    await well(store)
    const shown = (await store.deliveries.list({ ...everything, grouped: true })).deliveries.map(one => one.id)
    expect(shown.reverse()).toEqual(numbers(101, 21))
    expect((await store.deliveries.get(1))?.superseded).toBe(true)
  })

  it('limits drop nothing while it is rebuilt, and then the oldest as ever', async () => {
    const listened = await damaged(path => damage(path, 'delivery_key', 'leaf', 'all'))
    const { store } = listened
    const stop = store.health.onTrouble(trouble => {
      // At its very beginning, when all that is kept is not in it.
      if (trouble?.rebuilding?.done === 0) void store.retention.purge({ count: 100, days: null, bytes: null })
    })
    await sendMore(listened)
    stop()
    await store.retention.purge({ count: 100, days: null, bytes: null })
    await store.retention.purge({ count: 100, days: null, bytes: null })
    const listed = await idsOf(store)
    expect(listed).toContain(7)
    expect(listed.filter(id => id !== 7)).toEqual(numbers(41, 100))
  })

  it.each(['attempt_delivery', 'verdict_history_delivery'])('%s: an index of what is not in the log', async name => {
    const { store, troubles } = await damaged(path => damage(path, name, 'leaf'))
    await Promise.allSettled([store.attempts.ofDelivery(10), store.edits.verdictHistory(9)])
    await well(store)
    expect(troubles.some(trouble => trouble?.code === 'damaged')).toBe(true)
    expect(await store.attempts.ofDelivery(10)).toHaveLength(1)
    expect(await store.edits.verdictHistory(9)).toHaveLength(1)
  })

  it.each(['attempt', 'attempt_content'])('%s: what is not in the log is named', async name => {
    const { store, told } = await damaged(path => damage(path, name, 'leaf'))
    await expect(store.attempts.ofDelivery(10)).rejects.toMatchObject({ code: 'damaged' })
    await says(store, /some attempts cannot be read/)
    const id = await store.deliveries.append(sale(121))
    await vi.waitFor(() => expect(told).toEqual([id]), patience)
  })

  it('the log: what does not read is named with the command that saves the rest, and new ones go their way', async () => {
    const { store, told } = await damaged(path => expect(damage(path, 'arrival', 'leaf', 'first')).toBe(1))
    await readAll(store)
    await says(store, /some deliveries cannot be read/)
    expect(store.health.trouble()?.hint).toContain('hookscope repair --db')
    const id = await store.deliveries.append(sale(121))
    await vi.waitFor(() => expect(told).toEqual([id]), patience)
    expect(store.health.trouble()).toMatchObject({ code: 'damaged', keeps: true })
  })

  it('the log and the index: what reads is listed, and what does not is named by its ids', async () => {
    const { store, told } = await damaged(path => {
      damage(path, 'arrival', 'leaf', 'late')
      damage(path, 'delivery', 'leaf', 'all')
    })
    const id = await store.deliveries.append(sale(121))
    await vi.waitFor(() => expect(told).toEqual([id]), patience)
    await says(store, /deliveries \d+-\d+ cannot be read/)
    const [, first, last] = /(\d+)-(\d+)/.exec(store.health.trouble()?.message ?? '') ?? []
    expect(await idsOf(store)).toEqual(numbers(1, 121).filter(one => one < Number(first) || one > Number(last)))
  })

  it('where not even new pages can be made, that is said, and nothing else is claimed', async () => {
    const { store, told, troubles } = await damaged(path => {
      damage(path, 'arrival', 'leaf', 'first')
      damage(path, 'delivery', 'leaf', 'all')
    })
    const id = await store.deliveries.append(sale(121))
    await says(store, /could not be rebuilt|cannot be read/)
    expect(store.health.trouble()).toMatchObject({
      code: 'damaged',
      keeps: true,
      hint: expect.stringContaining('hookscope repair'),
    })
    expect(told.filter(one => one !== id)).toEqual([])
    expect(troubles).not.toContain(null)
  })
})

describe('a page is damaged while hookscope runs', () => {
  const place = useStore()

  it.each(['delivery', 'delivery_event', 'delivery_gram_data'])(
    '%s: every delivery is kept, and told of',
    async name => {
      await Promise.all(numbers(1, 120).map(number => place.store.deliveries.append(sale(number))))
      const listened = listenTo(await place.reopen())
      damage(place.path, name, 'leaf')
      await sendMore(listened)
      expect(await idsOf(listened.store)).toEqual(numbers(1, 140))
    },
  )
})

describe('a row that hookscope’s own code fails on', () => {
  const place = useStore()

  it.each([
    ['headers', 'listed without its content', [1, 2, 3]],
    ['verdict', 'not listed', [1, 3]],
  ])('%s that cannot be read hold up none behind it: %s', async (column, said, listed) => {
    const lines: string[] = []
    await place.store.deliveries.append(sale(1))
    await place.store.close()
    const db = new Database(place.path)
    const columns = db.prepare<[], string>(`SELECT name FROM pragma_table_info('arrival')`).pluck().all()
    const copied = columns.map(name => (name === 'id' ? 'id + 1' : name === column ? `'no JSON'` : name))
    db.exec(`INSERT INTO arrival (${columns.join(', ')}) SELECT ${copied.join(', ')} FROM arrival`)
    db.close()
    const store = await place.reopen({ log: line => lines.push(line) })
    await store.deliveries.append(sale(3))
    await vi.waitFor(async () => expect(await idsOf(store)).toEqual(listed), patience)
    expect(lines.filter(line => line.includes('Delivery 2 '))).toEqual(
      expect.arrayContaining([expect.stringContaining(said)]),
    )
    if (listed.includes(2)) expect((await store.deliveries.summaries([2]))[0]?.notes).toContain('not-described')
    else expect(store.health.trouble()?.message).toContain('delivery 2 cannot be read')
  })
})
