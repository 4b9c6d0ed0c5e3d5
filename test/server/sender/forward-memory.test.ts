/** What waits to be forwarded is remembered: a run that was killed is followed by one that sends what was owed, once. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import { headerValue } from '../../../core/http/headers.ts'
import { type Forwarder, openForwarder } from '../../../server/sender/forward.ts'
import { cutOffNews } from '../../../server/sender/interrupted-memory.ts'
import type { SendNews } from '../../../server/sender/leftovers.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { type ArrivalParts, arrival, asItCame } from '../../helpers/deliveries.ts'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface RunOptions {
  readonly answeredByApp?: boolean
  readonly most?: number
}

interface Run {
  readonly store: Store
  readonly open: Forwarder
  readonly news: readonly SendNews[]
  /** Deliveries come, and are indexed. @returns their ids */
  arrive(...parts: readonly ArrivalParts[]): Promise<number[]>
  /** Ids, by why they are not sent. */
  left(): Record<string, readonly number[]>
  /** What the next start finds, were this run killed now. @returns the folder of its database */
  kill(): Promise<string>
  close(): Promise<void>
}

const to = (...urls: readonly string[]) => urls.map(url => ({ url: new URL(url) }))
const emptyFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** A run on a database, wired as the session does it. */
async function run(targets: readonly string[], folder = emptyFolder(), options: RunOptions = {}): Promise<Run> {
  const path = join(folder, 'hookscope.db')
  const store = openSqlite({ path })
  const news: SendNews[] = []
  const open = await openForwarder({
    store,
    targets: to(...targets),
    isOwnUrl: () => false,
    rejectedToo: false,
    from: await store.deliveries.newest(),
    news: one => news.push(one),
    ...options,
  })
  const stop = store.deliveries.onIndexed(open.offer)
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= (async () => {
      await store.deliveries.settled()
      stop()
      await open.close(0)
      await store.close()
    })()
    return closed
  }
  closing.push(close)
  await open.takeUp()
  return {
    store,
    open,
    news,
    async arrive(...parts) {
      const ids = await Promise.all(
        parts.map(one => store.deliveries.append(arrival({ receivedAt: Date.now(), ...one }))),
      )
      await store.deliveries.settled()
      return ids
    },
    left: () =>
      Object.fromEntries(
        news.flatMap(one => (one.kind === 'left' && one.ids.length > 0 ? [[one.why, one.ids] as const] : [])),
      ),
    async kill() {
      await store.deliveries.settled()
      // It sends nothing more, as a process that is dead.
      open.pause(true)
      const next = emptyFolder()
      for (const end of ['', '-wal']) cpSync(`${path}${end}`, join(next, `hookscope.db${end}`))
      return next
    },
    close,
  }
}

async function merchant(manner?: Manner): Promise<Merchant> {
  const started = await startMerchant(manner)
  closing.push(started.close)
  return started
}

/** What reached an app, ascending: on 20 connections they overtake one another. */
const idsAt = ({ received }: Merchant) =>
  received.map(({ headers }) => Number(headerValue(headers, 'Hookscope-Delivery'))).sort((one, other) => one - other)
const many = (count: number): ArrivalParts[] => Array.from({ length: count }, () => ({}))
const rejected: ArrivalParts = { verdict: { kind: 'rejected', reasons: ['signature-wrong'] }, status: 401 }

