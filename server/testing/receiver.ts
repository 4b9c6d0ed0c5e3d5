/** A receiver of webhooks inside a test: verifies what comes, keeps it in memory, and waits for what a search finds. */
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Note, Rejection } from '../../core/deliveries/delivery.ts'
import { describe } from '../../core/deliveries/describe.ts'
import type { UserPassword } from '../../core/hooks/origin.ts'
import { type HeaderList, pairHeaders } from '../../core/http/headers.ts'
import { type EventProblem, readEvent, type WebhookEvent } from '../../core/library/events.ts'
import { wholeNumber } from '../../core/library/options.ts'
import { readNodeRequest } from '../../core/library/requests.ts'
import { verifyWebhook } from '../../core/library/verify.ts'
import { isAnswerable, type Matchable, matches } from '../../core/search/match.ts'
import type { Query } from '../../core/search/query.ts'
import { parseQuery } from '../../core/search/search.ts'
import { lengthText } from '../../core/text/duration.ts'
import { clip, counted, printable } from '../../core/text/text.ts'

/** What the receiver verifies with; without either, every delivery is `unchecked`. */
export interface TestReceiverOptions {
  /** The Signature Key or the Source Key; several while one replaces another. */
  readonly key?: string | readonly string[] | undefined
  readonly basicAuth?: UserPassword | undefined
  /** Default: a free one. */
  readonly port?: number | undefined
}

/** One POST that arrived. */
export interface ReceivedDelivery {
  /** 1 for the first. */
  readonly id: number
  readonly receivedAt: Date
  readonly method: string
  /** In the order, case and number in which they came. */
  readonly headers: HeaderList
  /** The raw bytes. */
  readonly body: Uint8Array
  readonly verdict: 'verified' | 'rejected' | 'unchecked'
  /** Why it was rejected: the codes that hookscope shows. */
  readonly reasons: readonly Rejection[]
  /** What it says, also where it was rejected; null when the body is no event, for the reason in `problem`. */
  readonly event: WebhookEvent | null
  readonly problem: EventProblem | null
  /** What is remarkable beside the verdict, such as `retry`: the codes that hookscope shows. */
  readonly notes: readonly Note[]
  /** In the merchant’s words; may be empty. */
  readonly summary: string
  /** What it was answered: 200, or 401 where it was rejected. */
  readonly status: number
}

export interface WaitForOptions {
  /** At most 2147483647, some 24 days. Default: 5000. */
  readonly timeoutMs?: number | undefined
  /** Only deliveries with a larger id; default: also those that arrived before the call. */
  readonly since?: number | undefined
}

export interface TestReceiver {
  /** The URL to send to. */
  readonly hookUrl: string
  /** What arrived so far, oldest first. */
  readonly received: readonly ReceivedDelivery[]
  /**
   * The first delivery that a search finds, in the language of hookscope’s search: `type:ach.* is:verified`.
   * @throws TypeError for a search that cannot be read, that asks for what a receiver in a test does not know, or for a time that no timer takes
   * @throws Error when none arrives in time; its message says what did
   */
  waitFor(query: string, options?: WaitForOptions): Promise<ReceivedDelivery>
  /** Ends its connections; who still waits is told. */
  close(): Promise<void>
}

const path = '/webhook'
const mostBytes = 1024 * 1024
const usualTimeoutMs = 5000
/** A timer that is set for longer goes off at once. */
const longestTimeoutMs = 2 ** 31 - 1
/** Most deliveries that an error names. */
const mostNamed = 10

function queryOf(text: string): Query {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new TypeError(`${parsed.problem.message} ${parsed.problem.hint}`)
  const { terms } = parsed.query
  const unknown = terms.find(({ anyOf }) => !anyOf.every(isAnswerable))
  if (unknown === undefined) return parsed.query
  const asked = text.slice(unknown.span.start, unknown.span.end)
  throw new TypeError(`“${asked}” asks about hooks or forwarding, which a receiver in a test does not have.`)
}

/** One line of an error. */
function lineOf({ id, event, verdict, reasons }: ReceivedDelivery): string {
  const what = event === null ? 'no event' : clip(printable(event.spelling), 80)
  return `#${id} ${what}, ${[verdict, ...reasons].join(' ')}`
}

function missedText(query: string, timeoutMs: number, received: readonly ReceivedDelivery[]): string {
  const named = received.slice(-mostNamed).map(lineOf)
  const arrived =
    received.length === 0
      ? 'Nothing arrived.'
      : `${counted(received.length, 'delivery', 'deliveries')} arrived${received.length > mostNamed ? `, the last ${mostNamed} of them` : ''}: ${named.join('; ')}.`
  return `No delivery that matches “${query}” arrived within ${lengthText(timeoutMs)}. ${arrived}`
}

