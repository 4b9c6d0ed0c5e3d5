/** The endpoint under examination, as probes see it: marked events to send to it, and every way to send them differently. */
import { setMaxListeners } from 'node:events'
import { rootCertificates } from 'node:tls'
import pLimit from 'p-limit'
import { asTheGateway, isTaken } from '../../core/check/exchange.ts'
import type { Exchange } from '../../core/check/finding.ts'
import type { SentRequest } from '../../core/deliveries/attempt.ts'
import type { Authentication } from '../../core/hooks/hook.ts'
import { maskHeaders } from '../../core/http/credential-headers.ts'
import { clip, printableLines } from '../../core/text/text.ts'
import { bodyText, whatItSaid } from '../bodies/what-it-said.ts'
import { gatewayRequest } from '../sender/as-gateway.ts'
import { openGate } from '../sender/pace.ts'
import { type SendAgents, send } from '../sender/send.ts'
import { sign } from '../verify/signature.ts'
import { endedAtProxy } from './at-proxy.ts'
import { strangersKey } from './chance.ts'
import { openConnections, type SingleConnection } from './connections.ts'
import { type Deviation, deviating, isUnchanged } from './deviation.ts'
import type { EffectMeter } from './effect.ts'
import { type CheckEvents, openEvents } from './events.ts'
import type { CheckLimits } from './limits.ts'
import { type Lookout, openLookout } from './lookout.ts'
import { type Mask, maskedSecrets, openMasks, signaturesIn } from './mask.ts'
import { openRatePatience } from './patience.ts'
import { type AnswerWatch, openAnswerWatch } from './watch.ts'

export type { CheckEvent } from './events.ts'

export interface Endpoint extends CheckEvents {
  readonly url: URL
  /** The key that signs, as plain text; null: events are not signed. */
  readonly key: string | null
  /** A key that is not the endpoint's. */
  readonly strangersKey: string
  readonly authentication: Authentication
  readonly limits: CheckLimits
  readonly signal: AbortSignal
  /** Stands in every body: `merchant.merch_key`, and `orderid` or `invoice` where the event has one. */
  readonly mark: string
  /** null: nobody told how to measure what an event does to the shop. */
  readonly effect: EffectMeter | null
  /** Sends a body as the gateway would, but for the deviation; waits for its turn when a rate was asked for. */
  send(body: Uint8Array, deviation?: Deviation): Promise<Exchange>
  /** Sends another plain event, as the gateway would. */
  sendPlain(): Promise<Exchange>
  singleConnection(): SingleConnection
  /** Runs work with a connection of its own, on which nothing was sent before. */
  apart<Result>(work: (agents: SendAgents) => Promise<Result>): Promise<Result>
  /** The whole text of an answer that is no 2xx; the exchange itself has its beginning. */
  pageOf(exchange: Exchange): string
  /** Has looked at every answer so far. */
  readonly watch: AnswerWatch
  /** Whose certificates are trusted, PEM; null for the public authorities. */
  readonly trust: readonly string[] | null
  /** Genuine events that were answered 5xx, sent as the gateway sends them. */
  readonly erred: readonly { readonly body: Uint8Array; readonly exchange: Exchange }[]
  /** What was asked again, and answered, as the endpoint had closed a kept connection without a word. */
  readonly closings: readonly Exchange[]
  /** What ended at the proxy before it. */
  readonly atProxy: readonly Exchange[]
  /** What to do about an exchange that has no answer; null where that is not known. */
  hintOf(exchange: Exchange): string | null
  /** What befell it so far. */
  readonly lookout: Pick<Lookout, 'silence' | 'limited'>
  /** Answers by its rate limit that probes were given for want of better ones. */
  readonly turnedAway: number
  /** Requests sent so far. */
  readonly sent: number
  close(): void
}

export interface EndpointOptions
  extends Pick<Endpoint, 'url' | 'key' | 'authentication' | 'limits' | 'signal' | 'mark' | 'effect'> {
  readonly seed: number
  /** At most so many requests a second; null: no limit. */
  readonly rate: number | null
  /** Certificate authorities to trust beside the usual ones, PEM; null for none. */
  readonly trust: string | null
  /** Whether a certificate that does not hold is passed over: what else there is to find is found all the same. */
  readonly anyCertificate: boolean
  /** Called when its rate limit holds up what follows, with how long, milliseconds. */
  onWait(ms: number): void
}

/** Shown of a body, characters. */
const shownBody = 2000

/** The beginning of a body. @param mask for what it may hold and must not show */
function textOf(bytes: Uint8Array, mask: (text: string) => string = text => text): string {
  return clip(printableLines(mask(new TextDecoder().decode(bytes.subarray(0, shownBody * 4)))), shownBody)
}

/** What a report shows of the request: the credentials stay out of it. */
function shownRequest(request: SentRequest, mask: Mask): Exchange['request'] {
  return {
    method: request.method,
    url: request.url,
    headers: mask.headers(maskHeaders(request.headers)),
    body: textOf(request.body),
    bytes: request.body.length,
  }
}

