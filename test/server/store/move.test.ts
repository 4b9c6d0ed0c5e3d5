/** A laptop's log moved to PostgreSQL: every byte, every id, and what became of each delivery. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openSealer } from '../../../server/config/sealed.ts'
import { newHook } from '../../../server/hooks/active.ts'
import { type MoveOptions, moveLog } from '../../../server/store/move/move.ts'
import { openPostgres } from '../../../server/store/postgres/postgres.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { arrival, asItCame, saleEvent } from '../../helpers/deliveries.ts'
import { type PostgresDatabases, sharedPostgres } from '../../helpers/postgres.ts'

const sealer = openSealer(['4f1d8a0b6c2e9735d1a8f04b7c63e925'])
const key = 'sk-live-0123456789abcdef'
const target = 'http://127.0.0.1:3000/in'
const noSimulations = { simulations: 0, openSimulations: 0 }
let server: PostgresDatabases
let folder = ''
let path = ''
let url = ''

beforeAll(async () => {
  server = await sharedPostgres()
})
afterAll(() => server?.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-move-'))
  path = join(folder, 'log.db')
  url = (await server.create()).url
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const move = (options: Partial<MoveOptions> = {}) =>
  moveLog({
    ...{ from: path, to: url, sealer, signal: new AbortController().signal },
    log: () => {},
    progress: () => {},
    ...options,
  })

/** Whatever a log can hold, in small. */
async function fill(count = 30): Promise<void> {
  const store = openSqlite({ path })
  const hook = newHook('main', 'Shop', 1)
  await store.hooks.save({ ...hook, savedSecrets: { ...hook.savedSecrets, signatureKey: key } })
  await store.hooks.addHistory('main', { kind: 'added' })
  await store.hooks.save({ ...newHook('gone', 'Old', 2), forward: ['ach.*=3000/ach'] })
  await store.hooks.remove('gone')
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
  const odd = [
    arrival({ body: bytes, path: '/in/secret?x=%00&y=\u00e9' }),
    arrival({
      body: '',
      headers: [
        ['X-Half', '\ud800'],
        ['x-half', 'a\0b'],
      ],
    }),
    arrival({ verdict: { kind: 'rejected', reasons: ['signature-wrong'] }, status: 401, readMs: 0.1 + 0.2 }),
    arrival({ body: saleEvent({ id: 'b'.repeat(64) }) }),
    arrival({ body: saleEvent({ id: 'b'.repeat(64) }) }),
    arrival({ body: saleEvent({ id: 'f'.repeat(64) }), origin: { server: 'https://hooks.example.com', id: 3 } }),
    arrival({ body: '\ufeff{"type":"event"} \ud83d', remoteAddress: '2001:db8::1', rehearsed: true }),
  ]
  for (const one of odd) await store.deliveries.append(one)
  const sale = (at: number) => arrival({ body: saleEvent({ id: String(at).padStart(64, 'c'), amount: `${at}.25` }) })
  await Promise.all(Array.from({ length: count }, (_, at) => store.deliveries.append(sale(at))))
  await store.deliveries.settled()
  const delivery = await store.deliveries.get(1)
  if (delivery === undefined) throw new Error('there is no first delivery')
  const id = await store.attempts.start({
    ...{ delivery: 1, source: 'forward', target, startedAt: 5, request: asItCame(delivery, target) },
  })
  await store.attempts.end(id, {
    ...{ outcome: 'answered', timing: { totalMs: 12.5 } as never, error: null, sloppy: [] },
    answer: { status: 500, headers: [['X-A', 'b']], body: bytes, bodyBytes: 256 },
  } as never)
  await store.edits.setPinned([2, 3], true)
  await store.edits.remove([4])
  await store.edits.setVerdicts(
    [{ id: 3, verdict: { kind: 'verified', key: 'signature-key', basic: false } }],
    'new key',
  )
  await store.samples.add({
    name: 'mine',
    eventType: null,
    body: '{}',
    createdAt: new Date(9).toISOString(),
    delivery: 1,
  } as never)
  await store.close()
}

