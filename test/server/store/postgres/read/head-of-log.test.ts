/** While listing deliveries is late, the newest are shown from the log. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { parseQuery } from '../../../../../core/search/search.ts'
import { connect } from '../../../../../server/store/postgres/connection.ts'
import { openPostgres } from '../../../../../server/store/postgres/postgres.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { type PostgresDatabases, sharedPostgres } from '../../../../helpers/postgres.ts'

let server: PostgresDatabases
beforeAll(async () => {
  server = await sharedPostgres()
})
afterAll(async () => {
  await server.close()
})

it('tells of the newest what their bytes tell, until they are listed', async () => {
  const { url } = await server.create()
  const store = await openPostgres({ url })
  const client = connect({ url, name: 'test', max: 1 })
  const page = (text: string) =>
    store.deliveries.list({ query: parseQuery(text).query, before: null, limit: 100, grouped: true })
  const append = (id: string, amount: string) =>
    store.deliveries.append(arrival({ receivedAt: Date.now(), body: saleEvent({ id, amount }) }))
  const idsOf = (found: readonly { readonly id: number }[] | undefined) => found?.map(({ id }) => id)
  try {
    const listed = await append('one', '1.00')
    await store.deliveries.settled()
    expect((await page('')).preparing).toBeUndefined()
    const held = await client.reserve()
    await held.unsafe('BEGIN; LOCK TABLE hookscope.delivery IN SHARE MODE')
    const two = await append('two', '2.00')
    const three = await append('three', '3.00')
    const late = await vi.waitFor(async () => {
      const { preparing } = await page('')
      // Nor are they looked into while the thread for that starts.
      if (!preparing?.newest[0]?.isDescribed) throw new Error('It is not late yet')
      return preparing
    }, 10_000)
    expect(late).toMatchObject({ count: 2, looked: 2, after: listed })
    expect(late.newest).toMatchObject([
      { id: three, eventType: 'transaction.sale.success', amount: 3, query: 'x=1' },
      { id: two, amount: 2 },
    ])
    expect(idsOf((await page('amount:3')).preparing?.newest)).toEqual([three])
    expect(idsOf((await page('two')).preparing?.newest)).toEqual([two])
    expect((await page('is:failed')).preparing).toMatchObject({ count: 2, looked: 0, newest: [] })
    expect((await store.deliveries.preparing({ limit: 1 }))?.newest).toHaveLength(1)
    await held.unsafe('COMMIT')
    held.release()
    await store.deliveries.settled()
    expect(idsOf((await page('')).deliveries)).toEqual([three, two, listed])
    expect((await page('')).preparing).toBeUndefined()
  } finally {
    // What it holds is free from then on.
    await client.end({ timeout: 0 })
    await store.close()
  }
})
