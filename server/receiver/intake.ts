/** One delivery: read, verified, stored, and only then answered. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Arrival, Verdict } from '../../core/delivery.ts'
import { pairHeaders } from '../../core/headers.ts'
import type { Hook } from '../../core/hook.ts'
import { verify } from '../signature.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { type AppAnswer, emptyAnswer, errorAnswer, received, rejected, writeAppAnswer } from './answers.ts'
import { type BodyRead, readBody } from './body.ts'

export interface IntakeOptions {
  readonly store: Store
  /** Rejected deliveries are answered (and forwarded) like verified ones. */
  readonly observe: boolean
  /** The largest body, bytes. */
  readonly bodyBytes: number
  /** Asks the merchant's app what to answer; without it hookscope answers at once. */
  readonly answerFromApp?: (delivery: number, arrival: Arrival) => Promise<AppAnswer>
  /** Milliseconds for the body, and for the app's answer. */
  readonly bodyMs: number
  readonly answerMs: number
  log(line: string): void
  /** Why nothing can be stored; null when it can again. */
  onTrouble(trouble: string | null): void
  /** Milliseconds since 1970. */
  now(): number
}

/** Takes one request at a hook's path. @returns what to answer */
export type Intake = (hook: Hook, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<Response>

/** The gateway's shortest interval between two tries is five minutes; others may ask again sooner. */
const retryAfterSeconds = '60'

export function openIntake(options: IntakeOptions): Intake {
  const { store, observe, answerFromApp } = options
  const limits = { bytes: options.bodyBytes, ms: options.bodyMs }
  let trouble: string | null = null

  function tellTrouble(now: string | null) {
    if (now === trouble) return
    trouble = now
    options.onTrouble(now)
  }

  /** @returns null when the store cannot take it now */
  async function append(arrival: Arrival): Promise<number | null> {
    try {
      const id = await store.append(arrival)
      tellTrouble(null)
      return id
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      tellTrouble(error.message)
      return null
    }
  }

  async function handOnAppAnswer(
    answerOfApp: Promise<AppAnswer>,
    id: number,
    outgoing: ServerResponse,
  ): Promise<Response> {
    let response = RESPONSE_ALREADY_SENT
    try {
      const answer = await within(answerOfApp, options.answerMs)
      if (answer === null) response = errorAnswer(504, 'app-timed-out', 'The app did not answer in time')
      else if (!outgoing.destroyed) writeAppAnswer(outgoing, answer)
    } catch (error) {
      options.log(`The app’s answer to delivery ${id} could not be handed on: ${String(error)}`)
      response = errorAnswer(502, 'app-answer-invalid', 'The app’s answer could not be handed on')
    }
    // A gateway that has hung up meanwhile was answered nothing.
    if (!outgoing.destroyed)
      store.setAnswered(id, response === RESPONSE_ALREADY_SENT ? outgoing.statusCode : response.status)
    return response
  }

  return async (hook, incoming, outgoing) => {
    const receivedAt = options.now()
    const began = performance.now()
    const read = await readBody(incoming, limits)
    const headers = pairHeaders(incoming.rawHeaders)
    const body = read.kind === 'whole' ? read.body : new Uint8Array()
    const verdict: Verdict =
      read.kind === 'whole' ? verify(hook, headers, body) : { kind: 'rejected', reasons: [read.kind] }
    const own = ownAnswer(hook, read, verdict, observe)
    const fromApp = own.status === 200 ? answerFromApp : undefined
    const arrival: Arrival = {
      hook: hook.id,
      receivedAt,
      readMs: Math.round(performance.now() - began),
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      httpVersion: incoming.httpVersion,
      headers,
      body,
      bytes: read.kind === 'whole' ? body.byteLength : read.bytes,
      remoteAddress: incoming.socket.remoteAddress ?? '',
      verdict,
      status: fromApp || read.kind === 'body-incomplete' ? null : own.status,
    }
    const id = await append(arrival)
    if (id === null)
      return errorAnswer(503, 'store-unavailable', 'Deliveries cannot be stored right now; send it again later', {
        'Retry-After': retryAfterSeconds,
      })
    return fromApp ? handOnAppAnswer(fromApp(id, arrival), id, outgoing) : own
  }
}

/** What hookscope itself answers. */
function ownAnswer(hook: Hook, read: BodyRead, verdict: Verdict, observe: boolean): Response {
  switch (read.kind) {
    case 'whole':
      if (verdict.kind !== 'rejected' || observe) return received()
      return rejected(401, verdict.reasons, challenge(hook))
    case 'body-too-large':
      return rejected(413, ['body-too-large'])
    case 'body-too-slow':
      return rejected(408, ['body-too-slow'], { Connection: 'close' })
    case 'body-incomplete':
      return emptyAnswer(400)
  }
}

/** RFC 9110, 11.6.1: a 401 names how to authenticate. */
function challenge(hook: Hook): Record<string, string> {
  return hook.authentication.kind === 'basic' ? { 'WWW-Authenticate': 'Basic realm="hook", charset="UTF-8"' } : {}
}

/** @returns null when `ms` milliseconds have passed first; a later failure is then nobody's concern */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