const shapeOf = async (store: Store) => {
  await store.deliveries.settled()
  const list = await store.deliveries.list({ query: { terms: [] }, before: null, limit: 500, grouped: false })
  const whole = await store.deliveries.getMany(list.deliveries.map(({ id }) => id))
  return {
    deliveries: whole.map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body).toString('hex') })),
    attempts: (await store.attempts.ofDelivery(1)).map(one => JSON.parse(JSON.stringify(one))),
    history: await store.edits.verdictHistory(3),
    hooks: await store.hooks.list(),
    removed: await store.hooks.removed(),
    hookHistory: await store.hooks.history('main'),
    samples: await store.samples.list(),
    facets: await store.deliveries.facets(),
    related: (await store.deliveries.related(5)).map(({ id }) => id),
  }
}

it('has every byte, attempt, pin, verdict and hook, by the ids of before, and searches them', async () => {
  await fill()
  const told: string[] = []
  const moved = await move({ progress: (what, done, of) => told.push(`${what} ${done}/${of}`) })
  expect(moved).toEqual({ deliveries: 37, attempts: 1, hooks: 2, before: 0, ...noSimulations, different: [] })
  expect(told).toEqual(['moved 37/37', 'compared 37/37'])

  const [before, after] = [openSqlite({ path, sealer }), await openPostgres({ url, sealer })]
  try {
    const [there, here] = [await shapeOf(after), await shapeOf(before)]
    expect(there).toEqual(here)
    await after.edits.restore([4])
    expect((await after.deliveries.get(4))?.eventId).toBe('b'.repeat(64))
    const id = await after.deliveries.append(arrival())
    expect(id).toBe(38)
  } finally {
    await before.close()
    await after.close()
  }
})

it('keeps no key in clear there', async () => {
  await fill(1)
  await move()
  const sql = postgres(url, { max: 1 })
  const [{ all } = { all: '' }] = await sql<
    { all: string }[]
  >`SELECT string_agg(saved_secrets, ' ') AS all FROM hookscope.hook`
  await sql.end()
  expect(all).toContain('sealed')
  expect(all).not.toContain(key)
})

it('resumes behind the last part that is there, also with what came to the file meanwhile', async () => {
  await fill(1100)
  const ended = new AbortController()
  const first = move({ signal: ended.signal, progress: () => ended.abort(new Error('Ctrl-C')) })
  await expect(first).rejects.toThrow('Ctrl-C')
  const store = openSqlite({ path })
  expect(await store.deliveries.append(arrival())).toBe(1108)
  await store.deliveries.settled()
  await store.close()
  const told: number[] = []
  const second = await move({ progress: (what, done) => what === 'moved' && told.push(done) })
  expect(second).toEqual({ deliveries: 1108, attempts: 1, hooks: 2, before: 500, ...noSimulations, different: [] })
  expect(told).toEqual([1000, 1108])
  // A third time there is nothing to move, and what was moved is compared again.
  expect(await move()).toEqual({
    deliveries: 1108,
    attempts: null,
    hooks: null,
    before: 1108,
    ...noSimulations,
    simulations: null,
    different: [],
  })
})

it('notices a byte that differs', async () => {
  await fill(3)
  const ended = new AbortController()
  const sql = postgres(url, { max: 1 })
  await expect(
    move({ signal: ended.signal, progress: what => what === 'compared' && ended.abort(new Error('late')) }),
  ).rejects.toThrow('late')
  await sql`UPDATE hookscope.arrival SET body = set_byte(body, 7, 8) WHERE id = 1`
  await sql`UPDATE hookscope.delivery SET pinned = 0 WHERE id = 2`
  await sql.end()
  // What became of a delivery is brought up to date by a second run; what came is only compared.
  expect((await move()).different).toEqual(['arrival'])
})

it('refuses a server that has a log of its own, and another log than before', async () => {
  await fill(1)
  const used = await openPostgres({ url, sealer })
  await used.deliveries.append(arrival())
  await used.close()
  await expect(move()).rejects.toThrow('has deliveries or hooks of its own')
  const other = (await server.create()).url
  await move({ to: other })
  path = join(folder, 'second.db')
  await fill(1)
  await expect(move({ to: other })).rejects.toThrow('Another log was moved')
  await expect(move({ to: other.replace(/\/[^/]*$/, '/none') })).rejects.toThrow(
    /^(?!.*a%20password).*cannot be opened/,
  )
})
