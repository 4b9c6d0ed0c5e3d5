/** The index of all texts, by pg_trgm, an extension that PostgreSQL's own packages bring and not every server lets us use. */
import type { Queries, Transaction } from '../connection.ts'
import { postgresCode } from '../problem.ts'
import { type Sql, sql } from '../read/sql.ts'

/** What the index finds a text by: nothing, letters and digits of ASCII, or those of every script. */
export type Grams = 'none' | 'ascii' | 'letters'

/**
 * What divides numbers and names is kept as a letter, because to the index it would be the end of a word: `12.50` would be a 12
 * and a 50. Folded text has no capital letters, so these are nothing else, and to the index they are as small as the others.
 */
const letters: Readonly<Record<string, string>> = { '.': 'Q', '-': 'X', '/': 'Z', '@': 'J', _: 'W' }

/** A folded text as it is kept and looked for. */
export const keptText = (folded: string): string => folded.replace(/[./@_-]/g, divider => letters[divider] ?? divider)

/** What is kept, as it was before. */
export const shownText = (kept: Sql): Sql =>
  sql`translate(${kept}, ${Object.values(letters).join('')}, ${Object.keys(letters).join('')})`

const index = 'delivery_text_grams_by_id'
/** Before it: of texts alone, all of which had to be looked up where any was. */
const former = 'delivery_text_grams'
/** The index also tells stretches of so many ids (a power of 2) apart, so that the newest are found without the others. */
export const stretchBits = 14
export const stretchOf = (id: number): number => Math.floor(id / 2 ** stretchBits)
/**
 * What is not in its place in the index yet is read from end to end by every search, and is put there the cheaper the more it is;
 * in quiet times all of it is.
 */
const pendingKiB = 4096

/** Nobody may make the extension, or it is not on that server: everything else works. */
const refused = new Set(['42501', '0A000', '58P01', '42704', '22023'])

/**
 * Has the extension and the index, and makes what is missing of them.
 * @param tx a transaction that no other process is in: the schema's
 * @returns what texts are found by; with `none` each is looked at when something is searched
 */
export async function ensureGrams(tx: Transaction): Promise<Grams> {
  const schema = await extensionSchema(tx)
  if (schema === null) return 'none'
  const name = `"${schema.replaceAll('"', '""')}"`
  const [found] = await tx`SELECT FROM pg_indexes WHERE schemaname = 'hookscope' AND indexname = ${index}`
  if (found === undefined)
    await tx.unsafe(
      `CREATE INDEX ${index} ON hookscope.delivery_text
        USING gin ((ARRAY[id >> ${stretchBits}]), text ${name}.gin_trgm_ops) WITH (gin_pending_list_limit = ${pendingKiB});
      DROP INDEX IF EXISTS hookscope.${former}`,
    )
  const [{ beyond } = { beyond: false }] = await tx.unsafe<{ beyond: boolean }[]>(
    `SELECT cardinality(${name}.show_trgm('\u043a\u043b\u044e\u0447')) > 0 AS beyond`,
  )
  return beyond ? 'letters' : 'ascii'
}

/** Puts everything in its place in the index, where there is one. */
export async function settleGrams(sql: Queries): Promise<void> {
  await sql`SELECT gin_clean_pending_list(oid) FROM pg_class
    WHERE oid = to_regclass(${`hookscope.${index}`}) AND pg_has_role(relowner, 'USAGE')`
}

/** The schema that it is in; null where it cannot be had. */
async function extensionSchema(tx: Transaction): Promise<string | null> {
  const schemaOf = async (sql: Queries) => {
    const [row] = await sql<{ schema: string }[]>`
      SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'`
    return row?.schema ?? null
  }
  const there = await schemaOf(tx)
  if (there !== null) return there
  try {
    await tx.savepoint(part => part`CREATE EXTENSION pg_trgm SCHEMA hookscope`)
  } catch (error) {
    if (refused.has(postgresCode(error) ?? '')) return null
    throw error
  }
  return schemaOf(tx)
}
