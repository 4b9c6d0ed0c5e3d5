import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  store = openStore({ path: join(folder, 'log', 'hookscope.db') })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const everything = { query: { terms: [] }, before: null, limit: 100, grouped: false }

describe('a delivery in the log', () => {
  it('comes back whole, byte for byte', async () => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index)
    const came = arrival({ body, verdict: { kind: 'rejected', reasons: ['signature-wrong'] }, status: 401 })
    const id = await store.append(came)
    const kept = await store.get(id)
    expect(kept).toMatchObject({
      id,
      hook: 'main',
      receivedAt: '2026-11-23T12:00:00.250Z',
      readMs: 1.5,
      method: 'POST',
      path: '/in/secret?x=1',
      httpVersion: '1.1',
      remoteAddress: '127.0.0.1',
      headers: came.headers,
      bytes: 256,
      status: 401,
      verdict: 'rejected',
      reasons: ['signature-wrong'],
      verdictDetail: came.verdict,
    })
    expect(Uint8Array.from(kept?.body ?? [])).toEqual(body)
  })

  it('is there as it was last written, for whoever asks afterwards', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => store.append(arrival())))
    await store.settled()
    for (const id of ids) {
      const pinned = id % 2 === 0
      store.setPinned([id], pinned)
      const before = store.cursor()
      store.setAnswered(id, id + 200)
      const [one, [other], [whole], changes] = await Promise.all([
        store.get(id),
        store.summaries([id]),
        store.deliveries([id]),
        store.changesAfter(before, 10),
      ])
      for (const kept of [one, other, whole]) expect(kept).toMatchObject({ id, pinned, status: id + 200 })
      expect(changes).toMatchObject({ cursor: store.cursor(), changes: [{ delivery: { id, status: id + 200 } }] })
    }
  })

  it('is not waited for when there is none with its id, however many come meanwhile', async () => {
    let coming = true
    const appends = (async () => {
      while (coming) await store.append(arrival())
    })()
    expect(await store.get(1_000_000)).toBeUndefined()
    coming = false
    await appends
  })

  it('is told to listeners once it is indexed, in id order, and is in the list from then on', async () => {
    const told: number[] = []
    store.onIndexed(deliveries => told.push(...deliveries.map(delivery => delivery.id)))
    const ids = await Promise.all(
      Array.from({ length: 300 }, (_, index) => store.append(arrival({ body: saleEvent({ id: `event-${index}` }) }))),
    )
    await store.settled()
    expect(told).toEqual(ids)
    const first = await store.list(everything)
    expect(first.deliveries.map(delivery => delivery.id)).toEqual(ids.slice(200).reverse())
    const second = await store.list({ ...everything, before: first.next })
    const third = await store.list({ ...everything, before: second.next })
    expect(third.deliveries.at(-1)?.id).toBe(ids[0])
    expect(third.next).toBeNull()
  })
})
