/** Two processes on one log: what one is told all follow, what one began others see, and what is to be done is done by one. */
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openCheckRuns } from '../../../../server/check/runs.ts'
import { openBulkEdits } from '../../../../server/deliveries/bulk-edits.ts'
import { openEditMemory } from '../../../../server/deliveries/edit-memory.ts'
import { openServerIntake } from '../../../../server/laptop/intake.ts'
import { openSharedForwarding } from '../../../../server/sender/sharing/shared-forwarding.ts'
import { openSimulator } from '../../../../server/simulate/simulator.ts'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import type { Store } from '../../../../server/store/store.ts'
import { arrival, asItCame, saleEvent } from '../../../helpers/deliveries.ts'
import { holdAnswers, startMerchant } from '../../../helpers/merchants.ts'
import { type PostgresDatabase, type PostgresDatabases, sharedPostgres } from '../../../helpers/postgres.ts'
import { simulationRequest, toUrl } from '../../simulate/simulated.ts'

let server: PostgresDatabases
let database: PostgresDatabase
let stores: Store[] = []
const closing: (() => unknown)[] = []

beforeAll(async () => {
  server = await sharedPostgres()
})
beforeEach(async () => {
  database = await server.create()
  stores = [await openPostgres({ url: database.url }), await openPostgres({ url: database.url })]
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  for (const store of stores) await store.close()
  await database.drop()
})
afterAll(() => server.close())

function both(): readonly [Store, Store] {
  const [one, two] = stores
  if (one === undefined || two === undefined) throw new Error('There are no two')
  return [one, two]
}

async function follow(store: Store | undefined, started: readonly string[]) {
  if (store === undefined) throw new Error('There is no such process')
  const said: { paused: boolean; texts: readonly string[] }[] = []
  const problems: string[] = []
  const shared = openSharedForwarding(
    store,
    started,
    async now => void said.push(now),
    line => problems.push(line),
  )
  closing.push(shared.close)
  await shared.begin()
  return { shared, last: () => said.at(-1), problems }
}

test('a pause and other targets hold in all, after a restart too; targets only where --forward is the same', async () => {
  const [one, two] = stores
  const first = await follow(one, ['3000'])
  const second = await follow(two, ['3000'])
  expect(second.last()).toEqual({ paused: false, texts: ['3000'] })
  await first.shared.pause(true)
  await first.shared.setTargets(['4000'])
  const wanted = { paused: true, texts: ['4000'] }
  await expect.poll(second.last, { timeout: 10_000 }).toEqual(wanted)
  expect((await follow(two, ['3000'])).last()).toEqual(wanted)
  expect((await follow(two, ['5000'])).last()).toEqual({ paused: true, texts: ['5000'] })
  await second.shared.pause(false)
  await expect.poll(first.last, { timeout: 10_000 }).toEqual({ paused: false, texts: ['4000'] })
  expect([...first.problems, ...second.problems]).toEqual([])
})

test('each simulated event is sent by one of them, also what the other one was asked for', async () => {
  const app = await startMerchant()
  closing.push(app.close)
  const simulators = []
  for (const store of stores) {
    const simulator = await openSimulator({ store, hooks: () => [], urlOf: () => null })
    closing.push(() => simulator.close(0))
    simulators.push(simulator)
  }
  const [one, two] = simulators
  const started = await Promise.all(
    [one, two].map(simulator => simulator?.start(simulationRequest({ count: 30, recipients: toUrl(app.url) }))),
  )
  for (const [at, simulation] of started.entries())
    expect(await simulators[at]?.settled(simulation?.id ?? 0)).toMatchObject({ delivered: 30 })
  expect(app.received).toHaveLength(60)
})

test('what waits in one process when another has ended is not taken from those that live', async () => {
  const [one, two] = stores
  await one?.unfinished.note('edit', new Map([['mine', '{}']]))
  expect([...((await one?.unfinished.of('edit')) ?? [])]).toHaveLength(1)
  expect([...((await two?.unfinished.of('edit')) ?? [])]).toHaveLength(0)
  let left = 0
  two?.unfinished.onLeft(() => {
    left += 1
  })
  await one?.close()
  await expect.poll(() => left, { timeout: 10_000 }).toBe(1)
  expect([...((await two?.unfinished.of('edit')) ?? [])]).toHaveLength(1)
})

const eventNow = (id: string) => arrival({ receivedAt: Date.now(), body: saleEvent({ id }) })

test('an edit of many that one did not live to end is done by another', async () => {
  const [one, two] = both()
  const lines: string[] = []
  const edits = openBulkEdits(two, line => lines.push(line))
  closing.push(edits.close)
  await edits.resume()
  const ids = [await two.deliveries.append(eventNow('a')), await two.deliveries.append(eventNow('b'))]
  await openEditMemory(one).began('edit', 'pin', ids)
  await one.close()
  await expect.poll(() => edits.list(), { timeout: 20_000 }).toMatchObject([{ id: 'edit', changed: 2, state: 'done' }])
  expect((await two.deliveries.summaries(ids)).every(({ pinned }) => pinned)).toBe(true)
  expect(lines).toEqual([expect.stringContaining('that continues now')])
})

