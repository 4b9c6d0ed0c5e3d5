/** Deliveries as a file: one JSON object or one CSV row each, secrets and card numbers masked. */
import { maskCardData } from '../../core/card.ts'
import type { Delivery, DeliverySummary } from '../../core/delivery.ts'
import type { Query } from '../../core/query.ts'
import { bodyView } from '../body-view.ts'
import type { Store } from '../store/store.ts'
import { decodedBody, maskHeaders } from './views.ts'

export type ExportFormat = 'ndjson' | 'csv'

const pageSize = 100
/** Deliveries that are read and masked at a time: few, and of few bytes together, so that receiving goes on in between. */
const partSize = 20
const partBytes = 128 * 1024

/**
 * Streams the deliveries a query matches (newest first), or those of a list of ids in its order; ids that are gone
 * are left out. Pages are read only as fast as the client takes them.
 */
export function exportDeliveries(store: Store, format: ExportFormat, which: Query | readonly number[]): Response {
  const gone = new AbortController()
  const pages = pagesOf(store, which, gone.signal)
  const texts = format === 'csv' ? csvTexts(pages) : jsonTexts(store, pages)
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (format === 'csv') controller.enqueue(encoder.encode(`${columns.map(([name]) => name).join(',')}\r\n`))
      },
      async pull(controller) {
        const text = await texts.next()
        if (text.done) controller.close()
        else controller.enqueue(encoder.encode(text.value))
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 1 },
  )
  return new Response(stream, {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      'Content-Disposition': `attachment; filename="hookscope-deliveries.${format}"`,
    },
  })
}

type Page = readonly DeliverySummary[]

/** Never an empty text, as a pull that enqueues nothing would not be asked again; nor does `jsonTexts`. */
async function* csvTexts(pages: AsyncIterable<Page>) {
  for await (const page of pages) yield page.map(csvLine).join('')
}

async function* jsonTexts(store: Store, pages: AsyncIterable<Page>) {
  for await (const page of pages)
    for (const ids of partsOf(page)) {
      const byId = new Map((await store.deliveries(ids)).map(delivery => [delivery.id, delivery]))
      // Without those that were dropped since their page was read.
      const lines = ids.flatMap(id => byId.get(id) ?? []).map(jsonLine)
      if (lines.length > 0) yield lines.join('')
    }
}

/** The ids of a page in parts that are read whole; one larger than a part is a part of its own. */
function partsOf(page: Page): number[][] {
  const parts: number[][] = []
  let part: number[] = []
  let left = 0
  for (const { id, bytes } of page) {
    left -= bytes
    if (left < 0 || part.length === partSize) {
      left = partBytes - bytes
      part = []
      parts.push(part)
    }
    part.push(id)
  }
  return parts
}

/** Never an empty page. */
async function* pagesOf(store: Store, which: Query | readonly number[], signal: AbortSignal): AsyncGenerator<Page> {
  if (!('terms' in which)) {
    for (let index = 0; index < which.length; index += pageSize) {
      const ids = which.slice(index, index + pageSize)
      const byId = new Map((await store.summaries(ids)).map(summary => [summary.id, summary]))
      const page = ids.flatMap(id => byId.get(id) ?? [])
      if (page.length > 0) yield page
    }
    return
  }
  for (let before: number | null = null; ; ) {
    const page = await store.list({ query: which, before, limit: pageSize, grouped: false, signal })
    if (page.deliveries.length > 0) yield page.deliveries
    if (page.next === null) return
    before = page.next
  }
}

function jsonLine(delivery: Delivery): string {
  const { lastAttempt, superseded: _, body: __, summary: line, ...rest } = delivery
  return `${JSON.stringify({
    ...rest,
    summary: maskCardData(line),
    path: maskCardData(delivery.path),
    lastAttempt: lastAttempt && { ...lastAttempt, target: withoutQuery(lastAttempt.target) },
    headers: maskHeaders(delivery.headers, ['x-signature']).map(([name, value]) => [name, maskCardData(value)]),
    ...maskedBody(delivery),
  })}\n`
}

/** The decompressed body where there is one, since a masked number must not hide inside compressed bytes. */
function maskedBody(delivery: Delivery): { text: string } | { base64: string } {
  const bytes = decodedBody(delivery.headers, delivery.body) ?? delivery.body
  const { text } = bodyView(bytes)
  if (text !== null) return { text: maskCardData(text) }
  // Card data is ASCII: read one character a byte, it is found in any encoding that keeps ASCII.
  return { base64: Buffer.from(maskCardData(Buffer.from(bytes).toString('latin1')), 'latin1').toString('base64') }
}

/** A target's query may carry a key of the merchant's. */
function withoutQuery(target: string): string {
  return target.replace(/\?.*$/s, '?••••')
}

const columns: readonly (readonly [name: string, cell: (summary: DeliverySummary) => string | number | null])[] = [
  ['id', ({ id }) => id],
  ['received_at', ({ receivedAt }) => receivedAt],
  ['hook', ({ hook }) => hook],
  ['method', ({ method }) => method],
  ['bytes', ({ bytes }) => bytes],
  ['verdict', ({ verdict }) => verdict],
  ['reasons', ({ reasons }) => reasons.join(' ')],
  ['notes', ({ notes }) => notes.join(' ')],
  ['status', ({ status }) => status],
  ['event_id', ({ eventId }) => eventId],
  ['event_type', ({ eventType }) => eventType],
  ['event_triggered', ({ eventTriggered }) => eventTriggered],
  ['summary', ({ summary }) => summary],
  ['object_key', ({ objectKey }) => objectKey],
  ['try', ({ tries }) => tries],
  ['retry_of', ({ retryOf }) => retryOf],
  ['pinned', ({ pinned }) => (pinned ? 'yes' : '')],
  ['target', ({ lastAttempt }) => lastAttempt && withoutQuery(lastAttempt.target)],
  ['target_outcome', ({ lastAttempt }) => lastAttempt?.outcome ?? null],
  ['target_status', ({ lastAttempt }) => lastAttempt?.status ?? null],
  ['target_ms', ({ lastAttempt }) => lastAttempt?.ms ?? null],
]

function csvLine(summary: DeliverySummary): string {
  return `${columns.map(([, cell]) => csvCell(cell(summary))).join(',')}\r\n`
}

/**
 * RFC 4180, and safe in a spreadsheet: text that it would take for a formula (it begins with = + - @, a tab or a
 * carriage return) gets an apostrophe in front.
 */
function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const masked = maskCardData(value)
  const inert = /^[=+\-@\t\r]/.test(masked) ? `'${masked}` : masked
  return /["\r\n,]/.test(inert) || inert !== masked ? `"${inert.replaceAll('"', '""')}"` : inert
}
