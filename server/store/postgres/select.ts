/** What is read of deliveries and attempts: the same columns as from SQLite, see the shapes of rows. */

const shown = ['id', 'source', 'target', 'started_at', 'outcome', 'status', 'ms', 'line', 'location', 'error'] as const
const shownColumns = [...shown, 'sloppy', 'own', 'proxy', 'laptop']
  .map(name => `a.${name} AS attempt_${name}`)
  .join(', ')

/** Every delivery that is not removed, as SummaryRow; a WHERE part must follow with AND. */
export const summarySelect = `SELECT d.id, d.hook, d.received_at, d.method, d.bytes, d.status, d.verdict_detail, d.notes,
    d.event_id, d.event_type, d.event_triggered, d.family, d.summary, d.amount, d.invoice, d.orderid, d.object_key, d.retry_of,
    d.tries, d.superseded, d.pinned, d.query, NULL AS origin, ${shownColumns}
  FROM delivery d LEFT JOIN attempt a ON a.id = d.last_attempt WHERE d.removed_at IS NULL`

/** Every attempt with its bytes, as AttemptContentRow; a request's body that is its delivery's is kept there only. */
export const attemptSelect = `SELECT a.*, c.method AS request_method, c.url, c.request_headers,
    coalesce(c.request_body, (SELECT r.body FROM arrival r WHERE r.id = a.delivery)) AS request_body,
    c.answer_headers, c.answer_body, c.answer_bytes, c.timing
  FROM attempt a JOIN attempt_content c ON c.id = a.id`
