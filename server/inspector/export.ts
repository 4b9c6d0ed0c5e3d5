/** Deliveries as a file: one JSON object or one CSV row each, secrets and card numbers masked. */
import { maskCardData } from '../../core/card.ts'
import type { Delivery, DeliverySummary } from '../../core/delivery.ts'
import { shownValue } from '../../core/headers.ts'
import type { NotForwarded } from '../../core/not-forwarded.ts'
import { reasonOf } from '../../core/outcome.ts'
import type { Query } from '../../core/query.ts'
import { localZone } from '../../core/search.ts'
import { bodyView } from '../body-view.ts'
import type { Store } from '../store/store.ts'
import { openCsv } from './csv.ts'
import { decodedBody, maskHeaders, withoutQuery } from './views.ts'

export type ExportFormat = 'ndjson' | 'csv'

const pageSize = 100
/** Deliveries that are read and masked at a time: few, and of few bytes together, so that receiving goes on in between. */
const partSize = 20
const partBytes = 128 * 1024

/**
 * Streams the deliveries a query matches (newest first), or those of a list of ids in its order; ids that are gone
 * are left out. Pages are read only as fast as the client takes them.
 * @param whyNotForwarded of a delivery without an attempt; default: not known
 * @param zone in which the CSV's times are told; default: the server's
 */
export function exportDeliveries(
  store: Store,
  format: ExportFormat,
  which: Query | readonly number[],
  zone = localZone(),
  whyNotForwarded: (delivery: DeliverySummary) => NotForwarded | null = () => null,
): Response {
  const gone = new AbortController()
  const pages = pagesOf(store, which, gone.signal)
  const csv = openCsv(zone)
  const texts = textsOf(store, pages, delivery => {
    const notForwarded = delivery.lastAttempt === null ? whyNotForwarded(delivery) : null
    return format === 'csv' ? csv.line(delivery, notForwarded) : jsonLine(delivery, notForwarded)
  })
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (format === 'csv') controller.enqueue(encoder.encode(csv.head))
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

/** Never an empty text, as a pull that enqueues nothing would not be asked again. */
async function* textsOf(store: Store, pages: AsyncIterable<Page>, lineOf: (delivery: Delivery) => string) {
  for await (const page of pages)
    for (const ids of partsOf(page)) {
      const byId = new Map((await store.deliveries(ids)).map(delivery => [delivery.id, delivery]))
      // Without those that were dropped since their page was read.
      const lines = ids.flatMap(id => byId.get(id) ?? []).map(lineOf)
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

/** @param notForwarded why no attempt was made; null when there was one */
export function jsonLine(delivery: Delivery, notForwarded: NotForwarded | null): string {
  const { lastAttempt, superseded: _, body: __, summary: line, ...rest } = delivery
  const reason = lastAttempt && reasonOf(lastAttempt)
  return `${JSON.stringify({
    ...rest,
    summary: maskCardData(line),
    path: maskCardData(delivery.path),
    query: delivery.query && maskCardData(delivery.query),
    lastAttempt: lastAttempt && {
      ...lastAttempt,
      target: withoutQuery(lastAttempt.target),
      reason: reason && maskCardData(reason.message),
    },
    notForwarded,
    headers: maskHeaders(delivery.headers, ['x-signature']).map(([name, value]) => [
      name,
      maskCardData(shownValue(value)),
    ]),
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
