/** A hook's deliveries as they are judged again, a page at a time. */
import type { DeliveryStore } from '../../deliveries.ts'
import { readHeaders, readVerdict } from '../../rows.ts'
import type { Reads } from './reads.ts'
import { ours, sql } from './sql.ts'

/** Most deliveries, and about how many bytes of them, in one page. */
const pageRows = ours('200')
const pageBytes = ours(String(4 * 1024 * 1024))

interface Judged {
  readonly id: number
  readonly verdict: string
  readonly headers: string | null
  readonly body: Uint8Array | null
}

/** Of the first ones as many as the bytes allow, one at least; those whose arrival is gone meanwhile are passed over. */
const page = (hook: string, after: number, upTo: number) => sql`
  SELECT p.id, p.verdict, a.headers, a.body FROM (
    SELECT d.id, d.received_at, d.verdict_detail AS verdict, d.kept, sum(d.kept) OVER (ORDER BY d.id) AS bytes FROM (
      SELECT * FROM delivery d WHERE d.hook = ${hook} AND d.id > ${after}::bigint AND d.id <= ${upTo}::bigint
        AND d.removed_at IS NULL ORDER BY d.id LIMIT ${pageRows}) d) p
  LEFT JOIN arrival a ON a.id = p.id AND a.received_at = p.received_at
  WHERE p.bytes <= ${pageBytes} OR p.bytes = p.kept ORDER BY p.id`

export function createOfHook(reads: Reads): Pick<DeliveryStore, 'ofHook' | 'countOfHook'> {
  return {
    async ofHook(hook, after, upTo) {
      const rows = await reads.all<Judged>(page(hook, after, Math.min(upTo, Number.MAX_SAFE_INTEGER)))
      const deliveries = rows.flatMap(({ id, verdict, headers, body }) =>
        headers === null || body === null
          ? []
          : [{ id, verdict: readVerdict(verdict), headers: readHeaders(headers), body }],
      )
      return { deliveries, next: rows.at(-1)?.id ?? null }
    },
    async countOfHook(hook) {
      const [row] = await reads.all<{ n: number | null }>(
        sql`SELECT sum(n) AS n FROM counter WHERE facet = 'hook' AND name = ${hook}`,
      )
      return row?.n ?? 0
    },
  }
}
