/** Deliveries as a file, in the formats that a file can have. */
import { type ExportFormat, emptyExportHeader } from '../../core/api/export-formats.ts'
import { testKey } from '../../core/capture/capture.ts'
import type { Delivery, DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { isExplainable } from '../../core/deliveries/explainable.ts'
import type { NotForwarded } from '../../core/deliveries/not-forwarded.ts'
import { maskCardData } from '../../core/events/card.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import {
  isCredentialHeader,
  maskHeaders,
  maskHeaderText,
  maskQuery,
  withoutQuery,
} from '../../core/http/credential-headers.ts'
import { shownValue } from '../../core/http/headers.ts'
import { reasonOf } from '../../core/http/outcome.ts'
import type { Query } from '../../core/search/query.ts'
import { localZone } from '../../core/search/search.ts'
import type { JobResults } from '../bodies/jobs.ts'
import { runBodyJob } from '../bodies/reader.ts'
import { anonymized } from '../capture/anonymize.ts'
import { openCaptureWriter } from '../capture/capture-writer.ts'
import type { FileWriter } from '../capture/file-writer.ts'
import { openHarWriter } from '../capture/har-writer.ts'
import { openHtmlWriter } from '../capture/html-writer.ts'
import type { Store } from '../store/store.ts'
import { openCsv } from './csv.ts'

export interface ExportOptions {
  /** People and card data are replaced, and what was signed is signed anew. Default false. Not of a CSV. */
  readonly anonymize?: boolean | undefined
  /** @returns null where no hook has that id any more */
  readonly labelOf?: (hook: string) => string | null
  /** In which the CSV's times are told; default: the server's. */
  readonly zone?: string | undefined
  /** Of a delivery without an attempt; default: not known. */
  readonly whyNotForwarded?: (delivery: DeliverySummary) => NotForwarded | null
  /** Why a delivery's signature is wrong; default: not known. */
  readonly diagnose?: (delivery: Delivery) => Promise<SignatureDiagnosis | null>
  /** Not all of it can be read: the connection is to end in a way that its reader cannot take for the end of the file. */
  readonly broken?: (error: unknown) => void
}

const pageSize = 100
/** Deliveries that are read and masked at a time: few, and of few bytes together, so that receiving goes on in between. */
const partSize = 20
const partBytes = 128 * 1024
/** Each may take a good part of a second. */
const mostDiagnosed = 500
/** Of a body that is too much to read: it may hold card data. */
const unread = { text: null }
const noMoney: JobResults['money'] = { amount: null, refnum: null, invoice: null, orderid: null }

/**
 * Streams the deliveries a query matches (newest first, but oldest first where a file is read that way), or those of a list of
 * ids in its order; ids that are gone are left out. Pages are read only as fast as the client takes them. A file that ends as it
 * should has all of them.
 * @throws StoreUnavailable where the first of it does not read, or what shows is being rebuilt
 */
export async function exportDeliveries(
  store: Store,
  format: ExportFormat,
  which: Query | readonly number[],
  options: ExportOptions = {},
): Promise<Response> {
  const { broken = () => {} } = options
  const gone = new AbortController()
  const writer = writers[format](store, options)
  const list = writer.oldestFirst && 'terms' in which ? await oldestFirst(store, which, gone.signal) : which
  const texts = textsOf(store, pagesOf(store, list, gone.signal), writer)
  // Read before anything is answered: then it can still be said what is wrong.
  let text: Awaited<ReturnType<typeof texts.next>> | null = await texts.next()
  const isEmpty = text.done === true
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (writer.head !== '') controller.enqueue(encoder.encode(writer.head))
      },
      async pull(controller) {
        try {
          text ??= await texts.next()
        } catch (error) {
          broken(error)
          return
        }
        if (text.value !== '') controller.enqueue(encoder.encode(text.value))
        if (text.done) controller.close()
        text = null
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 1 },
  )
  return new Response(stream, {
    headers: {
      'Content-Type': writer.type,
      'Content-Disposition': `attachment; filename="hookscope-deliveries.${writer.extension}"`,
      ...(isEmpty && { [emptyExportHeader]: '1' }),
    },
  })
}

/** The ids that a query finds, in the order in which they came: eight bytes each, whatever the deliveries hold. */
async function oldestFirst(store: Store, query: Query, signal: AbortSignal): Promise<number[]> {
  const found: number[] = []
  await store.deliveries.matching(
    query,
    ids => {
      for (const id of ids) found.push(id)
    },
    signal,
  )
  return found.reverse()
}

const writers: Readonly<Record<ExportFormat, (store: Store, options: ExportOptions) => FileWriter>> = {
  ndjson: ndjsonWriter,
  csv: csvWriter,
  hookscope: (store, options) => openCaptureWriter({ store, ...readingOf(options) }),
  har: (store, { anonymize = false }) => openHarWriter(store, anonymize),
  html: (store, options) => openHtmlWriter({ store, ...readingOf(options) }),
}

