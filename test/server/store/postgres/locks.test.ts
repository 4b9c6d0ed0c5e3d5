/** Locks of processes over an outage of the server: what one is said not to hold, another can take. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '../../../../server/store/postgres/connection.ts'
import { type Locks, openLocks } from '../../../../server/store/postgres/locks.ts'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import { type PostgresDatabase, type PostgresServer, startPostgres } from '../../../helpers/postgres.ts'

let server: PostgresServer
let database: PostgresDatabase
beforeAll(async () => {
  server = await startPostgres()
  database = await server.create()
  // Its tables.
  await (await openPostgres({ url: database.url })).close()
})
afterAll(async () => {
  await database.drop()
  await server.close()
})

/** @param failed called when it could not sign in */
const open = (failed: () => void = () => {}): Promise<Locks> =>
  openLocks({ connect: how => connect({ url: database.url, name: 'locks', ...how }), failed })

it('a claim that is asked for while the server is away is held, or free for others', async () => {
  let failures = 0
  const [one, other] = [await open(() => (failures += 1)), await open()]
  try {
    const before = await one.claims.hold('index')
    await server.crash()
    await expect.poll(() => before?.lost.aborted).toBe(true)
    const asked = one.claims.hold('index')
    const seen = failures
    await expect.poll(() => failures, { timeout: 10_000 }).toBeGreaterThan(seen + 1)
    await server.start()
    const claim = await asked
    await claim?.release()
    await expect.poll(() => other.claims.hold('index'), { timeout: 10_000 }).not.toBeNull()
  } finally {
    await Promise.all([one.close(), other.close()])
  }
}, 60_000)
