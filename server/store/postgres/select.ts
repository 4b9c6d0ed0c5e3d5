/** What is read of deliveries and attempts: the same columns as from SQLite, see the shapes of rows. */
import { shownColumns } from '../rows.ts'

const shown = shownColumns.map(name => `a.${name} AS attempt_${name}`).join(', ')

/** Every delivery that is not removed, as SummaryRow; a WHERE part must follow with AND. */
export const summarySelect = `SELECT d.id, d.hook, d.received_at, d.method, d.bytes, d.status, d.verdict_detail, d.notes,
    d.event_id, d.event_type, d.event_triggered, d.family, d.summary, d.amount, d.invoice, d.orderid, d.object_key, d.retry_of,
    d.tries, d.superseded, d.pinned, d.query, d.origin, ${shown}
  FROM delivery d LEFT JOIN attempt a ON a.id = d.last_attempt WHERE d.removed_at IS NULL`

/**
 * Every attempt with its bytes, as AttemptContentRow; a request's body that is its delivery's is kept there only. OFFSET 0 has
 * the table of its day looked up for each: joined, the tables of all days might be read.
 */
export const attemptSelect = `SELECT a.*, c.method AS request_method, c.url, c.request_headers,
    coalesce(c.request_body, (SELECT r.body FROM (SELECT received_at FROM delivery WHERE id = a.delivery
        UNION ALL SELECT received_at FROM unindexed WHERE id = a.delivery LIMIT 1) came
      CROSS JOIN LATERAL (SELECT body FROM arrival
        WHERE id = a.delivery AND received_at = came.received_at OFFSET 0) r)) AS request_body,
    c.answer_headers, c.answer_body, c.answer_bytes, c.timing
  FROM attempt a JOIN attempt_content c ON c.id = a.id`
