/** The endpoint under examination, as probes see it: marked events to send to it, and every way to send them differently. */
import { setMaxListeners } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { createSecureContext, rootCertificates } from 'node:tls'
import pLimit from 'p-limit'
import type { SentRequest } from '../../core/attempt.ts'
import type { Exchange } from '../../core/finding.ts'
import { headerValue } from '../../core/headers.ts'
import type { Authentication } from '../../core/hook.ts'
import { clip, printable, printableLines } from '../../core/text.ts'
import { gatewayRequest } from '../sender/as-gateway.ts'
import { signatureHeader } from '../sender/edited.ts'
import { openGate } from '../sender/pace.ts'
import { type SendAgents, send } from '../sender/send.ts'
import type { Upload } from '../sender/upload.ts'
import { sign } from '../signature.ts'
import { bodyText, whatItSaid } from '../store/what-it-said.ts'
import { strangersKey } from './chance.ts'
import type { EffectMeter } from './effect.ts'
import { type CheckEvents, openEvents } from './events.ts'
import type { CheckLimits } from './limits.ts'
import { type Lookout, openLookout } from './lookout.ts'
import { type Mask, openMask, secretsOf, signaturesIn } from './mask.ts'
import { openPatience } from './patience.ts'
import { openWatch, type Watch } from './watch.ts'

export type { CheckEvent } from './events.ts'

/** What is not as the gateway would do it. */
export interface Deviation {
  /** For people: “signed with another key”. */
  readonly what: string
  /** X-Signature values in place of the right one; an empty list leaves the header out. */
  readonly signatures?: readonly string[]
  /** Authorization in place of the right one; null leaves it out. */
  readonly authorization?: string | null
  readonly method?: string
  /** Content-Type in place of the right one; null leaves it out. */
  readonly contentType?: string | null
  /** In place of Content-Length: Transfer-Encoding, or neither, where there is no body. */
  readonly framing?: 'chunked' | 'none'
  /** In place of the endpoint itself. */
  readonly url?: URL
  /** What is answered 429 does not go out again later: the pace itself is asked about. */
  readonly atAnyPace?: boolean
  readonly upload?: Upload
  /** In place of the limit for answers, milliseconds. */
  readonly readMs?: number
  /** In place of the check's own connections. */
  readonly agents?: SendAgents
}

/** Connections of one sender that opens no second one while the first lasts. */
export interface SingleConnection {
  readonly agents: SendAgents
  /** How many connections were made so far. */
  readonly made: number
  close(): void
}

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
  readonly watch: Watch
  /** Whose certificates are trusted, PEM; null for the public authorities. */
  readonly trust: readonly string[] | null
  /** Genuine events that were answered 5xx, sent as the gateway sends them. */
  readonly erred: readonly { readonly body: Uint8Array; readonly exchange: Exchange }[]
  /** What was asked again, and answered, as the endpoint had closed a kept connection without a word. */
  readonly closings: readonly Exchange[]
  /** What befell it so far. */
  readonly lookout: Pick<Lookout, 'silence' | 'limited'>
  /** Answers by its rate limit that probes were given for want of better ones. */
  readonly turnedAway: number
  /** Requests sent so far. */
  readonly sent: number
  close(): void
}

export interface EndpointOptions {
  readonly url: URL
  readonly key: string | null
  readonly authentication: Authentication
  readonly limits: CheckLimits
  readonly signal: AbortSignal
  readonly mark: string
  readonly seed: number
  /** At most so many requests a second; null: no limit. */
  readonly rate: number | null
  /** Certificate authorities to trust beside the usual ones, PEM; null for none. */
  readonly trust: string | null
  /** Whether a certificate that does not hold is passed over: what else there is to find is found all the same. */
  readonly anyCertificate: boolean
  readonly effect: EffectMeter | null
}

/** After this an idle connection is not used again, milliseconds: before the server closes it (gunicorn does after 2 s). */
const idleMs = 1000

/** What is special about a plain event: nothing. */
export const asTheGateway = 'as the gateway sends it'

/** Shown of a body, characters. */
const shownBody = 2000

function agentsOf({ maxSockets, ...options }: https.AgentOptions): SendAgents {
  return {
    pooled: {
      'http:': new http.Agent({ ...options, maxSockets, keepAlive: true }),
      'https:': new https.Agent({ ...options, maxSockets, keepAlive: true }),
    },
    // With a bound of their own, these would hand a used connection to a request that waits.
    fresh: { 'http:': new http.Agent(options), 'https:': new https.Agent(options) },
  }
}

function destroy({ pooled, fresh }: SendAgents): void {
  for (const agents of [pooled, fresh]) {
    agents['http:'].destroy()
    agents['https:'].destroy()
  }
}

/** The beginning of a body. @param mask for what it may hold and must not show */
function textOf(bytes: Uint8Array, mask: (text: string) => string = text => text): string {
  return clip(printableLines(mask(new TextDecoder().decode(bytes.subarray(0, shownBody * 4)))), shownBody)
}

/** What a report shows of the request: the credentials stay out of it. */
function shownRequest(request: SentRequest, mask: Mask): Exchange['request'] {
  return {
    method: request.method,
    url: request.url,
    headers: mask.headers(
      request.headers.map(([name, value]) =>
        name.toLowerCase() === 'authorization' ? [name, `${value.split(' ', 1)[0] ?? ''} ••••`] : [name, value],
      ),
    ),
    body: textOf(request.body),
    bytes: request.body.length,
  }
}

