/** Rows of the database as the shapes the rest of hookscope knows. */
import type {
  Attempt,
  AttemptOutcome,
  AttemptSummary,
  AttemptTiming,
  SendResult,
} from '../../core/deliveries/attempt.ts'
import type {
  Delivery,
  DeliveryOrigin,
  DeliverySummary,
  EventFacts,
  NewDelivery,
  Note,
  Verdict,
} from '../../core/deliveries/delivery.ts'
import type { HeaderList } from '../../core/http/headers.ts'

/** The columns of an engine's `summarySelect`. JSON columns hold only what this hookscope wrote. */
export interface SummaryRow
  extends ShownAttemptRow,
    Pick<DeliverySummary, 'id' | 'hook' | 'method' | 'query' | 'bytes' | 'status' | 'tries'>,
    Pick<EventFacts, 'family' | 'summary' | 'amount' | 'invoice' | 'orderid'> {
  readonly received_at: number
  readonly verdict_detail: string
  readonly notes: string
  readonly event_id: string | null
  readonly event_type: string | null
  readonly event_triggered: string | null
  readonly object_key: string | null
  readonly retry_of: number | null
  readonly superseded: number
  readonly pinned: number
  readonly origin: string | null
}

/** What a delivery's row has of the attempt that is shown, none that is former, nor one that sent something else: as `attempt_…`. */
export const shownColumns = [
  'id',
  'source',
  'target',
  'started_at',
  'outcome',
  'status',
  'ms',
  'line',
  'location',
  'error',
  'sloppy',
  'own',
  'proxy',
  'laptop',
] as const
type ShownColumn = (typeof shownColumns)[number]
/** All null where no attempt is shown. */
type ShownAttemptRow = { readonly [Column in ShownColumn as `attempt_${Column}`]: AttemptRow[Column] | null }

export const isoTime = (ms: number) => new Date(ms).toISOString()

const shownAttemptOf = (row: SummaryRow): AttemptRow => ({
  ...(Object.fromEntries(shownColumns.map(name => [name, row[`attempt_${name}`]])) as Pick<AttemptRow, ShownColumn>),
  delivery: row.id,
  former: 0,
  changes: '[]',
})

export function toSummary(row: SummaryRow): DeliverySummary {
  const verdict: Verdict = JSON.parse(row.verdict_detail)
  const notes: Note[] = JSON.parse(row.notes)
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
    lastAttempt: row.attempt_id === null ? null : toAttemptSummary(shownAttemptOf(row)),
    ...(row.origin !== null && { origin: readOrigin(row.origin) }),
  }
}

/** What is looked for as a whole. */
export const originText = ({ server, id }: DeliveryOrigin): string => `${server} ${id}`

function readOrigin(text: string): DeliveryOrigin {
  const at = text.lastIndexOf(' ')
  return { server: text.slice(0, at), id: Number(text.slice(at + 1)) }
}

export interface ArrivalRow extends Pick<NewDelivery, 'bytes' | 'status' | 'hook' | 'method' | 'path' | 'body'> {
  readonly id: number
  readonly received_at: number
  readonly read_ms: number
  readonly http_version: string
  readonly remote_address: string
  readonly verdict: string
  readonly headers: string
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

/** How an attempt went, as it is kept. */
export interface OutcomeRow extends Pick<AttemptOutcome, 'id' | 'outcome' | 'status' | 'ms' | 'line' | 'location'> {
  readonly started_at: number
  readonly error: string | null
  readonly sloppy: string | null
  readonly proxy: string | null
}

/** The columns of how an attempt ended; what the answer says is read from its bytes. */
export const outcomeColumns = ({ outcome, answer, timing, error, sloppy, proxy }: SendResult) => ({
  outcome,
  status: answer?.status ?? null,
  ms: timing.totalMs,
  error: error && JSON.stringify(error),
  sloppy: sloppy === undefined ? null : JSON.stringify(sloppy),
  proxy: proxy ?? null,
})

export const toOutcome = (row: OutcomeRow): AttemptOutcome => ({
  id: row.id,
  startedAt: isoTime(row.started_at),
  outcome: row.outcome,
  status: row.status,
  ms: row.ms,
  line: row.line,
  location: row.location,
  error: row.error === null ? null : JSON.parse(row.error),
  sloppy: row.sloppy === null ? [] : JSON.parse(row.sloppy),
  ...(row.proxy !== null && { proxy: row.proxy }),
})

export interface AttemptRow extends OutcomeRow, Pick<AttemptSummary, 'delivery' | 'source' | 'target'> {
  readonly former: number
  readonly changes: string
  readonly own: number
  /** JSON; null: this hookscope sent it. */
  readonly laptop: string | null
}

export const toAttemptSummary = (row: AttemptRow): AttemptSummary => ({
  ...toOutcome(row),
  delivery: row.delivery,
  source: row.source,
  target: row.target,
  former: row.former === 1,
  changes: JSON.parse(row.changes),
  own: row.own === 1,
  ...(row.laptop !== null && { laptop: JSON.parse(row.laptop) }),
})

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