describe('after a kill', () => {
  it('what waited goes out, each once, and what was on its way is named', async () => {
    const { manner } = holdAnswers()
    const app = await merchant(manner)
    const before = await run([app.url])
    const ids = await before.arrive(...many(25), rejected, { hook: 'unrouted', status: 404 }, ...many(10))
    await app.arrived(20)
    const folder = await before.kill()
    app.behave(manners.answers())
    const after = await run([app.url], folder)
    await app.arrived(35)
    expect(after.left()).toEqual({ interrupted: ids.slice(0, 20) })
    const owed = [...ids.slice(20, 25), ...ids.slice(27)]
    expect(after.news).toContainEqual({ kind: 'resumed', target: app.url, ids: owed })
    expect(idsAt(app)).toEqual([...ids.slice(0, 20), ...owed])
    // And no second time at the next start.
    const last = await run([app.url], await after.kill())
    await last.arrive({})
    await app.arrived(36)
    expect(idsAt(app)).toHaveLength(36)
  })

  it('what was on its way is offered at each start until it was sent again or dismissed', async () => {
    const app = await merchant(holdAnswers().manner)
    const first = await run([app.url])
    const ids = await first.arrive({}, {})
    await app.arrived(2)
    const second = await run([app.url], await first.kill())
    expect(second.left()).toEqual({ interrupted: ids })
    const more = await second.arrive({}, {})
    await app.arrived(4)
    // One that was killed before it could tell loses none of it.
    const untold = await second.kill()
    const brief = openSqlite({ path: join(untold, 'hookscope.db') })
    await brief.close()
    const third = await run([app.url], untold)
    expect(third.left()).toEqual({ interrupted: [...ids, ...more] })
    app.behave(manners.answers())
    const request = asItCame(arrival(), app.url)
    const [again = 0] = ids
    const part = { delivery: again, source: 'replay', target: app.url, startedAt: Date.now(), request } as const
    await third.store.attempts.end(await third.store.attempts.start(part), {
      outcome: 'answered',
      answer: { status: 200, headers: [], body: new Uint8Array(), bodyBytes: 0 },
      timing: { connectMs: 0, firstByteMs: 0, totalMs: 0 },
      error: null,
    })
    const fourth = await run([app.url], await third.kill())
    expect(fourth.left()).toEqual({ interrupted: [...ids.slice(1), ...more] })
    for (const news of fourth.news) if (news.kind === 'left') await news.settled?.()
    const last = await run([app.url], await fourth.kill())
    expect(last.left()).toEqual({})
  })

  it('what the end cut off is told of, and offered at the next start as well', async () => {
    const app = await merchant(holdAnswers().manner)
    const now = await run([app.url])
    const cut: AttemptSummary[] = []
    now.store.attempts.onEnded(attempt => cut.push(attempt))
    const ids = await now.arrive({}, {})
    await app.arrived(2)
    await now.open.close(0)
    expect(await cutOffNews(now.store, cut)).toMatchObject([{ why: 'interrupted', target: app.url, ids }])
    await now.close()
    const after = await run([app.url], now.store.path.replace(/hookscope\.db$/, ''))
    expect(after.left()).toEqual({ interrupted: ids })
    // What was told of before is not told of again at the end.
    expect(await cutOffNews(after.store, [])).toEqual([])
  })

  it('however it was cut: each that was owed reaches the app once, or is named', { timeout: 60_000 }, async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<ArrivalParts[]>([{}], [{}, {}, {}], [rejected], many(12)) },
      { weight: 2, arbitrary: fc.constantFrom('pause', 'go on') },
      { weight: 1, arbitrary: fc.constantFrom('kill', 'quit', 'replay') },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async steps => {
        const app = await merchant()
        let now = await run([app.url])
        const owed: number[] = []
        const named = new Set<number>()
        for (const one of steps) {
          if (one === 'kill' || one === 'quit') {
            const folder = one === 'kill' ? await now.kill() : undefined
            await now.close()
            const path = now.store.path.replace(/hookscope\.db$/, '')
            now = await run([app.url], folder ?? path)
            for (const id of now.left()['interrupted'] ?? []) named.add(id)
          } else if (one === 'replay') {
            const id = owed.at(-1)
            if (id === undefined) continue
            const request = asItCame(arrival(), app.url)
            const part = { delivery: id, source: 'replay', target: app.url, startedAt: Date.now(), request } as const
            await now.store.attempts.end(await now.store.attempts.start(part), {
              outcome: 'answered',
              answer: { status: 200, headers: [], body: new Uint8Array(), bodyBytes: 0 },
              timing: { connectMs: 0, firstByteMs: 0, totalMs: 0 },
              error: null,
            })
            named.add(id)
          } else if (typeof one === 'string') now.open.pause(one === 'pause')
          else {
            const ids = await now.arrive(...one)
            owed.push(...ids.filter((_, index) => one[index] !== rejected))
          }
        }
        now.open.pause(false)
        await expect.poll(() => owed.filter(id => !idsAt(app).includes(id) && !named.has(id))).toEqual([])
        const sent = idsAt(app)
        expect(sent.filter((id, index) => sent.indexOf(id) !== index)).toEqual([])
        expect(sent.filter(id => !owed.includes(id))).toEqual([])
        await now.close()
      }),
      { numRuns: Number(process.env['HOOKSCOPE_TEST_RUNS'] ?? 6), seed: 9 },
    )
  })

  it('nothing goes to a target of which nothing is known, as in a database of before', async () => {
    const app = await merchant()
    const before = await run([])
    await before.arrive(...many(3))
    const after = await run([app.url], await before.kill())
    const [id] = await after.arrive({})
    await app.arrived(1)
    expect(idsAt(app)).toEqual([id])
    expect(after.left()).toEqual({})
  })

  it('what came while there was no target, or another run had none, is not owed', async () => {
    const app = await merchant()
    const first = await run([app.url])
    await first.arrive({})
    await app.arrived(1)
    await expect.poll(() => first.open.inFlight).toBe(0)
    await first.open.setTargets([])
    await first.arrive(...many(2))
    const second = await run([], await first.kill())
    await second.arrive(...many(2))
    const third = await run([app.url], await second.kill())
    const [last] = await third.arrive({})
    await app.arrived(2)
    expect(idsAt(app)).toEqual([1, last])
  })

  it('what came more than a day ago is named, and not sent', async () => {
    const app = await merchant()
    const before = await run([app.url])
    before.open.pause(true)
    const dayAgo = Date.now() - 25 * 3_600_000
    const [old, fresh] = await before.arrive({ receivedAt: dayAgo }, {})
    const after = await run([app.url], await before.kill())
    await app.arrived(1)
    expect([idsAt(app), after.left()]).toEqual([[fresh], { old: [old] }])
    await expect.poll(() => after.open.inFlight).toBe(0)
    const later = await run([app.url], await after.kill())
    expect(later.left()).toEqual({})
  })

  it('what waited for a target that is none now is named at each start, and goes out once it is one again', async () => {
    const [app, other] = [await merchant(), await merchant()]
    const before = await run([app.url])
    before.open.pause(true)
    const ids = await before.arrive(...many(3))
    const second = await run([other.url], await before.kill())
    expect(second.left()).toEqual({ elsewhere: ids })
    const third = await run([], await second.kill())
    expect(third.left()).toEqual({ elsewhere: ids })
    await third.open.setTargets(to(app.url))
    await app.arrived(3)
    expect([idsAt(app), idsAt(other)]).toEqual([ids, []])
  })

  it('what waited goes to the target that took the place of another before the kill', async () => {
    const [wrong, right] = [await merchant(), await merchant()]
    const before = await run([wrong.url])
    before.open.pause(true)
    const ids = await before.arrive(...many(2))
    await before.open.setTargets(to(right.url))
    ids.push(...(await before.arrive({})))
    await run([right.url], await before.kill())
    await right.arrived(3)
    expect([idsAt(right), idsAt(wrong)]).toEqual([ids, []])
  })

  it('what the app was to answer itself is not owed: the gateway sends it again', async () => {
    const [app, other] = [await merchant(), await merchant()]
    const before = await run([app.url, other.url], undefined, { answeredByApp: true })
    before.open.pause(true)
    const came = arrival({ receivedAt: Date.now() })
    const id = await before.store.deliveries.append(came)
    expect((await before.open.answer(id, came)).status).toBe(502)
    await before.store.deliveries.settled()
    await run([app.url, other.url], await before.kill(), { answeredByApp: true })
    await other.arrived(1)
    expect([idsAt(app), idsAt(other)]).toEqual([[], [id]])
  })

  it('what the app had not answered, and the gateway neither, is not offered to be sent again', async () => {
    const { manner, release } = holdAnswers()
    const app = await merchant(manner)
    const before = await run([app.url], undefined, { answeredByApp: true })
    const came = arrival({ receivedAt: Date.now(), status: null })
    const id = await before.store.deliveries.append(came)
    const answer = before.open.answer(id, came)
    await app.arrived(1)
    const after = await run([app.url], await before.kill(), { answeredByApp: true })
    expect(await after.store.attempts.ofDelivery(id)).toMatchObject([{ error: { code: 'interrupted' } }])
    expect(after.left()).toEqual({})
    release()
    await answer
  })

  it('what came before it was known whether the target leads back here is owed to it', async () => {
    const app = await merchant()
    const before = await run([])
    await before.open.expect(to(app.url))
    const ids = await before.arrive({}, {})
    await run([app.url], await before.kill())
    await app.arrived(2)
    expect(idsAt(app)).toEqual(ids)
    await before.open.setTargets(to(app.url))
    expect((await before.store.unfinished.of('forward')).size).toBe(1)
  })

  it('what was verified only later is not owed, as it was not when it came', async () => {
    const app = await merchant()
    const before = await run([app.url])
    const [id = 0] = await before.arrive(rejected)
    await before.store.edits.setVerdicts(
      [{ id, verdict: { kind: 'verified', key: 'signature-key', basic: false } }],
      'test',
    )
    const after = await run([app.url], await before.kill())
    const [next] = await after.arrive({})
    await app.arrived(1)
    expect(idsAt(app)).toEqual([next])
  })
})

