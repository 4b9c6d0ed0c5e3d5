import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Status, StreamFrame } from '../../../core/api/messages.ts'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { openViewers, type Viewer, type Viewers } from '../../../server/api/viewers.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { keepLate } from '../../helpers/late.ts'

let folder: string
let store: Store
let viewers: Viewers
const logged: string[] = []
const status = { version: '1' } as Status

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-feed-'))
  store = openSqlite({ path: join(folder, 'log.db') })
  viewers = openViewers({ store, status: () => status, log: line => logged.push(line), tickMs: 1, pageSize: 3 })
})
afterEach(async () => {
  viewers.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
  expect(logged).toEqual([])
})

/** What a screen knows: it applies each frame and checks that it follows from where it stood. */
class Screen implements Viewer {
  cursor: number | null = null
  dropped = false
  waiting = 0
  readonly frames: StreamFrame[] = []
  readonly texts: string[] = []
  readonly deliveries = new Map<number, DeliverySummary>()
  readonly attempts = new Map<number, AttemptSummary>()
  readonly wantsPreparing: boolean
  private leave: () => void = () => {}
  private wakers: { done: () => boolean; resolve: () => void }[] = []

  constructor(wantsPreparing = false) {
    this.wantsPreparing = wantsPreparing
  }
  watch() {
    this.leave = viewers.join(this, this.cursor)
  }
  unplug() {
    this.leave()
  }
  buffered() {
    return this.waiting
  }
  drop() {
    this.dropped = true
    this.wake()
  }
  send(text: string) {
    const frame = JSON.parse(text) as StreamFrame
    this.frames.push(frame)
    this.texts.push(text)
    if (frame.kind === 'hello' && this.cursor !== null) expect(frame.cursor).toBe(this.cursor)
    if (frame.kind === 'batch') {
      expect(frame.cursor).toBeGreaterThan(this.cursor ?? -1)
      for (const change of frame.changes) {
        if (change.kind === 'delivery') this.deliveries.set(change.delivery.id, change.delivery)
        else if (change.kind === 'delivery-removed') this.deliveries.delete(change.id)
        else if (change.kind === 'attempt') this.attempts.set(change.attempt.id, change.attempt)
      }
    }
    if ('cursor' in frame) this.cursor = frame.cursor
    this.wake()
  }
  until(done: () => boolean): Promise<void> {
    return done() ? Promise.resolve() : new Promise(resolve => this.wakers.push({ done, resolve }))
  }
  caughtUp(): Promise<void> {
    return this.until(() => this.cursor === store.changes.cursor())
  }
  private wake() {
    for (const { done, resolve } of this.wakers) if (done()) resolve()
    this.wakers = this.wakers.filter(({ done }) => !done())
  }
}

async function keptDeliveries(): Promise<Map<number, DeliverySummary>> {
  const { deliveries } = await store.deliveries.list({ query: { terms: [] }, before: null, limit: 500, grouped: false })
  return new Map(deliveries.toReversed().map(delivery => [delivery.id, delivery]))
}
const sorted = <T>(map: Map<number, T>) => [...map].sort(([one], [other]) => one - other)

const add = async (...events: object[]) => {
  const ids = await Promise.all(events.map(body => store.deliveries.append(arrival({ body }))))
  await store.deliveries.settled()
  return ids
}

