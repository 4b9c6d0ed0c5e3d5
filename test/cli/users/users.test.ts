/** `hookscope users`: works on the database itself, whoever has it open. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPeople, type People } from '../../../server/people/people.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { runHere } from '../../helpers/here.ts'
import { sharedPostgres } from '../../helpers/postgres.ts'
import { origin, secrets } from '../../server/people/house.ts'

const caller = { headers: new Headers(), address: '203.0.113.7' }
const password = 'correct horse battery'

describe.each(['sqlite', 'postgres'])('on %s', engine => {
  let db: string
  let people: People
  const closing: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    if (engine === 'sqlite') db = join(emptyFolder(), 'shared.db')
    else {
      const server = await sharedPostgres()
      closing.push(server.close)
      db = (await server.create()).url
    }
  })
  afterAll(async () => {
    for (const close of closing.reverse()) await close()
  })

  const users = (...words: string[]) =>
    runHere(['users', ...words], { env: { HOOKSCOPE_DB: db, HOOKSCOPE_PUBLIC_URL: origin } })
  const accept = async (link: string, name: string) => {
    const secret = link.trim().split('/invitation#')[1] ?? ''
    await people.joining.accept(caller, { secret, name, password })
  }

  it('says so where there is nobody, and makes nothing by looking', async () => {
    const { code, stderr, stdout } = await users()
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('There is nobody yet.')
    if (engine === 'sqlite') expect(existsSync(db)).toBe(false)
  })

  it('makes a link for the first person, who is an owner, beside a process that has the database open', async () => {
    const first = await users('invite', 'Olga@Example.com')
    expect(first.code, first.stderr).toBe(0)
    expect(first.stdout).toMatch(/^https:\/\/hooks\.example\.com\/invitation#[\w-]{43}\n$/)
    expect(first.stderr).toContain('olga@example.com can join as an owner')
    if (engine === 'sqlite') {
      const store = await openSqlite({ path: db })
      closing.push(() => store.close())
    }
    people = await openPeople({ db, origin, secrets })
    closing.push(people.close)
    await accept(first.stdout, 'Olga')
    const second = await users('invite', 'dev@example.com', '--role', 'viewer', '--json')
    await accept(JSON.parse(second.stdout).link, 'Dev')
    await users('invite', 'late@example.com')
    const { stdout } = await users()
    expect(stdout).toMatch(/^olga@example\.com +owner +no second factor +1 session +Olga$/m)
    expect(stdout).toMatch(/^dev@example\.com +viewer /m)
    expect(stdout).toMatch(/^late@example\.com +developer +invited +until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m)
    const lines = (await users('list', '--json')).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ kind, email }) => [kind, email])).toEqual([
      ['person', 'olga@example.com'],
      ['person', 'dev@example.com'],
      ['invitation', 'late@example.com'],
    ])
  })

  it('resets and removes people, and keeps that in the audit list as done by nobody who signed in', async () => {
    const reset = await users('reset', 'DEV@example.com')
    expect([reset.code, reset.stdout.startsWith(`${origin}/invitation#`)]).toEqual([0, true])
    expect((await users('remove', 'dev@example.com')).code).toBe(0)
    expect((await users()).stdout).not.toContain('dev@example.com')
    const { entries } = await people.audit.list({ before: null, limit: 2 })
    expect(entries.map(({ action, who, subject }) => [action, who, subject])).toEqual([
      ['person-removed', null, 'dev@example.com'],
      ['person-reset', null, 'dev@example.com'],
    ])
  })

  it.each<[words: string[], code: number, says: string]>([
    [['remove', 'nobody@example.com'], 1, 'There is no such person.'],
    [['remove', 'olga@example.com'], 3, 'That is the last owner.'],
    [['invite', 'olga@example.com'], 3, 'olga@example.com has an account already.'],
    [['invite', 'not an address'], 3, 'That is no e-mail address.'],
    [['invite', 'x@example.com', '--role', 'king'], 2, 'king'],
  ])('%s ends with %i', async (words, code, says) => {
    const done = await users(...words)
    expect([done.code, done.stdout]).toEqual([code, ''])
    expect(done.stderr).toContain(says)
  })
})

it('needs to know where the link leads', async () => {
  const { code, stderr } = await runHere(['users', 'invite', 'olga@example.com'], {
    env: { HOOKSCOPE_DB: join(emptyFolder(), 'shared.db') },
  })
  expect(code).toBe(2)
  expect(stderr).toContain('--public-url')
})

it('leaves another program’s database alone', async () => {
  const { default: Database } = await import('better-sqlite3')
  const path = join(emptyFolder(), 'other.db')
  const other = new Database(path)
  other.exec('CREATE TABLE theirs (id)')
  other.close()
  const { code, stderr } = await runHere(['users'], { env: { HOOKSCOPE_DB: path } })
  expect(code).toBe(3)
  expect(stderr).toContain('another program’s database')
})

it('says what cannot be reached, without its password', async () => {
  const env = { HOOKSCOPE_DB: 'postgres://team:hidden@127.0.0.1:1/team', HOOKSCOPE_PUBLIC_URL: origin }
  const { code, stderr } = await runHere(['users', 'list'], { env })
  expect(code).toBe(3)
  expect(stderr).toContain('postgres://team@127.0.0.1:1/team cannot be opened: nothing answers there (ECONNREFUSED).')
  expect(stderr).not.toContain('hidden')
})
