/** One delivery: read, verified, stored, and only then answered. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GivenAnswer, InPlace } from '../../core/deliveries/attempt.ts'
import type { NewDelivery, Verdict, VerdictKind } from '../../core/deliveries/delivery.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import type { MockAnswer } from '../../core/hooks/mock-response.ts'
import { type HeaderList, pairHeaders } from '../../core/http/headers.ts'
import type { Claim } from '../../core/simulate/stations.ts'
import { errorLine } from '../lib/errors.ts'
import { StoreUnavailable, whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { verify } from '../verify/signature.ts'
import { type Answer, emptyAnswer, errorAnswer, received, rejected, writeAppAnswer } from './answers.ts'
import { type BodyRead, readBody } from './body.ts'
import { isHeldBack, type MockResponder } from './mock-response.ts'

export interface IntakeOptions {
  /** Asked once the body is there: what was changed while it came counts. */
  hooks(): readonly Hook[]
  readonly store: Store
  /** Rejected deliveries are answered (and forwarded) like verified ones. */
  readonly observe: boolean
  /** The largest body, bytes. */
  readonly bodyBytes: number
  /** Asks the merchant's app what to answer; without it hookscope answers at once. */
  readonly answerFromApp?: (delivery: number, incoming: NewDelivery) => Promise<GivenAnswer>
  /** Told, before the answer is kept, why hookscope answered a delivery in the app’s place. */
  readonly onInPlace?: (delivery: number, why: InPlace) => void
  /** Takes the mark off what hookscope's own simulator sent, before it is verified and kept. */
  readonly claim?: (headers: HeaderList) => Claim | null
  /** What the hook's next accepted delivery is answered as a mock response; null: there is none. */
  readonly rehearse?: (hook: Hook) => Promise<MockAnswer | null>
  /** Where mock responses are held back and given. */
  readonly mockResponder: MockResponder
  /** How much of a body that is too large is read away before it is refused, bytes. */
  readonly drainBytes: number
  /** Milliseconds for the body, and for the app's answer. */
  readonly bodyMs: number
  readonly answerMs: number
  /** The address that a request came from. */
  clientOf(incoming: IncomingMessage): string
  /** Told once the answer to a request at a hook's path is out, or its connection is gone, and what was to be kept is. */
  readonly onAnswered?: (answer: AnsweredDelivery) => void
  /** One line about what was refused and never became a delivery. */
  log(line: string): void
  /** Milliseconds since 1970. */
  now(): number
}