describe('a viewer', () => {
  it('is greeted with its cursor and the status, and gets what comes from then on', async () => {
    await add(saleEvent())
    const screen = new Screen()
    screen.watch()
    expect(screen.frames).toEqual([{ kind: 'hello', cursor: store.changes.cursor(), status }])
    const [id = 0] = await add(saleEvent({ id: 'b'.repeat(64) }))
    await screen.caughtUp()
    expect([...screen.deliveries.keys()]).toEqual([id])
  })

  it('that comes back gets the pages it missed, in order', async () => {
    const screen = new Screen()
    screen.watch()
    screen.unplug()
    const ids = await add(...Array.from({ length: 10 }, (_, index) => saleEvent({ id: String(index).repeat(64) })))
    screen.watch()
    await screen.caughtUp()
    const batches = screen.frames.filter(frame => frame.kind === 'batch')
    expect(batches.length).toBeGreaterThan(3)
    expect(
      batches.flatMap(({ changes }) => changes).map(change => change.kind === 'delivery' && change.delivery.id),
    ).toEqual(ids)
  })

  it('with a cursor that this database does not know is told to load anew, and goes on from there', async () => {
    await add(saleEvent())
    const screen = new Screen()
    screen.cursor = 1_000_000
    screen.watch()
    await screen.until(() => screen.frames.some(({ kind }) => kind === 'reset'))
    expect(screen.frames.at(-1)).toEqual({ kind: 'reset', cursor: store.changes.cursor(), status })
    const [id = 0] = await add(saleEvent({ id: 'c'.repeat(64) }))
    await screen.caughtUp()
    expect([...screen.deliveries.keys()]).toEqual([id])
  })

  it('gets the status when it changes, once for several changes', async () => {
    const [one, other] = [new Screen(), new Screen()]
    one.watch()
    other.watch()
    for (let turn = 0; turn < 5; turn++) viewers.announceStatus()
    await other.until(() => other.frames.some(({ kind }) => kind === 'status'))
    for (const screen of [one, other]) expect(screen.frames.map(({ kind }) => kind)).toEqual(['hello', 'status'])
  })

  it('that cannot keep up is dropped, without a loss to the others or to itself later', async () => {
    const [slow, quick] = [new Screen(), new Screen()]
    slow.watch()
    quick.watch()
    slow.waiting = 100_000_000
    await add(saleEvent())
    await quick.caughtUp()
    await slow.until(() => slow.dropped)
    expect(slow.frames.map(({ kind }) => kind)).toEqual(['hello'])
    await add(saleEvent({ id: 'd'.repeat(64) }))
    slow.waiting = 0
    slow.watch()
    await slow.caughtUp()
    expect(sorted(slow.deliveries)).toEqual(sorted(await keptDeliveries()))
  })

  it('that is catching up is not sent more than it takes', async () => {
    const screen = new Screen()
    screen.watch()
    screen.unplug()
    await add(...Array.from({ length: 12 }, (_, index) => saleEvent({ id: index.toString(16).repeat(64) })))
    screen.waiting = 1_000_000
    const quick = new Screen()
    quick.cursor = screen.cursor
    screen.watch()
    quick.watch()
    await quick.caughtUp()
    expect(screen.frames.filter(({ kind }) => kind === 'batch')).toEqual([])
    expect(screen.dropped).toBe(false)
    screen.waiting = 0
    await screen.caughtUp()
    expect(sorted(screen.deliveries)).toEqual(sorted(quick.deliveries))
  })

  it('that asks for it is told of what is kept and not listed yet, and that all is', async () => {
    const [screen, other] = [new Screen(true), new Screen()]
    screen.watch()
    other.watch()
    const arrivals = ['1', '2'].map(id => arrival({ body: saleEvent({ id: id.repeat(64) }) }))
    const held = await keepLate(store, arrivals)
    const told = () => screen.frames.flatMap(frame => (frame.kind === 'preparing' ? [frame.preparing] : []))
    // Where the thread takes its time, their headers alone are told at first.
    const described = () => told().find(one => one?.newest.every(({ isDescribed }) => isDescribed))
    await screen.until(() => described() !== undefined)
    expect(described()).toMatchObject({ count: 2, newest: [{ id: 2 }, { id: 1, eventId: '1'.repeat(64) }] })
    expect(screen.deliveries.size).toBe(0)
    held.release()
    await screen.until(() => told().at(-1) === null)
    expect([...screen.deliveries.keys()]).toEqual([1, 2])
    expect(other.frames.map(({ kind }) => kind)).not.toContain('preparing')
  })

  it('shares its frames with all who stand where it stands', async () => {
    const screens = [new Screen(), new Screen(), new Screen()]
    for (const screen of screens) screen.watch()
    await add(saleEvent(), saleEvent({ id: 'e'.repeat(64) }))
    await Promise.all(screens.map(screen => screen.caughtUp()))
    expect(screens.map(({ texts }) => texts)).toEqual([screens[0]?.texts, screens[0]?.texts, screens[0]?.texts])
  })
})

it('viewers that come and go at random end with exactly what the store holds', async () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        event: fc.integer({ min: 0, max: 4 }),
        count: fc.integer({ min: 1, max: 5 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('watch' as const, 'unplug' as const),
        screen: fc.integer({ min: 0, max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('pin' as const, 'remove' as const, 'restore' as const, 'attempt' as const),
        nth: fc.nat(30),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('settle' as const, 'turn' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const path = join(folder, `${crypto.randomUUID()}.db`)
      const [outerStore, outerFeed] = [store, viewers]
      store = openSqlite({ path })
      viewers = openViewers({ store, status: () => status, log: line => logged.push(line), tickMs: 0, pageSize: 3 })
      const screens = Array.from({ length: 4 }, () => new Screen())
      const watching = new Set<Screen>()
      // From the first cursor on, so that each of them has to hear of everything.
      for (const screen of screens) screen.cursor = store.changes.cursor()
      const ids: number[] = []
      const appends: Promise<unknown>[] = []
      try {
        for (const one of steps) {
          if (one.kind === 'add')
            for (let count = 0; count < one.count; count++)
              appends.push(
                store.deliveries
                  .append(arrival({ body: saleEvent({ id: String(one.event).repeat(64) }) }))
                  .then(id => ids.push(id)),
              )
          else if (one.kind === 'settle') await Promise.all(appends).then(() => store.deliveries.settled())
          else if (one.kind === 'turn') await new Promise(resolve => setImmediate(resolve))
          else if (one.kind === 'watch' || one.kind === 'unplug') {
            const screen = screens[one.screen]
            if (!screen) continue
            if (watching.delete(screen)) screen.unplug()
            if (one.kind === 'watch') {
              watching.add(screen)
              screen.watch()
            }
          } else if ('nth' in one) {
            const id = ids[one.nth % Math.max(1, ids.length)]
            if (id === undefined) continue
            if (one.kind === 'pin') await store.edits.setPinned([id], true)
            else if (one.kind === 'remove') await store.edits.remove([id])
            else if (one.kind === 'restore') await store.edits.restore([id])
            else {
              const request = { method: 'POST', url: 'http://127.0.0.1:1/', headers: [], body: new Uint8Array() }
              await store.attempts.start({ delivery: id, source: 'replay', target: request.url, startedAt: 0, request })
            }
          }
        }
        await Promise.all(appends)
        await store.deliveries.settled()
        for (const screen of screens) if (!watching.has(screen)) screen.watch()
        await Promise.all(screens.map(screen => screen.caughtUp()))
        const kept = sorted(await keptDeliveries())
        for (const screen of screens) {
          expect(sorted(screen.deliveries)).toEqual(kept)
          expect(screen.frames.some(({ kind }) => kind === 'reset')).toBe(false)
          for (const [id, attempt] of screen.attempts) expect(await store.attempts.get(id)).toMatchObject(attempt)
        }
        expect(new Set(screens.map(({ attempts }) => attempts.size)).size).toBe(1)
      } finally {
        viewers.close()
        await store.close()
        ;[store, viewers] = [outerStore, outerFeed]
      }
    }),
    { numRuns: 25 },
  )
})
