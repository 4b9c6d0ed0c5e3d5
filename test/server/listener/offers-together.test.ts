/** Two processes on one log offer the same: what is left by a third, what one sends or dismisses, and what both are asked for at once. */
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { defaults } from '../../../server/config/settings.ts'
import { type Listener, startListener } from '../../../server/listener.ts'
import { openMissedMemory } from '../../../server/sender/missed-memory.ts'
import { openReplayMemory } from '../../../server/sender/replay-memory.ts'
import { openPostgres } from '../../../server/store/postgres/postgres.ts'
import type { Store } from '../../../server/store/store.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { arrival, asItCame } from '../../helpers/deliveries.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { type PostgresDatabase, type PostgresDatabases, sharedPostgres } from '../../helpers/postgres.ts'

const token = 'a-token-of-this-launch'
const closing: (() => unknown)[] = []
let server: PostgresDatabases
let database: PostgresDatabase
let app: Merchant
/** The third, which ends. */
let third: Store
let both: readonly Listener[] = []

beforeAll(async () => {
  server = await sharedPostgres()
})
beforeEach(async () => {
  database = await server.create()
  app = await startMerchant()
  closing.push(app.close)
  third = await openPostgres({ url: database.url })
  closing.push(() => third.close())
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await database.drop()
})
afterAll(() => server.close())

