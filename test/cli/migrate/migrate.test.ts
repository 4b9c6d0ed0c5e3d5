/** `hookscope migrate`: a served file, with the people who sign in, becomes the log of a server. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { rangesOf } from '../../../core/text/id-ranges.ts'
import { shownDatabase } from '../../../server/lib/database-url.ts'
import { openPeople, type People } from '../../../server/people/people.ts'
import { openForwardMemory } from '../../../server/sender/forward-memory.ts'
import { openReplayMemory } from '../../../server/sender/replay-memory.ts'
import { openSimulator } from '../../../server/simulate/simulator.ts'
import { openPostgres } from '../../../server/store/postgres/postgres.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { runHere } from '../../helpers/here.ts'
import { startMerchant } from '../../helpers/merchants.ts'
import { type PostgresDatabases, sharedPostgres } from '../../helpers/postgres.ts'
import { type Authenticator, type Browser, openHouse, origin, password, secrets } from '../../server/people/house.ts'
import { simulationRequest, toUrl } from '../../server/simulate/simulated.ts'

const secret = { HOOKSCOPE_SECRET: secrets.join(',') }
const file = join(emptyFolder(), 'served.db')
let server: PostgresDatabases
let owner: Browser
let authenticator: Authenticator
let audit: unknown

/** A file on which people have signed in, as its process left it. */
beforeAll(async () => {
  server = await sharedPostgres()
  const house = await openHouse('sqlite', 'slow')
  try {
    owner = await house.join('olga@example.com', 'owner')
    authenticator = await owner.setUp()
    await house.join('vic@example.com', 'viewer')
    await house.people.inviting.invite(null, { email: 'late@example.com', role: 'developer' })
    await house.workspace.store.deliveries.append(arrival())
    await house.workspace.store.deliveries.settled()
    audit = await house.people.audit.list({ before: null, limit: 50 })
    const db = new Database(house.db, { readonly: true })
    db.prepare('VACUUM INTO ?').run(file)
    db.close()
  } finally {
    await house.close()
  }
})
afterAll(() => server?.close())

