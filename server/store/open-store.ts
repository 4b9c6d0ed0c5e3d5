/** The one door to where deliveries last: which engine it is, is said by how the database is named. */
import { isDatabaseUrl } from '../lib/database-url.ts'
import type { Sealer } from './hook-secrets.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import type { Store } from './store.ts'

export interface OpenStoreOptions {
  /** The path of a SQLite file, or the URL of a PostgreSQL database. */
  readonly db: string
  /** Takes a line about something that is over, or takes a while. */
  log(line: string): void
  /** Seals what is kept of hooks' keys and passwords; null: they are kept as they are. */
  readonly sealer?: Sealer | null
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
}

/** @throws UserError when it cannot be used */
export async function openStore({ db, log, sealer = null, now }: OpenStoreOptions): Promise<Store> {
  if (isDatabaseUrl(db)) {
    const { openPostgres } = await import('./postgres/postgres.ts')
    return openPostgres({ url: db, log, sealer, ...(now !== undefined && { now }) })
  }
  return openSqlite({ path: db, log, ...(sealer !== null && { sealer }), ...(now !== undefined && { now }) })
}