async function session(): Promise<Listener> {
  const started = await startListener({
    settings: {
      ...defaults,
      ...{ retryMs: 0, port: 0, inspectorPort: 0, forward: [], tunnel: 'none', tunnelHost: null, subdomain: null },
      ...{ publicUrl: null, open: false, db: database.url, label: null },
    },
    secrets: { signatureKey: null, sourceKey: null, basicAuth: null },
    token,
    uiFolder: emptyFolder(),
    log: () => {},
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  closing.push(() => started.close())
  return started
}

async function startBoth(): Promise<void> {
  both = [await session(), await session()]
}

async function call({ inspectorUrl }: Listener, method: string, path: string): Promise<number> {
  const answer = await fetch(`${inspectorUrl}/api${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: '{}',
  })
  return answer.status
}

async function append(count: number): Promise<number[]> {
  const ids: number[] = []
  for (let n = 0; n < count; n++) ids.push(await third.deliveries.append(arrival({ receivedAt: Date.now() })))
  await third.deliveries.settled()
  return ids
}

/** Begins to send it, and does not come to the end of it but for a time without an app. */
async function send(delivery: number, isRefused: boolean): Promise<number> {
  const request = asItCame(arrival(), app.url)
  const id = await third.attempts.start({
    ...{ delivery, source: 'forward', target: app.url, startedAt: Date.now(), request },
  })
  if (isRefused)
    await third.attempts.end(id, {
      ...{ outcome: 'refused', answer: null, timing: { connectMs: null, firstByteMs: null, totalMs: 1 } },
      error: { code: 'ECONNREFUSED', message: 'Nobody is there.', hint: 'Start it.' },
    })
  return id
}

/** A replay that it does not come to. */
async function leaveReplay(ids: readonly number[]): Promise<void> {
  const memory = await openReplayMemory(third)
  await memory.began('a job', { target: app.url, ids, manner: { order: 'received', rate: null } })
}

const left = (of: Listener | undefined) => of?.workspace.status().leftovers ?? []
const offered = (of: Listener | undefined) => left(of).map(({ why, count }) => `${why} ${count}`)
/** Both offer these. */
const bothOffer = (...wanted: readonly string[]) =>
  expect.poll(() => both.map(one => offered(one).sort()), { timeout: 15_000 }).toEqual([wanted, wanted])
const idIn = (of: Listener | undefined, why: string) => left(of).find(one => one.why === why)?.id ?? ''
const newest = () => both.map(one => one.workspace.store.unfinished.newestAttempt())

it('what a process left that ended while they live both offer, and no more once one has dismissed it', async () => {
  await startBoth()
  const ids = await append(5)
  await leaveReplay(ids.slice(0, 2))
  const missed = await openMissedMemory(third)
  missed.missed(app.url, await send(ids[2] ?? 0, true), false)
  await missed.close()
  await send(ids[3] ?? 0, false)
  expect(both.map(offered)).toEqual([[], []])
  await third.close()
  await bothOffer('interrupted 1', 'missed 1', 'replay 2')
  const [one, other] = both
  if (one === undefined || other === undefined) throw new Error('There are no two')
  expect(await call(one, 'DELETE', `/leftovers/${idIn(one, 'missed')}`)).toBe(200)
  expect(await call(other, 'DELETE', `/leftovers/${idIn(other, 'interrupted')}`)).toBe(200)
  await bothOffer('replay 2')
  expect(await call(one, 'DELETE', `/leftovers/${idIn(one, 'replay')}`)).toBe(200)
  await bothOffer()
  // Nor does one that starts later.
  const late = await session()
  const again = await openReplayMemory(late.workspace.store)
  expect([await again.left(), offered(late)]).toEqual([[], []])
})

it('what was taken for cut off and came to its end both offer no more, and it is the same attempt', async () => {
  await startBoth()
  const [delivery = 0] = await append(1)
  const attempt = await send(delivery, false)
  const heard: unknown[] = []
  const { store } = both[0]?.workspace ?? {}
  store?.attempts.onEnded(({ id, outcome }, _byOther, again) => heard.push([id, outcome, again]))
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  closing.push(() => sql.end())
  const attempts = await sql<{ id: number }[]>`
    DELETE FROM hookscope.process WHERE id = (SELECT process FROM hookscope.attempt) RETURNING id`
  expect(attempts).toHaveLength(1)
  await bothOffer('interrupted 1')
  const from = store?.changes.cursor() ?? 0
  await third.attempts.end(attempt, {
    ...{ outcome: 'answered', answer: { status: 204, headers: [], body: new Uint8Array(), bodyBytes: 0 }, error: null },
    timing: { connectMs: null, firstByteMs: null, totalMs: 1 },
  })
  await bothOffer()
  expect(heard).toEqual([
    [attempt, 'reset', false],
    [attempt, 'answered', true],
  ])
  expect(await store?.changes.after(from, 10)).toMatchObject({
    changes: expect.arrayContaining([
      { kind: 'attempt', attempt: expect.objectContaining({ id: attempt, status: 204 }) },
    ]),
  })
  expect(await store?.attempts.ofDelivery(delivery)).toMatchObject([{ id: attempt, outcome: 'answered' }])
  const late = await session()
  expect(offered(late)).toEqual([])
})

it('what both are asked to send at once goes out once', async () => {
  await leaveReplay(await append(6))
  await startBoth()
  await third.close()
  await bothOffer('replay 6')
  const answers = await Promise.all(both.map(one => call(one, 'POST', `/leftovers/${idIn(one, 'replay')}/send`)))
  expect(answers.sort()).toEqual([202, 404])
  await bothOffer()
  await app.arrived(6)
  await expect.poll(() => both.flatMap(one => one.workspace.status().jobs)).toMatchObject([{ state: 'done', sent: 6 }])
  expect(app.received).toHaveLength(6)
  expect(new Set(await Promise.all(newest())).size).toBe(1)
})

it('what a target missed and does not take when one sends it, both offer again', async () => {
  const ids = await append(2)
  const missed = await openMissedMemory(third)
  for (const id of ids) missed.missed(app.url, await send(id, true), false)
  await missed.close()
  await third.close()
  await startBoth()
  await bothOffer('missed-before 2')
  app.behave(manners.answers('500 Internal Server Error'))
  const [one, other] = both
  if (one === undefined || other === undefined) throw new Error('There are no two')
  expect(await call(one, 'POST', `/leftovers/${idIn(one, 'missed-before')}/send`)).toBe(202)
  await expect.poll(() => left(other)).toEqual([])
  await app.arrived(2)
  await bothOffer('missed-before 2')
  app.behave(manners.answers())
  expect(await call(other, 'POST', `/leftovers/${idIn(other, 'missed-before')}/send`)).toBe(202)
  await app.arrived(4)
  await bothOffer()
  expect(app.received).toHaveLength(4)
})