/** Takes one request at a hook's path. @returns what to answer; null when that went out already */
export type Intake = (hook: Hook, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<Answer | null>

/** What became of a request at a hook's path, as whoever sent it saw it. */
export interface AnsweredDelivery {
  /** Its id; null: it was not kept, since the store or the memory took nothing more. */
  readonly delivery: number | null
  readonly hook: string
  /** null: nothing was verified. */
  readonly verdict: VerdictKind | null
  /** null: the connection was gone before it was answered. */
  readonly status: number | null
  /** From the end of the request's header to the end of its answer, milliseconds. */
  readonly ms: number
}

/** What is known of a request by the time that it is answered. */
interface Seen {
  delivery: number | null
  verdict: VerdictKind | null
}

/** The gateway's shortest interval between two tries is five minutes; others may ask again sooner. */
const retryAfter = { 'Retry-After': '60' }
/** Deliveries that are being stored or answered hold this much memory at most: their bodies, and a guess at the rest. */
const heldBytesCap = 64 * 1024 * 1024
const heldBytesEach = 16 * 1024

export function openIntake(options: IntakeOptions): Intake {
  const { store, observe, answerFromApp, onAnswered } = options
  const limits = { bytes: options.bodyBytes, drainBytes: options.drainBytes, ms: options.bodyMs }
  let heldBytes = 0

  /** @returns null when the store cannot take it now, which it tells of by itself */
  async function append(incoming: NewDelivery): Promise<number | null> {
    try {
      return await store.deliveries.append(incoming)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      return null
    }
  }

  async function handOnAppAnswer(
    answerOfApp: Promise<GivenAnswer>,
    id: number,
    outgoing: ServerResponse,
  ): Promise<Answer | null> {
    let inPlace: InPlace | undefined
    const instead = (status: number, code: string, message: string): Answer => {
      inPlace = { code, message: `${message}.` }
      return errorAnswer(status, code, message)
    }
    const handOn = async (): Promise<Answer | null> => {
      const answer = await within(answerOfApp, options.answerMs)
      if (answer === null) return instead(504, 'app-timed-out', 'The app did not answer in time')
      inPlace = answer.inPlace
      if (!outgoing.destroyed) writeAppAnswer(outgoing, answer)
      return null
    }
    const own = await handOn().catch((error: unknown) => {
      options.log(`The app’s answer to delivery ${id} could not be sent back: ${errorLine(error)}`)
      return instead(502, 'app-answer-invalid', 'The app’s answer could not be sent back')
    })
    // A gateway that has hung up meanwhile was answered nothing.
    if (outgoing.destroyed) return own
    if (inPlace !== undefined) options.onInPlace?.(id, inPlace)
    keepAnswered(id, own === null ? outgoing.statusCode : own.status)
    return own
  }

  async function mockAnswer(answer: MockAnswer, id: number, outgoing: ServerResponse): Promise<Answer | null> {
    try {
      const given = await options.mockResponder.play(answer, outgoing)
      if (isHeldBack(answer) && given !== null) keepAnswered(id, given)
      return null
    } catch (error) {
      options.log(`The mock response to delivery ${id} could not be sent: ${errorLine(error)}`)
      keepAnswered(id, 500)
      return errorAnswer(500, 'rehearsal-invalid', 'The mock response could not be sent')
    }
  }

  /** The delivery itself is stored and answered: a store that cannot note how is told of, and no more. Nobody waits for it. */
  function keepAnswered(id: number, status: number): void {
    whereStoreCan(() => store.edits.setAnswered(id, status)).catch((error: unknown) => {
      options.log(`What delivery ${id} was answered could not be noted: ${errorLine(error)}`)
    })
  }

  /** What is left of the mock response is kept before it is used: a store that takes nothing has no answer either. */
  async function rehearsedNow(hook: Hook): Promise<MockAnswer | null | 'unavailable'> {
    try {
      return (await options.rehearse?.(hook)) ?? null
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      return 'unavailable'
    }
  }

  async function take(
    hook: Hook,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { read, receivedAt, readMs, seen }: { read: BodyRead; receivedAt: number; readMs: number; seen: Seen },
  ): Promise<Answer | null> {
    const came = pairHeaders(incoming.rawHeaders)
    const claim = options.claim?.(came) ?? null
    const headers = claim?.headers ?? came
    const body = read.kind === 'whole' ? read.body : new Uint8Array()
    const verdict: Verdict =
      read.kind === 'whole' ? verify(hook, headers, body) : { kind: 'rejected', reasons: [read.kind] }
    seen.verdict = verdict.kind
    const own = ownAnswer(hook, read, verdict, observe)
    const isAccepted = own.status === 200
    const rehearsed = isAccepted ? await rehearsedNow(hook) : null
    if (rehearsed === 'unavailable') return unavailable()
    const fromApp = isAccepted ? answerFromApp : undefined
    const known = rehearsed === null ? fromApp === undefined : !isHeldBack(rehearsed)
    const delivery: NewDelivery = {
      hook: hook.id,
      receivedAt,
      readMs,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      httpVersion: incoming.httpVersion,
      headers,
      body,
      bytes: read.kind === 'whole' ? body.byteLength : read.bytes,
      remoteAddress: options.clientOf(incoming),
      verdict,
      status: known && read.kind !== 'body-incomplete' && !outgoing.destroyed ? (rehearsed ?? own).status : null,
      rehearsed: rehearsed !== null,
    }
    const id = await append(delivery)
    if (id === null) return unavailable()
    seen.delivery = id
    claim?.arrived({
      delivery: id,
      verdict: verdict.kind,
      reasons: verdict.kind === 'rejected' ? verdict.reasons : [],
      answeredBy: rehearsed !== null ? 'mock-response' : fromApp ? 'app' : 'hookscope',
    })
    if (rehearsed !== null) {
      // The app gets the delivery all the same; what it says shows as the attempt.
      fromApp?.(id, delivery).catch((error: unknown) => {
        options.log(`Delivery ${id} could not be sent on: ${errorLine(error)}`)
      })
      return mockAnswer(rehearsed, id, outgoing)
    }
    return fromApp ? handOnAppAnswer(fromApp(id, delivery), id, outgoing) : own
  }

  async function receive(hook: Hook, incoming: IncomingMessage, outgoing: ServerResponse, seen: Seen) {
    const receivedAt = options.now()
    const began = performance.now()
    const read = await readBody(incoming, limits)
    const current = options.hooks().find(({ id }) => id === hook.id) ?? hook
    if (heldBytes >= heldBytesCap)
      return errorAnswer(503, 'busy', 'Too many deliveries at once; send it again later', retryAfter)
    const held = heldBytesEach + (read.kind === 'whole' ? read.body.byteLength : 0)
    heldBytes += held
    try {
      return await take(current, incoming, outgoing, {
        read,
        receivedAt,
        readMs: Math.round(performance.now() - began),
        seen,
      })
    } finally {
      heldBytes -= held
    }
  }

  return (hook, incoming, outgoing) => {
    const began = performance.now()
    const seen: Seen = { delivery: null, verdict: null }
    const received = receive(hook, incoming, outgoing, seen)
    if (onAnswered !== undefined)
      outgoing.once('close', () => {
        const status = outgoing.writableFinished ? outgoing.statusCode : null
        const ms = performance.now() - began
        const tell = () => onAnswered({ ...seen, hook: hook.id, status, ms })
        // A sender may be gone before its delivery is kept.
        if (seen.delivery === null) received.then(tell, tell)
        else tell()
      })
    return received
  }
}

function unavailable(): Answer {
  return errorAnswer(503, 'store-unavailable', 'Deliveries cannot be stored right now; send it again later', retryAfter)
}

/** What hookscope itself answers. */
function ownAnswer(hook: Hook, read: BodyRead, verdict: Verdict, observe: boolean): Answer {
  switch (read.kind) {
    case 'whole':
      if (verdict.kind !== 'rejected' || observe) return received
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