describe('a queue', () => {
  it('has a bound: what comes beyond it is passed over, and named when there is room', async () => {
    const app = await merchant()
    const now = await run([app.url], undefined, { most: 6 })
    now.open.pause(true)
    const settled: number[] = []
    now.open.onSettled(id => settled.push(id))
    const ids = await now.arrive(...many(9))
    expect(now.open.status()).toMatchObject({ waiting: 6, mostWaiting: 6, targets: [{ isFull: true }] })
    expect(now.news).toContainEqual({ kind: 'full', target: app.url, waiting: 6 })
    expect([settled, ids.filter(now.open.wasPassedOver)]).toEqual([ids.slice(6), ids.slice(6)])
    now.open.pause(false)
    await app.arrived(6)
    await expect.poll(() => now.left()).toEqual({ 'queue-full': ids.slice(6) })
    const [next] = await now.arrive({})
    await app.arrived(7)
    expect(idsAt(app)).toEqual([...ids.slice(0, 6), next])
  })

  it('that was full at a kill sends what waited, and names what was passed over', async () => {
    const app = await merchant()
    const before = await run([app.url], undefined, { most: 4 })
    before.open.pause(true)
    const ids = await before.arrive(...many(7))
    const after = await run([app.url], await before.kill(), { most: 4 })
    await app.arrived(4)
    expect([idsAt(app), after.left()]).toEqual([ids.slice(0, 4), { 'queue-full': ids.slice(4) }])
  })

  it('is not let go of unless that was said; then what waited is named', async () => {
    const [app, other] = [await merchant(), await merchant()]
    const now = await run([app.url, other.url])
    now.open.pause(true)
    const ids = await now.arrive({}, {})
    expect(() => now.open.setTargets([])).toThrow(`4 deliveries wait for ${app.url} and ${other.url}.`)
    expect(() => now.open.setTargets(to(other.url))).toThrow(`2 deliveries wait for ${app.url}.`)
    expect(now.open.targets).toHaveLength(2)
    const settled: number[] = []
    now.open.onSettled(id => settled.push(id))
    await now.open.setTargets(to(other.url), true)
    expect(now.left()).toEqual({ 'let-go': ids })
    await now.open.setTargets([], true)
    expect([now.open.status(), settled]).toEqual([null, ids])
    const after = await run([app.url, other.url], await now.kill())
    expect([after.left(), idsAt(app), idsAt(other)]).toEqual([{}, [], []])
  })

  it('says what was gone before its turn came', async () => {
    const app = await merchant()
    const now = await run([app.url])
    const settled: number[] = []
    now.open.onSettled(id => settled.push(id))
    now.open.pause(true)
    const [first, second = 0, third = 0] = await now.arrive({}, {}, {})
    await now.store.edits.remove([second, third])
    now.open.pause(false)
    await app.arrived(1)
    await expect.poll(() => now.news).toContainEqual({ kind: 'gone', target: app.url, ids: [second, third] })
    await expect.poll(() => [...settled].sort()).toEqual([first, second, third])
    expect(idsAt(app)).toEqual([first])
  })

  it('says what the limits dropped of it at once, and again at the next start, however this one ends', async () => {
    const app = await merchant()
    const now = await run([app.url], undefined, { most: 5 })
    const settled: number[] = []
    now.open.onSettled(id => settled.push(id))
    now.open.pause(true)
    const ids = await now.arrive(...many(8))
    await now.store.retention.purge({ count: 6, days: null, bytes: null })
    expect(now.open.status()).toMatchObject({ waiting: 3, oldestWaiting: ids[2] })
    expect(now.open.gone).toBe(2)
    await now.store.retention.purge({ count: 2, days: null, bytes: null })
    // Three of them waited, and one had been passed over.
    expect(now.open.gone).toBe(6)
    expect(now.open.unsent()).toEqual([])
    expect([...settled].sort()).toEqual(ids)
    await expect.poll(() => now.news).toContainEqual({ kind: 'gone', target: app.url, ids: ids.slice(0, 6) })
    expect(now.left()).toEqual({ 'queue-full': ids.slice(6) })
    for (const end of ['kill', 'quit'] as const) {
      await expect
        .poll(async () => [...(await now.store.unfinished.of('forward')).values()].join())
        .toContain('"count":6')
      const folder = await now.kill()
      if (end === 'quit') await now.close()
      const after = await run([app.url], end === 'kill' ? folder : now.store.path.replace(/hookscope\.db$/, ''))
      expect(after.news).toContainEqual({ kind: 'gone', target: app.url, ids: ids.slice(0, 6), more: 0 })
      expect(after.open.gone).toBe(6)
      const last = await run([app.url], await after.kill())
      expect(last.news.filter(({ kind }) => kind === 'gone')).toEqual([])
    }
    expect(idsAt(app)).toEqual([])
  })

  it('does not send what somebody replayed to the same target meanwhile', async () => {
    const app = await merchant()
    const now = await run([app.url])
    now.open.pause(true)
    const [first = 0, second = 0] = await now.arrive({}, {})
    const taken = {
      outcome: 'answered',
      answer: { status: 200, headers: [], body: new Uint8Array(), bodyBytes: 0 },
      timing: { connectMs: 0, firstByteMs: 0, totalMs: 0 },
      error: null,
    } as const
    const came = asItCame(arrival(), app.url)
    // Another body is another delivery to the app: the second one is still sent.
    for (const [delivery, request] of [
      [first, came],
      [second, { ...came, body: new Uint8Array() }],
    ] as const) {
      const part = { delivery, source: 'replay', target: app.url, startedAt: Date.now(), request } as const
      await now.store.attempts.end(await now.store.attempts.start(part), taken)
    }
    now.open.pause(false)
    await app.arrived(1)
    expect(idsAt(app)).toEqual([second])
  })
})
