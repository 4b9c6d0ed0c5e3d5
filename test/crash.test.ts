/** kill -9 under load: what was answered 2xx is in the log, whole, however often the process is shot. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import type { Delivery } from '../core/deliveries/delivery.ts'
import { sampleEvent } from '../core/events/generator/samples.ts'
import { type HeaderList, headerValue } from '../core/http/headers.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import { emptyFolder, type RunningCommand, startListening } from './helpers/command.ts'
import { eventBytes, openGateway } from './helpers/gateway.ts'

const rounds = import.meta.env.MODE === 'soak' ? 200 : 50
const connections = 20
const key = 'sk_crash_0c5e1f7a94d2'
const basicAuth = { username: 'shop', password: 'sesame' }
const env = { HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_BASIC_AUTH: 'shop:sesame' }
const numberHeader = 'X-Crash-Number'

// Another seed each time; a failure is repeated with the one that was printed.
const seed = Number(process.env['HOOKSCOPE_CRASH_SEED'] ?? Date.now() % 1_000_000)

/** One post: what was sent, and whether it was answered 200. */
interface Posted {
  readonly body: Buffer
  readonly headers: HeaderList
  acknowledged: boolean
}

/** No two alike; every seventh is longer than a read from the socket and spreads over many pages of the database. */
function bodyOf(number: number): Buffer {
  const event = sampleEvent('transaction.sale.success', number)
  return eventBytes(number % 7 === 0 ? { ...event, filling: `${number} `.repeat(15_000) } : event)
}

let command: RunningCommand | undefined
afterEach(() => command?.stop('SIGKILL'))

it(`keeps what it acknowledged through ${rounds} kills under load`, { timeout: 1_600_000 }, async () => {
  console.log(`crash test: HOOKSCOPE_CRASH_SEED=${seed}`)
  const moments = fc.sample(
    fc.record({ answers: fc.integer({ min: 1, max: 50 }), waitMs: fc.integer({ min: 0, max: 12 }) }),
    { numRuns: rounds, seed },
  )
  const db = join(emptyFolder(), 'deliveries.db')
  const posted = new Map<number, Posted>()
  let cutOff = 0

  for (const [round, { answers, waitMs }] of moments.entries()) {
    const running = startListening([], { env, db })
    command = running
    const { hooks } = await running.waitForLine('ready')
    const url = hooks[0]?.localUrl ?? ''
    const gateway = openGateway({ url, key, basicAuth, connections })
    let acknowledged = 0
    let kill: Promise<unknown> | undefined
    const unexpected: number[] = []
    const postUntilCut = async () => {
      for (;;) {
        const number = posted.size
        const body = bodyOf(number)
        const own: HeaderList = [[numberHeader, String(number)]]
        const post: Posted = { body, headers: [...gateway.headersFor(body), ...own], acknowledged: false }
        posted.set(number, post)
        try {
          const { status } = await gateway.post(body, { headers: own })
          if (status !== 200) {
            unexpected.push(status)
            kill ??= running.stop('SIGKILL')
            return
          }
        } catch {
          cutOff += 1
          return
        }
        post.acknowledged = true
        acknowledged += 1
        if (acknowledged >= answers)
          kill ??= new Promise(resolve => setTimeout(resolve, waitMs)).then(() => running.stop('SIGKILL'))
      }
    }
    await Promise.all(Array.from({ length: connections }, postUntilCut))
    gateway.close()
    await kill
    expect(unexpected).toEqual([])
    const { signal, stderr } = await running.exited
    expect(signal, `round ${round} ended by itself: ${stderr}`).toBe('SIGKILL')
    // Otherwise the round would have proven nothing.
    expect(acknowledged).toBeGreaterThanOrEqual(answers)
  }
  // Some posts were under way when the process died: it was killed while it worked.
  expect(cutOff).toBeGreaterThan(rounds)

  const store = openSqlite({ path: db })
  await store.deliveries.settled()
  const newest = await store.deliveries.list({ query: { terms: [] }, before: null, limit: 1, grouped: false })
  const kept = new Map<number, Delivery>()
  for (let id = 1; id <= (newest.deliveries[0]?.id ?? 0); id += 1) {
    const delivery = await store.deliveries.get(id)
    if (delivery) kept.set(Number(headerValue(delivery.headers, numberHeader)), delivery)
  }
  const { total } = await store.deliveries.facets()
  await store.close()
  expect(kept.size, 'each is there once').toBe(total)

  const lost = [...posted].filter(([number, { acknowledged }]) => acknowledged && !kept.has(number))
  expect(lost.map(([number]) => number)).toEqual([])
  // Also what was kept but not answered any more is there whole, or not at all.
  for (const [number, delivery] of kept) {
    const sent = posted.get(number)
    expect(Buffer.compare(delivery.body, sent?.body ?? Buffer.alloc(0)), `the bytes of ${number}`).toBe(0)
    expect(delivery.headers.filter(([name]) => !/^(?:host|connection)$/i.test(name))).toEqual(sent?.headers)
    expect(delivery.verdictDetail).toEqual({ kind: 'verified', key: 'signature-key', basic: true })
    expect(delivery).toMatchObject({ method: 'POST', status: 200, eventType: 'transaction.sale.success' })
  }
  const file = new Database(db, { readonly: true })
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok')
  file.close()
  const answered = [...posted.values()].filter(({ acknowledged }) => acknowledged).length
  console.log(`crash test: ${answered} answered, ${cutOff} cut off, ${kept.size} kept`)
})
