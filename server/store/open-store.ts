/** The one door to where deliveries last: which engine it is, is said by how the database is named. */
import { existsSync, statSync } from 'node:fs'
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
  /** Ends the update of a large database of an older format, which takes a while; without it only the process ends it. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
}

/** What is smaller is updated at once, bytes. */
const largeBytes = 32 * 1024 * 1024
const isLarge = (path: string) => existsSync(path) && statSync(path).size >= largeBytes

/** @throws UserError when it cannot be used */
export async function openStore({ db, log, sealer = null, signal, now }: OpenStoreOptions): Promise<Store> {
  if (isDatabaseUrl(db)) {
    const { openPostgres } = await import('./postgres/postgres.ts')
    return openPostgres({ url: db, log, sealer, ...(now !== undefined && { now }) })
  }
  if (isLarge(db)) {
    const { updateApart } = await import('./sqlite/file/update-apart.ts')
    await updateApart(db, { log, signal: signal ?? new AbortController().signal })
  }
  return openSqlite({ path: db, log, ...(sealer !== null && { sealer }), ...(now !== undefined && { now }) })
}