export function openEndpoint(options: EndpointOptions): Endpoint {
  const { url, key, authentication, limits, signal, mark, rate } = options
  const trust = options.trust === null ? null : [...rootCertificates, options.trust]
  const tls = {
    // Read once, and not at every connection: that takes longer than the handshake.
    ...(trust !== null && { secureContext: createSecureContext({ ca: [...trust] }) }),
    rejectUnauthorized: !options.anyCertificate,
  }
  const agents = agentsOf({ ...tls, maxSockets: limits.connections, timeout: idleMs })
  const limit = pLimit(limits.connections)
  // One listener a send, and no leak: each goes with its send.
  setMaxListeners(0, signal)
  const secrets = secretsOf(key, authentication)
  const watch = openWatch(mark, secrets)
  const opened: SendAgents[] = [agents]
  const events = openEvents(mark, options.seed)
  const erred: { body: Uint8Array; exchange: Exchange }[] = []
  const closings: Exchange[] = []
  const pages = new WeakMap<Exchange, string>()
  const lookout = openLookout()
  const patience = openPatience(limits, signal)
  let turnedAway = 0
  const turn = rate === null ? null : openGate(rate, signal)
  let sent = 0

  function requestFor(body: Uint8Array, deviation: Deviation | undefined): SentRequest {
    const request = gatewayRequest((deviation?.url ?? url).href, body, { authentication, key }, 'check')
    if (deviation === undefined) return request
    const { signatures, authorization, method, contentType, framing } = deviation
    const kept = request.headers.filter(([name]) => {
      const lower = name.toLowerCase()
      if (lower === signatureHeader.toLowerCase()) return signatures === undefined
      if (lower === 'authorization') return authorization === undefined
      if (lower === 'content-length') return framing === undefined
      return lower !== 'content-type' || contentType === undefined
    })
    return {
      ...request,
      method: method ?? request.method,
      headers: [
        ...kept,
        ...(contentType === undefined || contentType === null ? [] : [['Content-Type', contentType] as const]),
        ...(framing === 'chunked' ? [['Transfer-Encoding', 'chunked'] as const] : []),
        ...(signatures ?? []).map(value => [signatureHeader, value] as const),
        ...(authorization === undefined || authorization === null ? [] : [['Authorization', authorization] as const]),
      ],
    }
  }

  async function exchange(body: Uint8Array, deviation: Deviation | undefined): Promise<Exchange> {
    await turn?.()
    signal.throwIfAborted()
    const request = requestFor(body, deviation)
    sent += 1
    const { agents: own = agents } = deviation ?? {}
    let again = false
    const { outcome, answer, timing, error, sloppy } = await send(request, {
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
    const right = key === null ? null : sign(key, body)
    const carried = signaturesIn(request.headers, null).some(one => one.toLowerCase() === right)
    const mask = openMask(secrets, signaturesIn(request.headers, right))
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
    }
    watch.look(made, answer === null ? '' : new TextDecoder().decode(answer.body), carried ? null : right)
    if (answer !== null && !isTaken(made)) pages.set(made, bodyText(answer) ?? '')
    const isGenuine = events.isGenuine(body) && isPlain(deviation)
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
    singleConnection() {
      const own = agentsOf({ ...tls, maxSockets: 1 })
      opened.push(own)
      let made = 0
      for (const agent of [own.pooled['http:'], own.pooled['https:']]) {
        const connect = agent.createConnection.bind(agent)
        agent.createConnection = (...args: Parameters<typeof connect>) => {
          made += 1
          return connect(...args)
        }
      }
      return {
        agents: own,
        get made() {
          return made
        },
        close: () => destroy(own),
      }
    },
    async apart(work) {
      const connection = endpoint.singleConnection()
      try {
        return await work(connection.agents)
      } finally {
        connection.close()
      }
    },
    pageOf: exchange => pages.get(exchange) ?? '',
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
    close() {
      for (const one of opened) destroy(one)
    },
  }
  return endpoint
}

const notChanging = ['what', 'agents', 'atAnyPace']

/** Whether a request is one that the gateway could have sent: on other connections, perhaps, but with nothing changed. */
const isPlain = (deviation: Deviation | undefined): boolean =>
  Object.entries(deviation ?? {}).every(([name, value]) => value === undefined || notChanging.includes(name))

/** Whether the gateway would count it as delivered. */
export const isTaken = ({ answer }: Exchange): boolean => answer !== null && answer.status >= 200 && answer.status < 300

/** Quoted of what an endpoint says, characters. */
const quoted = 120

/**
 * How an exchange ended, as the end of a sentence: “answered 401 to a plain sale”, “did not answer in time”.
 * @param what names what was sent; left out where the sentence has said it
 */
export function howItEnded({ outcome, answer, problem }: Exchange, what?: string): string {
  const to = what === undefined ? '' : ` to ${what}`
  switch (outcome) {
    case 'answered': {
      const location = answer === null ? undefined : headerValue(answer.headers, 'Location')
      const where = location === undefined ? '' : ` (Location: ${clip(printable(location), 100)})`
      const said = answer?.line === undefined ? '' : ` (“${clip(answer.line, quoted)}”)`
      return `answered ${answer?.status ?? '?'}${where}${to}${said}`
    }
    case 'timed-out':
      return `did not answer${to} in time`
    case 'refused':
      return `could not be reached${what === undefined ? '' : ` with ${what}`} (${problem?.replace(/\.$/, '') ?? 'refused'})`
    case 'reset':
      return `ended the connection without an answer${to}`
    case 'invalid-answer':
      return `answered something that is not HTTP${to}`
  }
}
