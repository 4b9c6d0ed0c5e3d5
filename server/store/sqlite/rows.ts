/** Rows of the database as the shapes the rest of hookscope knows. */
import type {
  Attempt,
  AttemptError,
  AttemptSource,
  AttemptSummary,
  AttemptTiming,
  Outcome,
} from '../../../core/deliveries/attempt.ts'
import type { Delivery, DeliverySummary, Note, Verdict } from '../../../core/deliveries/delivery.ts'
import type { Family } from '../../../core/events/catalogue.ts'
import type { HeaderList } from '../../../core/http/headers.ts'

/** The columns of `summarySelect`. JSON columns hold only what this hookscope wrote. */
export interface SummaryRow {
  readonly id: number
  readonly hook: string
  readonly received_at: number
  readonly method: string
  readonly query: string | null
  readonly bytes: number
  readonly status: number | null
  readonly verdict_detail: string
  readonly notes: string
  readonly event_id: string | null
  readonly event_type: string | null
  readonly event_triggered: string | null
  readonly family: Family | null
  readonly summary: string
  readonly amount: number | null
  readonly invoice: string | null
  readonly orderid: string | null
  readonly object_key: string | null
  readonly retry_of: number | null
  readonly tries: number
  readonly superseded: number
  readonly pinned: number
  readonly attempt_id: number | null
  readonly attempt_source: AttemptSource
  readonly attempt_target: string
  readonly attempt_started_at: number
  readonly attempt_outcome: Outcome | 'pending'
  readonly attempt_status: number | null
  readonly attempt_ms: number | null
  readonly attempt_line: string | null
  readonly attempt_location: string | null
  readonly attempt_error: string | null
  readonly attempt_sloppy: string | null
  readonly attempt_own: number
  readonly attempt_proxy: string | null
}

const summaryColumns = `d.id, d.hook, d.received_at, d.method, d.bytes, d.status, d.verdict_detail, d.notes, d.event_id,
  d.event_type, d.event_triggered, d.family, d.summary, d.amount, d.invoice, d.orderid, d.object_key, d.retry_of, d.tries,
  d.superseded, d.pinned,
  (SELECT substr(path, instr(path, '?') + 1) FROM arrival WHERE id = d.id AND instr(path, '?') > 0) AS query,
  a.id AS attempt_id, a.source AS attempt_source, a.target AS attempt_target, a.started_at AS attempt_started_at,
  a.outcome AS attempt_outcome, a.status AS attempt_status, a.ms AS attempt_ms, a.line AS attempt_line,
  a.location AS attempt_location, a.error AS attempt_error, a.sloppy AS attempt_sloppy, a.own AS attempt_own,
  a.proxy AS attempt_proxy`

/** Every delivery that is not removed, as SummaryRow; a WHERE part must follow with AND. */
export const summarySelect = `SELECT ${summaryColumns} FROM delivery d LEFT JOIN attempt a ON a.id = d.last_attempt
  WHERE d.removed_at IS NULL`

export const isoTime = (ms: number) => new Date(ms).toISOString()

export function toSummary(row: SummaryRow): DeliverySummary {
  const verdict: Verdict = JSON.parse(row.verdict_detail)
  const notes: Note[] = JSON.parse(row.notes)
  const lastAttempt: AttemptSummary | null =
    row.attempt_id === null
      ? null
      : toAttemptSummary({
          id: row.attempt_id,
          delivery: row.id,
          source: row.attempt_source,
          target: row.attempt_target,
          started_at: row.attempt_started_at,
          outcome: row.attempt_outcome,
          status: row.attempt_status,
          ms: row.attempt_ms,
          line: row.attempt_line,
          location: row.attempt_location,
          error: row.attempt_error,
          sloppy: row.attempt_sloppy,
          // One that is former is not shown, nor one that sent something else.
          former: 0,
          changes: '[]',
          own: row.attempt_own,
          proxy: row.attempt_proxy,
        })
  return {
    id: row.id,
    hook: row.hook,
    receivedAt: isoTime(row.received_at),
    method: row.method,
    query: row.query,
    bytes: row.bytes,
    status: row.status,
    verdict: verdict.kind,
    reasons: verdict.kind === 'rejected' ? verdict.reasons : [],
    notes,
    eventId: row.event_id,
    eventType: row.event_type,
    eventTriggered: row.event_triggered,
    family: row.family,
    summary: row.summary,
    amount: row.amount,
    invoice: row.invoice,
    orderid: row.orderid,
    objectKey: row.object_key,
    retryOf: row.retry_of,
    tries: row.tries,
    superseded: row.superseded === 1,
    pinned: row.pinned === 1,
    lastAttempt,
  }
}