test('a check shows in all as what it is, also while it runs in one of them', async () => {
  const held = holdAnswers()
  const app = await startMerchant(held.manner)
  closing.push(app.close, held.release)
  const runs = await Promise.all(
    both().map(async store => {
      const opened = await openCheckRuns({ store, hooks: () => [], isOwnUrl: () => false, log: () => {} })
      closing.push(opened.close)
      return opened
    }),
  )
  const [here, there] = runs
  const secrets = { kind: 'given', authentication: { kind: 'none' }, key: null } as const
  const asked = { target: app.url, secrets, only: ['nulls'], skip: [], rate: null, effectUrl: null } as const
  const { id } = (await here?.start({ ...asked, failOn: 'fail', confirmed: false })) ?? { id: 0 }
  expect(await there?.run(id)).toMatchObject({ state: 'running', problem: null })
  await here?.stop(id)
  await expect.poll(() => there?.run(id), { timeout: 10_000 }).toMatchObject({ state: 'stopped' })
})

test('one keeps the log within its limits; another does once that one is gone', async () => {
  const [one, two] = both()
  for (const id of ['a', 'b', 'c']) await two.deliveries.append(eventNow(id))
  await two.deliveries.settled()
  const limits = { count: 1, days: null, bytes: null }
  const claim = await one.claims.hold('retention')
  expect(claim).not.toBeNull()
  expect(await two.retention.purge(limits)).toBe(0)
  await two.retention.keepWithin(limits, () => {})
  await one.close()
  const log = postgres(database.url, { max: 1, onnotice: () => {} })
  closing.push(() => log.end())
  const count = async () => (await log`SELECT FROM hookscope.arrival`).length
  await expect.poll(count, { timeout: 20_000 }).toBe(1)
})

test('an attempt whose beginning was kept though nobody was told is sent as that one, or ends', async () => {
  const [one, two] = both()
  const target = 'http://localhost:3000/'
  const log = postgres(database.url, { max: 1, onnotice: () => {} })
  closing.push(() => log.end())
  const began = async (delivery: number, startedAt: number) => {
    const [row] = await log<{ id: string }[]>`
      INSERT INTO hookscope.attempt (delivery, source, target, started_at, outcome, changes, own, process)
      SELECT ${delivery}, 'forward', ${target}, ${startedAt}, 'pending', '[]', 1, min(id) FROM hookscope.process RETURNING id`
    await log`
      INSERT INTO hookscope.attempt_content (id, method, url, request_headers)
      VALUES (${row?.id ?? 0}, 'POST', ${target}, '[]')`
    return Number(row?.id)
  }
  const incoming = eventNow('a')
  const ids = [await one.deliveries.append(incoming), await one.deliveries.append(eventNow('b'))]
  await one.deliveries.settled()
  const ended: unknown[] = []
  one.attempts.onEnded(({ id, error }, byOther) => ended.push({ at: 'one', id, code: error?.code, byOther }))
  two.attempts.onEnded(({ id, error }, byOther) => ended.push({ at: 'two', id, code: error?.code, byOther }))
  // Whoever wants to send it tries again before it ends by itself.
  const startedAt = Date.now() + 60_000
  const fresh = await began(ids[0] ?? 0, startedAt)
  const request = asItCame(incoming, target)
  const start = { delivery: ids[0] ?? 0, source: 'forward', target, startedAt, request } as const
  // Who lives has it.
  expect(await two.attempts.startForward(start, 0)).toBeNull()
  expect(await one.attempts.startForward(start, 0)).toBe(fresh)
  expect(await one.attempts.startForward(start, 0)).toBeNull()
  const late = await began(ids[1] ?? 0, Date.now() - 60_000)
  await expect.poll(() => ended.length, { timeout: 20_000 }).toBe(2)
  // Both are told, and one of them tells of it.
  expect(ended).toContainEqual({ at: 'one', id: late, code: 'interrupted', byOther: false })
  expect(ended).toContainEqual({ at: 'two', id: late, code: 'interrupted', byOther: true })
  expect(await one.attempts.ofDelivery(ids[0] ?? 0)).toMatchObject([{ id: fresh, outcome: 'pending' }])
})

test('what two of them receive from the same hookscope is kept once', async () => {
  const server = new URL('https://hooks.example.com')
  const problems: unknown[] = []
  const take = async (stores: readonly Store[]) => {
    const intakes = stores.map(store => openServerIntake({ store, server, failed: error => problems.push(error) }))
    for (const intake of intakes)
      for (let id = 1; id <= 20; id += 1) {
        const { body, ...rest } = eventNow(String(id))
        intake.take({ ...rest, receivedAt: 1_700_000_000_000 + id, id, body: Buffer.from(body).toString('base64') })
      }
    await Promise.all(intakes.map(intake => intake.close()))
  }
  await take(both())
  // It comes again, as after a loss of the connection.
  await take([both()[1]])
  await both()[0].deliveries.settled()
  const { deliveries } = await both()[0].deliveries.list({
    ...{ query: { terms: [] }, before: null, limit: 100, grouped: false },
  })
  expect(deliveries.map(({ origin }) => origin?.id).sort((one = 0, other = 0) => one - other)).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 1),
  )
  expect(problems).toEqual([])
})
