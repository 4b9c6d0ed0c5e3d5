import { describe, expect, it } from 'vitest'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

const place = useStore()
const none = { count: null, days: null, bytes: null }
const day = 86_400_000

async function appendDays(...ages: number[]): Promise<number[]> {
  const ids: number[] = []
  for (const age of ages)
    ids.push(
      await place.store.append(
        arrival({ receivedAt: place.now() - age * day, body: saleEvent({ id: `event-${age}-${ids.length}` }) }),
      ),
    )
  await place.store.settled()
  return ids
}

const keptIds = async () =>
  (await place.store.list({ query: { terms: [] }, before: null, limit: 500, grouped: false })).deliveries
    .map(delivery => delivery.id)
    .reverse()

describe('purge', () => {
  it('drops nothing without limits', async () => {
    const ids = await appendDays(400, 1)
    expect(await place.store.purge(none)).toBe(0)
    expect(await keptIds()).toEqual(ids)
  })

  it('drops what is older than the limit of days, and keeps what is pinned', async () => {
    const [old = 0, pinned = 0, young = 0] = await appendDays(31, 40, 29)
    place.store.setPinned([pinned], true)
    expect(await place.store.purge({ ...none, days: 30 })).toBe(1)
    expect(await keptIds()).toEqual([pinned, young])
    expect(await place.store.get(old)).toBeUndefined()
  })

  it('drops the oldest beyond the limit of deliveries', async () => {
    const ids = await appendDays(...Array.from({ length: 350 }, () => 1))
    place.store.setPinned(ids.slice(0, 2), true)
    expect(await place.store.purge({ ...none, count: 100 })).toBe(250)
    expect(await keptIds()).toEqual([...ids.slice(0, 2), ...ids.slice(-98)])
    expect((await place.store.facets()).total).toBe(100)
  })

  it('drops the oldest beyond the limit of bytes', async () => {
    const ids = await appendDays(...Array.from({ length: 20 }, () => 1))
    const { bytes } = await place.store.facets()
    await place.store.purge({ ...none, bytes: Math.ceil(bytes / 2) })
    const facets = await place.store.facets()
    expect(facets.bytes).toBeLessThanOrEqual(bytes / 2)
    // Not more than needed: with one delivery more it would be over the limit.
    expect(facets.bytes).toBeGreaterThan(bytes / 2 - bytes / 15)
    expect(await keptIds()).toEqual(ids.slice(-facets.total))
  })

  it('drops attempts, keys and text with their delivery, and never gives an id again', async () => {
    const accented = { body: saleEvent({ invoice: 'größer', id: 'accented' }), receivedAt: place.now() }
    const only = await place.store.append(arrival(accented))
    await place.store.settled()
    const request = { method: 'POST', url: 'http://localhost:1/', headers: [], body: new Uint8Array() }
    const attempt = place.store.startAttempt({
      delivery: only,
      source: 'replay',
      target: 'http://localhost:1/',
      startedAt: place.now(),
      request,
    })
    place.store.remove([only])
    expect(await place.store.purge(none)).toBe(1)
    expect(await place.store.attempt(attempt)).toBeUndefined()
    const [next = 0] = await appendDays(1)
    expect(next).toBeGreaterThan(only)
    expect(place.rows('SELECT count(*) AS n FROM attempt_content')).toEqual([{ n: 0 }])
    expect(place.rows('SELECT DISTINCT delivery FROM delivery_key')).toEqual([{ delivery: next }])
    expect(place.rows(`SELECT rowid FROM delivery_gram WHERE delivery_gram MATCH 'app'`)).toEqual([{ rowid: next }])
    expect(place.rows('SELECT id FROM delivery_searched')).toEqual([])
  })

  it('tells viewers of what went', async () => {
    const [old = 0] = await appendDays(31)
    const cursor = place.store.cursor()
    await place.store.purge({ ...none, days: 30 })
    expect(await place.store.changesAfter(cursor, 10)).toMatchObject({
      changes: [{ kind: 'delivery-removed', id: old }],
    })
  })

  it('shows the older delivery of an event again when the newer one went', async () => {
    const body = saleEvent({ id: 'twice' })
    const first = await place.store.append(arrival({ body, receivedAt: place.now() }))
    const second = await place.store.append(arrival({ body, receivedAt: place.now() - 50 * day }))
    await place.store.settled()
    expect((await place.store.get(first))?.superseded).toBe(true)
    await place.store.purge({ ...none, days: 30 })
    expect(await place.store.get(second)).toBeUndefined()
    expect((await place.store.get(first))?.superseded).toBe(false)
  })
})

describe('removal', () => {
  it('takes deliveries away until they are restored', async () => {
    const [one = 0, two = 0] = await appendDays(1, 1)
    expect(place.store.remove([one, 999])).toEqual([one])
    expect(place.store.remove([one])).toEqual([])
    expect(await place.store.get(one)).toBeUndefined()
    expect(await keptIds()).toEqual([two])
    place.store.restore([one])
    expect(await keptIds()).toEqual([one, two])
    expect((await place.store.facets()).total).toBe(2)
  })

  it('shows the older delivery of an event while the newer one is away', async () => {
    const body = saleEvent({ id: 'twice' })
    const first = await place.store.append(arrival({ body }))
    const second = await place.store.append(arrival({ body }))
    await place.store.settled()
    const superseded = async () => (await place.store.summaries([first, second])).map(one => one.superseded)
    expect(await superseded()).toEqual([true, false])
    place.store.remove([second])
    expect(await superseded()).toEqual([false])
    place.store.restore([second])
    expect(await superseded()).toEqual([true, false])
  })
})