export function openEndpoint(options: EndpointOptions): Endpoint {
  const { url, key, authentication, limits, signal, mark, rate } = options
  const trust = options.trust === null ? null : [...rootCertificates, options.trust]
  const connections = openConnections({ trust, anyCertificate: options.anyCertificate, most: limits.connections })
  const limit = pLimit(limits.connections)
  // One listener a send, and no leak: each goes with its send.
  setMaxListeners(0, signal)
  const secrets = maskedSecrets(key, authentication)
  const masked = openMasks(secrets)
  const watch = openAnswerWatch(mark, secrets)
  const events = openEvents(mark, options.seed)
  const erred: { body: Uint8Array; exchange: Exchange }[] = []
  const closings: Exchange[] = []
  const pages = new WeakMap<Exchange, string>()
  const atProxy: Exchange[] = []
  const hints = new WeakMap<Exchange, string>()
  const lookout = openLookout()
  const patience = openRatePatience(limits, signal, options.onWait)
  let turnedAway = 0
  const turn = rate === null ? null : openGate(rate, signal)
  let sent = 0

  async function exchange(body: Uint8Array, deviation: Deviation | undefined): Promise<Exchange> {
    await turn?.()
    signal.throwIfAborted()
    const target = (deviation?.url ?? url).href
    const request = deviating(gatewayRequest(target, body, { authentication, key }, 'check'), deviation)
    sent += 1
    const { agents: own = connections.pool } = deviation ?? {}
    let again = false
    const result = await send(request, {
      connectMs: limits.connectMs,
      readMs: deviation?.readMs ?? limits.readMs,
      signal,
      // Who closed one without a word gets a connection for each request from then on.
      agents: closings.length === 0 ? own : { ...own, pooled: own.fresh },
      onStale() {
        again = true
        sent += 1
      },
      ...(deviation?.upload && { upload: deviation.upload }),
    })
    const { outcome, answer, timing, sloppy, proxy } = result
    const isOfProxy = endedAtProxy(result)
    const error = isOfProxy ? (result.second ?? result.error) : result.error
    const right = key === null ? null : sign(key, body)
    const carried = signaturesIn(request.headers, null).some(one => one.toLowerCase() === right)
    const mask = masked(signaturesIn(request.headers, right))
    const line = answer && whatItSaid(answer).line
    const made: Exchange = {
      what: deviation?.what ?? asTheGateway,
      request: shownRequest(request, mask),
      // What ended the endpoint had reached it: what came then is only that nothing listens any more.
      outcome: again && outcome === 'refused' ? 'reset' : outcome,
      answer: answer && {
        status: answer.status,
        headers: mask.headers(answer.headers),
        body: textOf(answer.body, mask.text),
        bytes: answer.bodyBytes,
        ...(line !== null && { line: mask.text(line) }),
        ...(sloppy !== undefined && { sloppy: sloppy.map(mask.text) }),
      },
      problem: error && mask.text(error.message),
      connectMs: timing.connectMs,
      ms: timing.totalMs,
      ...(proxy !== undefined && { proxy }),
    }
    if (error !== null) hints.set(made, error.hint)
    if (isOfProxy) {
      atProxy.push(made)
      return made
    }
    watch.look(made, answer === null ? '' : new TextDecoder().decode(answer.body), carried ? null : right)
    if (answer !== null && !isTaken(made)) pages.set(made, bodyText(answer) ?? '')
    const isGenuine = events.isGenuine(body) && isUnchanged(deviation)
    if (answer !== null && answer.status >= 500 && isGenuine) erred.push({ body, exchange: made })
    if (again && answer !== null) closings.push(made)
    lookout.see(made, { genuine: isGenuine, cut: deviation?.upload !== undefined })
    return made
  }

  /** Sends it again as often as a rate limit turns it away, while there is patience. */
  async function patiently(body: Uint8Array, deviation: Deviation | undefined): Promise<Exchange> {
    for (;;) {
      await patience.ready()
      const made = await exchange(body, deviation)
      if (made.answer?.status !== 429) return made
      const isOver = !patience.learn(made)
      if (deviation?.atAnyPace) return made
      if (isOver) {
        turnedAway += 1
        return made
      }
    }
  }

  const endpoint: Endpoint = {
    ...events,
    get plainType() {
      return events.plainType
    },
    url,
    key,
    strangersKey: strangersKey(options.seed),
    authentication,
    limits,
    signal,
    mark,
    effect: options.effect,
    send: (body, deviation) => limit(() => patiently(body, deviation)),
    sendPlain: () => endpoint.send(endpoint.plain().body),
    singleConnection: connections.single,
    async apart(work) {
      const connection = endpoint.singleConnection()
      try {
        return await work(connection.agents)
      } finally {
        connection.close()
      }
    },
    pageOf: exchange => pages.get(exchange) ?? '',
    atProxy,
    hintOf: exchange => hints.get(exchange) ?? null,
    watch,
    trust,
    erred,
    closings,
    lookout,
    get turnedAway() {
      return turnedAway
    },
    get sent() {
      return sent
    },
    close: connections.close,
  }
  return endpoint
}