const asker = (cookies: ReadonlyMap<string, string>) => ({
  headers: new Headers({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
  address: '203.0.113.7',
})

/** All rows of all tables: what a person would miss. */
function contents(path: string): string {
  const db = new Database(path, { readonly: true })
  const tables = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all()
  const all = tables.map(name => [name, db.prepare(`SELECT * FROM "${name}"`).all()])
  db.close()
  return JSON.stringify(all)
}

async function withPeople(db: string, look: (people: People) => Promise<void>): Promise<void> {
  const people = await openPeople({ db, origin, secrets })
  try {
    await look(people)
  } finally {
    await people.close()
  }
}

it('moves people with their sessions, second factors, invitations and the audit list, and leaves the file as it was', async () => {
  const { url } = await server.create()
  const before = contents(file)
  // The password stands in no command line.
  vi.stubEnv('PGPASSWORD', new URL(url).password.replace('%20', ' '))
  const done = await runHere(['migrate', '--from', file, '--to', shownDatabase(url)], { env: secret })
  vi.unstubAllEnvs()
  expect(done.code, done.stderr).toBe(0)
  expect(done.stdout).toMatch(
    /^1 delivery, 0 attempts, 1 hook, 2 people of .*served\.db are in .*: read back and compared, the same\.$/m,
  )
  expect(done.stdout).not.toContain('a%20password')
  expect(contents(file)).toBe(before)

  await withPeople(url, async people => {
    expect((await people.identify(asker(owner.cookies))).value).toMatchObject({
      email: 'olga@example.com',
      role: 'owner',
    })
    expect(await people.audit.list({ before: null, limit: 50 })).toEqual(audit)
    expect((await people.inviting.pending()).map(({ email, role }) => [email, role])).toEqual([
      ['late@example.com', 'developer'],
    ])
    const half = await people.signIn.byPassword(asker(new Map()), { email: 'olga@example.com', password })
    const cookies = new Map(half.cookies.map(line => [line.split('=')[0] ?? '', /=([^;]*)/.exec(line)?.[1] ?? '']))
    const signedIn = await people.signIn.byCode(asker(cookies), authenticator.recoveryCodes[0] ?? '')
    expect(signedIn.value).toEqual({ signedIn: true })
    // New entries follow those that were moved.
    const [newest, ...older] = (await people.audit.list({ before: null, limit: 50 })).entries
    expect(newest?.id).toBeGreaterThan(Math.max(...older.map(({ id }) => id)))
  })
  // What was done is not done again over what people have done at the server since.
  const again = await runHere(['migrate', '--from', file, '--json'], { env: { ...secret, HOOKSCOPE_DB: url } })
  expect(JSON.parse(again.stdout)).toMatchObject({
    kind: 'migrate',
    deliveries: 1,
    people: 0,
    before: 1,
    different: [],
  })
})

/** What a person finds again of the simulated gateway. */
async function simulated(store: Store): Promise<unknown> {
  const runs = await store.simulations.list()
  const over = runs.filter(({ state }) => state === 'done')
  const events = await Promise.all(over.map(({ id }) => store.simulations.events(id, null)))
  const tries = events.flat().flatMap(one => one.tries)
  const attempts = await Promise.all(tries.map(({ id }) => store.simulations.attempt(id)))
  return JSON.parse(JSON.stringify({ over, events, attempts }))
}

it('moves simulations that are over, what is offered and where a laptop was; names what stays', async () => {
  const path = join(emptyFolder(), 'laptop.db')
  const app = await startMerchant()
  const target = 'http://127.0.0.1:9/in'
  const from = openSqlite({ path })
  const simulator = await openSimulator({ store: from, hooks: () => [], urlOf: () => null })
  const run = await simulator.start(simulationRequest({ count: 3, recipients: toUrl(app.url) }))
  await simulator.settled(run.id)
  // It is sent again and again, as the gateway does: nobody is there.
  await simulator.start(
    simulationRequest({ recipients: toUrl(target), retries: 'schedule', clock: { kind: 'times', factor: 1 } }),
  )
  await expect.poll(async () => (await from.simulations.pending()).map(one => one.tries.length)).toEqual([1])
  await simulator.close(0)
  const ids = [await from.deliveries.append(arrival()), await from.deliveries.append(arrival())]
  await from.deliveries.settled()
  const memory = await openReplayMemory(from)
  await memory.began('a job', { target, ids, manner: { order: 'received', rate: null } })
  const lane = { target, owed: rangesOf(ids), passed: [], after: 2, upTo: 2, isFull: false, rejectedToo: false }
  await (await openForwardMemory(from, 2)).note(() => new Map([['a lane', lane]]))
  await from.settings.set('from https://hooks.example.com', 'a cursor')
  await from.settings.set('subdomain', 'shop')
  const before = await simulated(from)
  await from.close()

  const { url } = await server.create()
  const done = await runHere(['migrate', '--from', path, '--to', url], { env: secret })
  expect(done.code, done.stderr).toBe(0)
  expect(done.stdout).toContain('2 deliveries, 0 attempts, 0 hooks, 1 simulation of ')
  expect(done.stdout).toContain(
    `Not sent by the server: 2 deliveries that wait for ${target}. Replay them there (id:1-2)`,
  )
  expect(done.stdout).toContain('1 simulation is not over, and stays in the file.')
  const store = await openPostgres({ url })
  try {
    expect(await simulated(store)).toEqual(before)
    expect(await (await openReplayMemory(store)).left()).toMatchObject([{ target, ids, why: 'replay' }])
    expect(await store.unfinished.of('forward')).toEqual(new Map())
    expect(await store.settings.get('from https://hooks.example.com')).toBe('a cursor')
    expect(await store.settings.get('subdomain')).toBeNull()
    // New ones follow those that were moved.
    const next = await store.simulations.begin({ startedAt: 1, title: 'Next', asked: run.asked, secrets: null })
    expect(next).toBeGreaterThan(run.id + 1)
  } finally {
    await store.close()
    await app.close()
  }
})

it('does not mix two teams, nor two logs', async () => {
  const [{ url: used }, { url: received }] = [await server.create(), await server.create()]
  await withPeople(used, async people => {
    const { link } = await people.inviting.invite(null, { email: 'other@example.com', role: 'owner' })
    await people.joining.accept(asker(new Map()), { secret: link.split('#')[1] ?? '', name: 'Other', password })
  })
  const store = await openPostgres({ url: received })
  await store.deliveries.append(arrival())
  await store.close()
  for (const [url, says] of [
    [used, 'has people of its own'],
    [received, 'has deliveries or hooks of its own'],
  ] as const) {
    const done = await runHere(['migrate', '--from', file, '--to', url], { env: secret })
    expect([done.code, done.stdout]).toEqual([3, ''])
    expect(done.stderr).toContain(says)
  }
})

it.each<[words: string[], code: number, says: string, env?: Record<string, string>]>([
  [['--from', 'none.db', '--to', 'postgres://x@127.0.0.1:1/y'], 3, 'There is no '],
  [['--from', file, '--to', 'other.db'], 2, '--to should be the URL of a PostgreSQL database.'],
  [['--from', file], 2, '--to should be the URL'],
  [[], 2, 'Name the file that is moved.', { ...secret, HOOKSCOPE_DB: 'postgres://x@127.0.0.1:1/y' }],
  [
    ['--from', file, '--to', 'postgres://x:pass@127.0.0.1:1/y'],
    3,
    'HOOKSCOPE_SECRET is needed.\n  Give the one that hookscope serve has',
    {},
  ],
  [['--from', file, '--to', 'postgres://x:pass@127.0.0.1:1/y'], 3, 'postgres://x@127.0.0.1:1/y cannot be opened'],
])('migrate %j ends with %i', async (words, code, says, env = secret) => {
  const cwd = emptyFolder()
  const done = await runHere(['migrate', ...words], { env, cwd })
  expect(done.code, done.stderr).toBe(code)
  expect(done.stderr).toContain(says)
  expect(done.stderr).not.toContain('pass@')
  expect(existsSync(join(cwd, 'none.db'))).toBe(false)
})
