/** Laptops that were away for longer than the change log of PostgreSQL is kept, or whose log was moved there, miss nothing. */
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import type { Store } from '../../../../server/store/store.ts'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import { type PostgresDatabases, sharedPostgres } from '../../../helpers/postgres.ts'

let server: PostgresDatabases
let store: Store
let url: string
beforeAll(async () => {
  server = await sharedPostgres()
  url = (await server.create()).url
  store = await openPostgres({ url })
})
afterAll(async () => {
  await store?.close()
  await server?.close()
})

const append = (id: string) => store.deliveries.append(arrival({ body: saleEvent({ id }) }))
/** All that comes after a cursor, a page at a time. */
async function after(cursor: string): Promise<{ ids: number[]; cursor: string }> {
  const ids: number[] = []
  for (let at = cursor; ; ) {
    const page = await store.changes.arrivals(at, 2)
    expect(page.lost).toBe(false)
    ids.push(...page.ids)
    at = page.cursor
    if (!page.more) return { ids, cursor: at }
  }
}

it('goes on by ids where the change log is trimmed, and by the change log from there', async () => {
  await append('before')
  await store.deliveries.settled()
  const { cursor } = await store.changes.arrivals(null, 1)
  const missed = [await append('one'), await append('two'), await append('three')]
  await store.deliveries.settled()
  const sql = postgres(url, { max: 1 })
  await sql`DELETE FROM hookscope.feed WHERE seq < (SELECT max(seq) FROM hookscope.feed)`
  await sql.end()
  const back = await after(cursor)
  // What is given and not committed yet has a smaller id: some come again.
  expect(back.ids.filter(id => missed.includes(id))).toEqual(missed)
  const next = await append('four')
  await store.deliveries.settled()
  expect((await after(back.cursor)).ids).toEqual([next])
  // A cursor of a file is an id.
  expect((await after(String(missed[0]))).ids).toContain(next)
})
