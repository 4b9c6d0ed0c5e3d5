/** The database's schema, as the steps that lead to it. A step that was released is never changed: add one after it. */
import { UserError } from '../../../lib/errors.ts'
import type { Sql } from '../connection.ts'
import { dayOf, makeFirstDays } from '../log/days.ts'
import { firstSchema } from './first.ts'
import { ensureGrams, type Grams } from './grams.ts'
import { laptopsSchema } from './laptops.ts'
import { notesSchema } from './notes.ts'
import { offersSchema } from './offers.ts'
import { originsSchema } from './origins.ts'

/** Who has noted what is under way; null where it is nobody's. */
const whoNoted = 'ALTER TABLE unfinished ADD COLUMN process integer'

const steps: readonly string[] = [firstSchema, laptopsSchema, whoNoted, notesSchema, offersSchema, originsSchema]

/** Its tables and texts are ours alone, so that another program in the same database is not met. */
const prepare = `CREATE SCHEMA IF NOT EXISTS hookscope;
  CREATE TABLE IF NOT EXISTS hookscope.migration (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`

const oldest = 140_000

/**
 * Makes the schema, or brings it up to date: once, however many start.
 * @param now milliseconds since 1970
 * @returns what the index of texts finds them by
 * @throws UserError when the database cannot hold it, or is of a newer hookscope
 */
export async function migrate(sql: Sql, now: number): Promise<Grams> {
  const [server] = await sql<{ encoding: string; version: number }[]>`
    SELECT current_setting('server_encoding') AS encoding, current_setting('server_version_num')::integer AS version`
  if (server?.encoding !== 'UTF8')
    throw new UserError(
      `The database's encoding is ${server?.encoding}.`,
      'Make one for hookscope: CREATE DATABASE hookscope ENCODING UTF8 TEMPLATE template0',
    )
  if (server.version < oldest)
    throw new UserError('PostgreSQL 14 is the oldest that hookscope works with.', 'Take a newer PostgreSQL server.')
  return sql.begin(async tx => {
    await tx`SELECT pg_advisory_xact_lock(hashtextextended('hookscope migration', 0))`
    await tx.unsafe(prepare)
    const [{ version } = { version: 0 }] = await tx<{ version: number }[]>`
      SELECT coalesce(max(version), 0) AS version FROM migration`
    if (version > steps.length)
      throw new UserError('The database is of a newer hookscope.', 'Update this one: npm install -g hookscope')
    for (const [index, step] of steps.entries()) {
      if (index < version) continue
      await tx.unsafe(step)
      if (index === 0) await makeFirstDays(tx, dayOf(now))
      await tx`INSERT INTO migration (version) VALUES (${index + 1})`
    }
    return ensureGrams(tx)
  })
}