interface Waiting {
  look(): void
  fail(error: Error): void
}

/**
 * Starts a receiver on this machine.
 *
 *     const receiver = await startReceiver({ key })
 *     await sendTo(receiver.hookUrl)
 *     const { event } = await receiver.waitFor('type:transaction.sale.success')
 */
export async function startTestReceiver({ key, basicAuth, port = 0 }: TestReceiverOptions = {}): Promise<TestReceiver> {
  // Only here, so that the rest of the library loads where there is no Node.
  const { createServer } = await import('node:http')
  const secrets = { ...(key !== undefined && { keys: key }), ...(basicAuth !== undefined && { basicAuth }) }
  const isChecked = Object.keys(secrets).length > 0
  // A key that is empty is told now, not as the first delivery comes.
  if (isChecked) await verifyWebhook({ ...secrets, body: '', headers: {} })
  const received: ReceivedDelivery[] = []
  const known: Matchable[] = []
  const waiting = new Set<Waiting>()

  /** Of a delivery that came whole. */
  async function verdictOf(headers: HeaderList, body: Uint8Array) {
    const event = readEvent(body)
    const read = typeof event === 'string' ? { event: null, problem: event } : { event, problem: null }
    if (!isChecked) return { ...read, verdict: 'unchecked' as const, reasons: [] }
    const result = await verifyWebhook({ ...secrets, body, headers })
    return result.ok
      ? { ...read, verdict: 'verified' as const, reasons: [] }
      : { ...read, verdict: 'rejected' as const, reasons: result.reasons }
  }

  async function keep(request: IncomingMessage): Promise<number> {
    const receivedAt = Date.now()
    const method = request.method ?? ''
    const headers = pairHeaders(request.rawHeaders)
    const came = await readNodeRequest(request, mostBytes)
    const bodyKept = typeof came !== 'string'
    const body = bodyKept ? came : new Uint8Array()
    const { event, problem, verdict, reasons } = bodyKept
      ? await verdictOf(headers, body)
      : { event: null, problem: null, verdict: 'rejected' as const, reasons: [came] }
    const { notes: found, ...description } = describe({ method, headers, body, bodyKept })
    // Rejected ones are tries of their own: anybody can send a known id.
    const before = known.flatMap((one, at) => {
      const isSame = one.description.eventId !== null && one.description.eventId === description.eventId
      return isSame && (one.verdict === 'rejected') === (verdict === 'rejected') ? (received[at] ?? []) : []
    })
    const [last] = before.toReversed()
    const again: readonly Note[] =
      last === undefined ? [] : [Buffer.compare(last.body, body) === 0 ? 'retry' : 'retry-changed']
    const notes = [...found, ...again]
    const status = verdict === 'rejected' ? 401 : 200
    const id = received.length + 1
    known.push({
      ...{ id, receivedAt, method, headers, bytes: body.length, status, verdict, reasons, notes, description },
      tries: before.length + 1,
    })
    const { summary } = description
    received.push({
      ...{ id, receivedAt: new Date(receivedAt), method, headers, body, verdict, reasons },
      ...{ event, problem, notes, summary, status },
    })
    for (const one of waiting) one.look()
    return status
  }

  const server = createServer((request, answer) => {
    if (request.url?.split('?')[0] !== path) {
      request.resume()
      answer.writeHead(404).end()
      return
    }
    keep(request)
      .then(
        status => answer.writeHead(status).end(),
        () => answer.writeHead(500).end(),
      )
      // What is left of a body that is too large would stand before the next request of the connection.
      .finally(() => request.resume())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: listens } = server.address() as AddressInfo

  return {
    hookUrl: `http://127.0.0.1:${listens}${path}`,
    received,
    async waitFor(text, { timeoutMs = usualTimeoutMs, since = 0 } = {}) {
      wholeNumber('timeoutMs', timeoutMs, longestTimeoutMs)
      wholeNumber('since', since, Number.MAX_SAFE_INTEGER)
      const query = queryOf(text)
      const found = () => received[known.findIndex(one => one.id > since && matches(one, query, known))]
      const there = found()
      if (there !== undefined) return there
      return new Promise<ReceivedDelivery>((resolve, reject) => {
        const end = () => {
          clearTimeout(timer)
          waiting.delete(one)
        }
        const one: Waiting = {
          look() {
            const delivery = found()
            if (delivery === undefined) return
            end()
            resolve(delivery)
          },
          fail(error) {
            end()
            reject(error)
          },
        }
        const timer = setTimeout(() => one.fail(new Error(missedText(text, timeoutMs, received))), timeoutMs)
        waiting.add(one)
      })
    },
    async close() {
      for (const one of [...waiting])
        one.fail(new Error('The receiver was closed before a delivery that matches came.'))
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
