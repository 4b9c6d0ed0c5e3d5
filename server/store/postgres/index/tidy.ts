/** What is done now and then by who indexes: counters are folded, the change log is trimmed, the index of texts is put in order. */
import type { Sql } from '../connection.ts'
import { settleGrams } from '../schema/grams.ts'

/** Entries of the change log that are kept: a viewer that was away for longer loads anew. */
const feedLength = 50_000

/** @param isQuiet whether nothing waits to be indexed */
export async function tidyIndex(sql: Sql, isQuiet: boolean): Promise<void> {
  if (isQuiet) await settleGrams(sql)
  await sql`
    WITH folded AS (DELETE FROM counter RETURNING facet, name, n)
    INSERT INTO counter SELECT facet, name, sum(n) FROM folded GROUP BY facet, name HAVING sum(n) <> 0`
  await sql`
    WITH several AS (SELECT minute, verdict FROM delivery_minute GROUP BY minute, verdict HAVING count(*) > 1 OR sum(n) = 0),
    folded AS (DELETE FROM delivery_minute m USING several s WHERE m.minute = s.minute AND m.verdict = s.verdict
      RETURNING m.minute, m.verdict, m.n, m.failed)
    INSERT INTO delivery_minute SELECT minute, verdict, sum(n), sum(failed) FROM folded
    GROUP BY minute, verdict HAVING sum(n) <> 0`
  await sql`DELETE FROM feed WHERE seq <= (SELECT max(seq) FROM feed) - ${feedLength}`
}
