/** Which attempt stands for a delivery, by the rule of `worstByTarget`, see the same of SQLite. */
import type { Queries } from '../connection.ts'

/** Sets it anew for these deliveries, as far as they are in the list. @returns those that are */
export async function showAttempts(tx: Queries, deliveries: readonly number[]): Promise<number[]> {
  if (deliveries.length === 0) return []
  const rows = await tx<{ id: number }[]>`
    UPDATE delivery d SET last_attempt = s.id, last_outcome = s.outcome, last_status = s.status
    FROM unnest(${deliveries as number[]}::bigint[]) AS c (delivery)
    LEFT JOIN LATERAL (
      SELECT a.id, a.outcome, a.status FROM attempt a
      WHERE a.former = 0 AND a.id IN (SELECT max(t.id) FROM attempt t
        WHERE t.delivery = c.delivery AND t.changes = '[]' GROUP BY t.target, t.laptop)
      ORDER BY a.own DESC,
        (a.own = 1 AND a.outcome <> 'pending' AND (a.outcome <> 'answered' OR a.status NOT BETWEEN 200 AND 299)) DESC,
        (a.own = 1 AND a.outcome = 'pending') DESC, a.id DESC
      LIMIT 1) AS s ON true
    WHERE d.id = c.delivery RETURNING d.id`
  return rows.map(({ id }) => id)
}
