/** What is read of deliveries, as the shapes of rows. */
import { shownColumns } from '../rows.ts'

const summaryColumns = `d.id, d.hook, d.received_at, d.method, d.bytes, d.status, d.verdict_detail, d.notes, d.event_id,
  d.event_type, d.event_triggered, d.family, d.summary, d.amount, d.invoice, d.orderid, d.object_key, d.retry_of, d.tries,
  d.superseded, d.pinned,
  (SELECT substr(path, instr(path, '?') + 1) FROM arrival WHERE id = d.id AND instr(path, '?') > 0) AS query,
  (SELECT origin FROM arrival INDEXED BY arrival_with_origin WHERE id = d.id AND origin IS NOT NULL) AS origin,
  ${shownColumns.map(name => `a.${name} AS attempt_${name}`).join(', ')}`

/** Every delivery that is not removed, as SummaryRow; a WHERE part must follow with AND. */
export const summarySelect = `SELECT ${summaryColumns} FROM delivery d LEFT JOIN attempt a ON a.id = d.last_attempt
  WHERE d.removed_at IS NULL`

/** Every attempt with its bytes, as AttemptContentRow; a request's body that is its delivery's is kept there only. */
export const attemptSelect = `SELECT a.*, c.method AS request_method, c.url, c.request_headers,
    coalesce(c.request_body, (SELECT body FROM arrival WHERE id = a.delivery)) AS request_body,
    c.answer_headers, c.answer_body, c.answer_bytes, c.timing
  FROM attempt a JOIN attempt_content c ON c.id = a.id`
