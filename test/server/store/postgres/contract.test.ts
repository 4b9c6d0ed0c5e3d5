/** PostgreSQL keeps the contract of the Store. */
import { afterAll, beforeAll, vi } from 'vitest'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import { type PostgresDatabases, sharedPostgres } from '../../../helpers/postgres.ts'
import { storeContract } from '../contract/contract.ts'

// An edit whose every slice ends after one delivery commits a thousand times.
vi.setConfig({ testTimeout: 240_000 })

let server: PostgresDatabases
beforeAll(async () => {
  server = await sharedPostgres({
    async fill(url) {
      const store = await openPostgres({ url, now: () => Date.UTC(2026, 10, 23, 12) })
      await store.close()
    },
  })
})
afterAll(() => server.close())

storeContract('PostgreSQL', {
  async create() {
    const { url, drop } = await server.create()
    return {
      open: ({ now, sliceMs }) => openPostgres({ url, now, ...(sliceMs === 0 && { sliceRows: 1 }) }),
      drop,
    }
  },
})
