/** What the receiver says. It is read by strangers: no payload, no path, no version. */
import type { ServerResponse } from 'node:http'
import type { AppAnswer } from '../../core/deliveries/attempt.ts'
import { type Rejection, rejections } from '../../core/deliveries/delivery.ts'
import { endToEnd, type HeaderList } from '../../core/http/headers.ts'

/** What hookscope itself says: the same bytes whether Hono writes it (`asResponse`) or nobody between (`writeAnswer`). */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** null: none. */
  readonly body: string | null
}

/** A status and nothing else: the same bytes for everything that is not a hook, in lower case as Hono answers HEAD. */
export function emptyAnswer(status: number): Answer {
  return { status, headers: { 'content-length': '0' }, body: null }
}

export function textAnswer(text: string): Answer {
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text }
}

const asJson = { 'Content-Type': 'application/json' }

export const received: Answer = { status: 200, headers: asJson, body: '{"received":true}' }

/** @param reasons stable codes; the first one is the error's code */
export function rejected(
  status: number,
  reasons: readonly [Rejection, ...Rejection[]],
  headers: Record<string, string> = {},
): Answer {
  const message = reasons.map(reason => rejections[reason].title).join('; ')
  return errorAnswer(status, reasons[0], message, headers)
}

export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return { status, headers: { ...asJson, ...headers }, body: JSON.stringify({ error: { code, message } }) }
}

export function asResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers: { ...headers } })
}

/** Where nothing went out and somebody is still there. */
export function writeAnswer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (outgoing.headersSent || outgoing.destroyed) return
  const length = body === null ? {} : { 'Content-Length': Buffer.byteLength(body) }
  outgoing.writeHead(status, { ...headers, ...length }).end(body ?? undefined)
}

/**
 * Hands the app's answer on: status, header lines in their order, case and number, and body. Written past Hono because
 * its Headers joins duplicates and its Response has no room for every status.
 * What HTTP forbids in a value and a lenient reader lets through becomes a space, as RFC 9110 (5.5) has it.
 * @throws TypeError or RangeError when the answer cannot be written as HTTP; nothing is sent then
 */
export function writeAppAnswer(outgoing: ServerResponse, answer: AppAnswer): void {
  const headers = endToEnd(answer.headers).filter(([name]) => name.toLowerCase() !== 'content-length')
  const bodiless = answer.status === 204 || answer.status === 304
  const length: HeaderList = bodiless ? [] : [['Content-Length', String(answer.body.byteLength)]]
  const written = headers.map(([name, value]) => [name, value.replace(/(?![\t\r\n\0\x80-\x9f])\p{Cc}/gu, ' ')])
  outgoing.writeHead(answer.status, [...written, ...length].flat())
  outgoing.end(answer.body)
}
