/** Deliveries that a target has not had, or has missed. */
import type { Note, Verdict } from '../../../../core/deliveries/delivery.ts'
import type { MissedRequest, UnfinishedStore, UnsentRequest, UnsentRow } from '../../unfinished.ts'
import type { Queries } from '../connection.ts'
import { createReads } from './reads.ts'
import { idList, type Sql, sql } from './sql.ts'

/** One number for what is beyond any id. */
const bounded = (id: number) => Math.min(id, Number.MAX_SAFE_INTEGER)

const unsent = ({ target, ids, after, upTo, sinceAttempt }: UnsentRequest): Sql => sql`
  SELECT d.id, d.hook, d.event_type AS "eventType", d.received_at AS "receivedAt", d.notes, a.verdict,
    length(a.body) = a.bytes AS "isWhole"
  FROM (SELECT id FROM delivery WHERE id = ANY(${idList(ids)}::bigint[])
    UNION SELECT id FROM delivery WHERE id > ${bounded(after)}::bigint AND id <= ${bounded(upTo)}::bigint) wanted
  JOIN delivery d ON d.id = wanted.id JOIN arrival a ON a.id = d.id AND a.received_at = d.received_at
  WHERE d.removed_at IS NULL AND NOT EXISTS (SELECT FROM attempt t
    WHERE t.delivery = d.id AND t.target = ${target} AND t.laptop IS NULL AND t.id > ${sinceAttempt}::bigint AND t.changes = '[]')
  ORDER BY d.id`

/** The newest, should there be more than can be offered at once. */
const missed = ({ target, sinceAttempt, upToAttempt, statuses, codes, attempts }: MissedRequest): Sql => sql`
  SELECT DISTINCT f.delivery AS id FROM attempt f JOIN delivery d ON d.id = f.delivery
  WHERE f.id > ${sinceAttempt}::bigint AND f.id <= ${bounded(upToAttempt)}::bigint AND f.target = ${target}
    AND f.laptop IS NULL AND f.source = 'forward' AND d.removed_at IS NULL
    AND (f.status = ANY(${idList(statuses)}::integer[])
      OR f.error::json ->> 'code' IN (SELECT json_array_elements_text(${JSON.stringify(codes)}::text::json))
      OR f.id = ANY(${idList(attempts)}::bigint[]))
    AND NOT EXISTS (SELECT FROM attempt t WHERE t.delivery = f.delivery AND t.target = f.target AND t.laptop IS NULL AND t.id > f.id
      AND t.changes = '[]' AND t.outcome = 'answered' AND t.status BETWEEN 200 AND 299)
  ORDER BY f.delivery DESC LIMIT 100000`

export function createUnfinishedReads(pool: Queries): Pick<UnfinishedStore, 'unsent' | 'missed' | 'newestAttempt'> {
  const reads = createReads(pool)
  return {
    async unsent(request) {
      const rows = await reads.all<Omit<UnsentRow, 'notes' | 'verdict'> & { notes: string; verdict: string }>(
        unsent(request),
      )
      return rows.map(row => {
        const notes: Note[] = JSON.parse(row.notes)
        const verdict: Verdict = JSON.parse(row.verdict)
        return { ...row, notes, verdict: verdict.kind }
      })
    },
    async missed(request) {
      const rows = await reads.all<{ id: number }>(missed(request))
      return rows.map(({ id }) => id).reverse()
    },
    async newestAttempt() {
      const [row] = await reads.all<{ id: number | null }>(sql`SELECT max(id) AS id FROM attempt`)
      return row?.id ?? 0
    },
  }
}