export interface ArrivalRow {
  readonly id: number
  readonly received_at: number
  readonly read_ms: number
  readonly bytes: number
  readonly status: number | null
  readonly hook: string
  readonly method: string
  readonly http_version: string
  readonly remote_address: string
  readonly verdict: string
  readonly path: string
  readonly headers: string
  readonly body: Uint8Array
  /** 1 when the hook's rehearsed answer went back. */
  readonly rehearsed: number
}

export const readHeaders = (json: string): HeaderList => JSON.parse(json)
export const readVerdict = (json: string): Verdict => JSON.parse(json)

export function toDelivery(row: SummaryRow, logged: ArrivalRow): Delivery {
  return {
    ...toSummary(row),
    verdictDetail: readVerdict(row.verdict_detail),
    readMs: logged.read_ms,
    path: logged.path,
    httpVersion: logged.http_version,
    headers: readHeaders(logged.headers),
    body: logged.body,
    remoteAddress: logged.remote_address,
  }
}

export interface AttemptRow {
  readonly id: number
  readonly delivery: number
  readonly source: AttemptSource
  readonly target: string
  readonly started_at: number
  readonly outcome: Outcome | 'pending'
  readonly status: number | null
  readonly ms: number | null
  readonly line: string | null
  readonly location: string | null
  readonly error: string | null
  readonly sloppy: string | null
  readonly former: number
  readonly changes: string
  readonly own: number
  readonly proxy: string | null
}

export function toAttemptSummary(row: AttemptRow): AttemptSummary {
  const error: AttemptError | null = row.error === null ? null : JSON.parse(row.error)
  return {
    id: row.id,
    delivery: row.delivery,
    source: row.source,
    target: row.target,
    startedAt: isoTime(row.started_at),
    outcome: row.outcome,
    status: row.status,
    ms: row.ms,
    line: row.line,
    location: row.location,
    error,
    sloppy: row.sloppy === null ? [] : JSON.parse(row.sloppy),
    former: row.former === 1,
    changes: JSON.parse(row.changes),
    own: row.own === 1,
    ...(row.proxy !== null && { proxy: row.proxy }),
  }
}

export interface AttemptContentRow extends AttemptRow {
  readonly request_method: string
  readonly url: string
  readonly request_headers: string
  readonly request_body: Uint8Array
  readonly answer_headers: string | null
  readonly answer_body: Uint8Array | null
  readonly answer_bytes: number | null
  readonly timing: string | null
}

/** Every attempt with its bytes, as AttemptContentRow; a request's body that is its delivery's is kept there only. */
export const attemptSelect = `SELECT a.*, c.method AS request_method, c.url, c.request_headers,
    coalesce(c.request_body, (SELECT body FROM arrival WHERE id = a.delivery)) AS request_body,
    c.answer_headers, c.answer_body, c.answer_bytes, c.timing
  FROM attempt a JOIN attempt_content c ON c.id = a.id`

export function toAttempt(row: AttemptContentRow): Attempt {
  const timing: AttemptTiming | null = row.timing === null ? null : JSON.parse(row.timing)
  const answered = row.status !== null && row.answer_headers !== null && row.answer_body !== null
  return {
    ...toAttemptSummary(row),
    request: {
      method: row.request_method,
      url: row.url,
      headers: readHeaders(row.request_headers),
      body: row.request_body,
    },
    answer: answered
      ? {
          status: row.status,
          headers: readHeaders(row.answer_headers),
          body: row.answer_body,
          bodyBytes: row.answer_bytes ?? row.answer_body.length,
        }
      : null,
    timing,
  }
}
