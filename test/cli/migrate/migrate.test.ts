/** `hookscope migrate`: a served file, with the people who sign in, becomes the log of a server. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { shownDatabase } from '../../../server/lib/database-url.ts'
import { openPeople, type People } from '../../../server/people/people.ts'
import { openPostgres } from '../../../server/store/postgres/postgres.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { runHere } from '../../helpers/here.ts'
import { type PostgresDatabases, sharedPostgres } from '../../helpers/postgres.ts'
import { type Authenticator, type Browser, openHouse, origin, password, secrets } from '../../server/people/house.ts'

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
  [['--from', file, '--to', 'postgres://x:pass@127.0.0.1:1/y'], 3, 'HOOKSCOPE_SECRET is needed.', {}],
  [['--from', file, '--to', 'postgres://x:pass@127.0.0.1:1/y'], 3, 'postgres://x@127.0.0.1:1/y cannot be opened'],
])('migrate %j ends with %i', async (words, code, says, env = secret) => {
  const cwd = emptyFolder()
  const done = await runHere(['migrate', ...words], { env, cwd })
  expect(done.code, done.stderr).toBe(code)
  expect(done.stderr).toContain(says)
  expect(done.stderr).not.toContain('pass@')
  expect(existsSync(join(cwd, 'none.db'))).toBe(false)
})