/** What a person reads of a file; of a file with very many wrong signatures, why the first of them are wrong. */
function readingOf({ anonymize = false, labelOf = () => null, diagnose = async () => null }: ExportOptions) {
  let left = mostDiagnosed
  return {
    ...{ anonymize, labelOf },
    async diagnose(delivery: Delivery) {
      if (!isExplainable(delivery) || left === 0) return null
      left -= 1
      const diagnosis = await diagnose(delivery)
      // That nothing is known is no news for who reads the file.
      return diagnosis?.kind === 'unknown' ? null : diagnosis
    },
  }
}

const whyNot = (delivery: Delivery, { whyNotForwarded = () => null }: ExportOptions) =>
  delivery.lastAttempt === null ? whyNotForwarded(delivery) : null

function csvWriter(store: Store, options: ExportOptions): FileWriter {
  const csv = openCsv(options.zone ?? localZone())
  return {
    ...{ type: 'text/csv; charset=utf-8', extension: 'csv', head: csv.head, between: '', foot: () => '' },
    oldestFirst: false,
    text: async delivery =>
      csv.line(delivery, whyNot(delivery, options), (await runBodyJob(store.bodies, 'money', delivery)) ?? noMoney),
  }
}

function ndjsonWriter(store: Store, options: ExportOptions): FileWriter {
  return {
    ...{ type: 'application/x-ndjson', extension: 'ndjson', head: '', between: '', foot: () => '' },
    oldestFirst: false,
    async text(delivery) {
      if (options.anonymize === true) return anonymizedLine(await anonymized(delivery, store.bodies))
      return jsonLine(delivery, whyNot(delivery, options), (await runBodyJob(store.bodies, 'mask', delivery)) ?? unread)
    },
  }
}

type Page = readonly DeliverySummary[]

/**
 * Never an empty text, as a pull that enqueues nothing would not be asked again.
 * @returns what the file ends with
 */
async function* textsOf(store: Store, pages: AsyncIterable<Page>, writer: FileWriter): AsyncGenerator<string, string> {
  let count = 0
  for await (const page of pages)
    for (const ids of partsOf(page)) {
      const began = performance.now()
      const byId = new Map((await store.deliveries.getMany(ids)).map(delivery => [delivery.id, delivery]))
      // Without those that were dropped since their page was read.
      const lines: string[] = []
      for (const id of ids) {
        const delivery = byId.get(id)
        if (delivery === undefined) continue
        if (count > 0) lines.push(writer.between)
        lines.push(await writer.text(delivery))
        count += 1
      }
      const tookMs = performance.now() - began
      if (lines.length > 0) yield lines.join('')
      await store.deliveries.giveWay(tookMs)
    }
  return writer.foot(count)
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
      const byId = new Map((await store.deliveries.summaries(ids)).map(summary => [summary.id, summary]))
      const page = ids.flatMap(id => byId.get(id) ?? [])
      if (page.length > 0) yield page
    }
    return
  }
  for (let before: number | null = null; ; ) {
    const page = await store.deliveries.list({
      query: which,
      before,
      limit: pageSize,
      grouped: false,
      whole: true,
      signal,
    })
    if (page.deliveries.length > 0) yield page.deliveries
    if (page.next === null) return
    before = page.next
  }
}

/** @param notForwarded why no attempt was made; null when there was one @param body without card data */
export function jsonLine(
  delivery: Delivery,
  notForwarded: NotForwarded | null,
  body: JobResults['mask'] | typeof unread,
): string {
  const { lastAttempt, superseded: _, body: __, summary: line, ...rest } = delivery
  const reason = lastAttempt && reasonOf(lastAttempt)
  const credentials = delivery.headers.map(([name]) => name.toLowerCase()).filter(isCredentialHeader)
  return `${JSON.stringify({
    ...rest,
    summary: maskCardData(line),
    path: maskCardData(maskQuery(delivery.path)),
    query: delivery.query && maskCardData(maskQuery(delivery.query)),
    lastAttempt: lastAttempt && {
      ...lastAttempt,
      target: withoutQuery(lastAttempt.target),
      location: lastAttempt.location && maskCardData(maskHeaderText(lastAttempt.location)),
      reason: reason && maskCardData(maskHeaderText(reason.message)),
    },
    notForwarded,
    headers: maskHeaders(delivery.headers, [signatureHeader.toLowerCase(), ...credentials]).map(([name, value]) => [
      name,
      maskCardData(maskHeaderText(shownValue(value))),
    ]),
    ...body,
  })}\n`
}

/** What is left of a delivery whose people are gone may all be shown, its new signature as well. */
function anonymizedLine(delivery: Delivery): string {
  const { lastAttempt: _, superseded: __, body, matched: ___, ...rest } = delivery
  return `${JSON.stringify({ ...rest, lastAttempt: null, notForwarded: null, testKey, text: Buffer.from(body).toString() })}\n`
}
