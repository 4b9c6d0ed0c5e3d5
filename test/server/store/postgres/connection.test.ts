/** What is asked of a server that goes away meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Sql, withoutPassword } from '../../../../server/store/postgres/connection.ts'
import { openPoolUse } from '../../../../server/store/postgres/pool-use.ts'
import { type PostgresDatabases, sharedPostgres } from '../../../helpers/postgres.ts'

let server: PostgresDatabases
let sql: Sql
let killer: Sql
beforeAll(async () => {
  server = await sharedPostgres()
  const { url } = await server.create()
  sql = connect({ url, name: 'test', max: 2 })
  killer = connect({ url, name: 'test', max: 1 })
})
afterAll(async () => {
  await Promise.all([sql.end({ timeout: 1 }), killer.end()])
  await server.close()
})

async function kill([row]: readonly { pid: number }[]): Promise<void> {
  await killer`SELECT pg_terminate_backend(${row?.pid ?? 0})`
  // Until the client has seen it.
  for (let left = 50; left > 0; left--) await new Promise(setImmediate)
}
const failure = (work: Promise<unknown>) => work.then(() => 'worked', String)

describe('a connection that was closed by the server', () => {
  it('ends its transaction: nothing that follows is done, in it or outside', async () => {
    await sql`CREATE TABLE kept (id integer)`
    const failures: string[] = []
    const all = await failure(
      sql.begin(async tx => {
        await tx`INSERT INTO kept VALUES (1)`
        await kill(await tx<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)
        for (const id of [2, 3]) failures.push(await failure(tx`INSERT INTO kept VALUES (${id})`))
      }),
    )
    expect([...failures, all]).not.toContain('worked')
    expect(await sql`SELECT id FROM kept`).toEqual([])
  })

  it('does not end the process of who had reserved it', async () => {
    const reserved = await sql.reserve()
    await kill(await reserved<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)
    for (const _ of [1, 2]) expect(await failure(reserved`SELECT 1`)).not.toBe('worked')
    reserved.release()
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }])
  })
})

it('what is asked of connections is counted until it is answered, and what waits for one apart', async () => {
  const use = openPoolUse()
  const counted = use.counting(connect({ url: (await server.create()).url, name: 'test', max: 2 }), 2)
  const idle = { used: 0, idle: 2, waiting: 0, most: 2 }
  // Never sent: a part of a statement.
  const part = counted`1 AS one`
  expect(use.now()).toEqual(idle)
  const one = counted`SELECT ${part}`
  const rows = one.then(found => found)
  expect(use.now()).toEqual({ ...idle, used: 1, idle: 1 })
  expect(await rows).toEqual([{ one: 1 }])
  const failing = failure(counted.unsafe('SELECT nothing'))
  const transactions = [1, 2].map(() => counted.begin(async tx => (await tx`SELECT 1 AS one`)[0]))
  expect(use.now()).toEqual({ used: 2, idle: 0, waiting: 1, most: 2 })
  expect(await failing).not.toBe('worked')
  expect(await Promise.all(transactions)).toEqual([{ one: 1 }, { one: 1 }])
  expect(use.now()).toEqual(idle)
  await counted.end()
  expect(use.now()).toEqual({ used: 0, idle: 0, waiting: 0, most: 0 })
})

it('a URL is shown without its password', () => {
  expect(withoutPassword('postgres://me:secret@db.example:5433/hooks?sslmode=require')).toBe(
    'postgres://me@db.example:5433/hooks?sslmode=require',
  )
})

it('the server finds out within ten seconds that the machine of a process is gone, which holds its locks', async () => {
  // Asked of the system's socket, not of the session's settings.
  const [asked] = await sql<{ idle: number; each: number; times: number }[]>`
    SELECT current_setting('tcp_keepalives_idle')::integer AS idle, current_setting('tcp_keepalives_interval')::integer AS each,
      current_setting('tcp_keepalives_count')::integer AS times`
  const { idle = 0, each = 0, times = 0 } = asked ?? {}
  expect(Math.min(idle, each, times)).toBeGreaterThan(0)
  expect(idle + each * times).toBeLessThan(10)
})
