/** Counts deliveries that were added to the list, a batch in two statements: a trigger takes ten for each of them. */
import type { Database } from 'better-sqlite3'

const one = (facet: string, n: string) => `SELECT '${facet}' AS facet, '' AS name, ${n} AS n FROM added`
const each = (facet: string, name: string) => `SELECT '${facet}', ${name}, count(*) FROM added GROUP BY 2`

/** As the triggers count what changes and what goes, see schema/migrations.ts. */
const counters = `INSERT INTO counter (facet, name, n)
  WITH added AS MATERIALIZED (
    SELECT kept, verdict, hook, coalesce(type, event_type) AS type, repeat, unknown, failed, pinned FROM delivery
    WHERE id > @after AND id <= @upTo AND removed_at IS NULL)
  SELECT * FROM (
    ${one('total', 'count(*)')} UNION ALL ${one('bytes', 'sum(kept)')} UNION ALL ${one('duplicates', 'sum(repeat)')}
    UNION ALL ${one('unknown', 'sum(unknown)')} UNION ALL ${one('failed', 'sum(failed)')}
    UNION ALL ${one('pinned', 'sum(pinned)')}
    UNION ALL ${each('verdict', 'verdict')} UNION ALL ${each('hook', 'hook')} UNION ALL ${each('type', 'type')}
  ) WHERE name IS NOT NULL AND n <> 0
  ON CONFLICT (facet, name) DO UPDATE SET n = n + excluded.n`

const minutes = `INSERT INTO delivery_minute (minute, verdict, n, failed)
  SELECT received_at / 60000, verdict, count(*), sum(failed) FROM delivery
  WHERE id > @after AND id <= @upTo AND removed_at IS NULL GROUP BY 1, 2
  ON CONFLICT (minute, verdict) DO UPDATE SET n = n + excluded.n, failed = failed + excluded.failed`

/**
 * @returns counts the deliveries with ids after one, up to another; in the transaction that added them, before anything else
 *   changes them
 */
export function createCountAdded(db: Database): (after: number, upTo: number) => void {
  const statements = [counters, minutes].map(text => db.prepare<{ after: number; upTo: number }>(text))
  return (after, upTo) => {
    for (const statement of statements) statement.run({ after, upTo })
  }
}
