/** Sends one request, exactly as given, and says how it ended. */
import http from 'node:http'
import https from 'node:https'
import { performance } from 'node:perf_hooks'
import type { AttemptError, AttemptTiming, SendResult, SentRequest } from '../../core/deliveries/attempt.ts'
import { headerValue, pairHeaders } from '../../core/http/headers.ts'
import { isJustTunneled, type TunnelOption, tunneling } from '../proxy/agents.ts'
import { concealerOf } from '../proxy/conceal.ts'
import { type HttpProxy, ownAnswer, proxyProblem, proxyTimeout, toProxy } from '../proxy/proxy.ts'
import { proxyFor } from '../proxy/proxy-for.ts'
import { type AddressGuard, addressClassOf, nearLookup, notNear, openAddressGuard } from './address-guard.ts'
import {
  cancelled,
  connectTimeout,
  cutShort,
  type Failure,
  failure,
  isNotHttp,
  isReset,
  malformed,
  type Progress,
  placeUnknown,
  readTimeout,
  switchedProtocols,
  told,
  unsendable,
} from './failure.ts'
import { listenTo, type RawAnswer } from './raw-answer.ts'
import { bytesAfterEnd, noFaults } from './sloppiness.ts'
import { type Upload, upload } from './upload.ts'

export interface SendOptions {
  /** Until the connection (for https its handshake too) stands, milliseconds. Default: 5,000, as the gateway. */
  readonly connectMs?: number
  /** From the request sent to the end of the answer, milliseconds; sending alone may take as long. Default: 45,000. */
  readonly readMs?: number
  /** Bytes of the answer's body that are kept. Default: 256 KiB. */
  readonly bodyCap?: number
  /** Bytes of the answer's body after which it counts as answered and the connection is ended. Default: 64 MiB. */
  readonly bodyLimit?: number
  /** Ends the send at once; it then counts as `reset` with code `CANCELLED`. */
  readonly signal?: AbortSignal | undefined
  /** How the body goes out; default: at once and whole. Such a request gets a connection of its own. */
  readonly upload?: Upload | undefined
  /** Where connections come from. Default: those of this process, shared by all sends. */
  readonly agents?: SendAgents
  /**
   * Whether a request goes out again when a kept connection breaks before any answer. The target had mostly closed it while it
   * was idle, but one that crashes may have read the request, and would then get it twice. Default: true.
   */
  readonly retryStale?: boolean
  /** Called when a request goes out again for that reason. */
  readonly onStale?: () => void
  /** Resolves names and refuses rebound ones. Default: one for the whole process. */
  readonly guard?: AddressGuard
  /** Any certificate is taken; nothing is sent then to an address on the internet. Default: false. */
  readonly insecure?: boolean
}

/** How a send ended, with what the sender itself needs to know. */
export interface Sent extends SendResult {
  /** It may have been read, and not a byte of an answer came. Absent where that is not known. */
  readonly isUnanswered?: boolean
  /** Why it did not go out again over a new connection, after a kept one had broken. */
  readonly second?: AttemptError
}

/** Connections by protocol: `pooled` ones are kept and used again, `fresh` ones serve one request. */
export interface SendAgents {
  readonly pooled: { readonly 'http:': http.Agent; readonly 'https:': https.Agent }
  readonly fresh: { readonly 'http:': http.Agent; readonly 'https:': https.Agent }
}

/** The rebinding check of this process: what a target's name may resolve to. */
export const targetGuard = openAddressGuard()

/** Bytes of an answer's body that are kept unless told otherwise. */
export const keptAnswerBytes = 256 * 1024

// The default of 250 ms an address gives up on far hosts when one of two address families leads nowhere.
const family = { autoSelectFamilyAttemptTimeout: 2000 }
// Idle connections go after 4 s: many servers close theirs after 5, and a request must not meet that.
const pool = { keepAlive: true, maxFreeSockets: 20, timeout: 4000, ...family }
const agents: SendAgents = {
  pooled: { 'http:': tunneling(new http.Agent(pool)), 'https:': tunneling(new https.Agent(pool)) },
  fresh: { 'http:': tunneling(new http.Agent(family)), 'https:': tunneling(new https.Agent(family)) },
}

const defaults = {
  connectMs: 5000,
  readMs: 45_000,
  bodyCap: keptAnswerBytes,
  bodyLimit: 64 * 1024 * 1024,
  agents,
  retryStale: true,
  guard: targetGuard as AddressGuard,
  insecure: false,
}
type Settings = typeof defaults & Pick<SendOptions, 'signal' | 'upload' | 'onStale'>

/** How soon after the start a reused connection that breaks counts as one the target had closed while it was idle. */
const staleMs = 3000

/**
 * Sends a request: method, header lines and body go out as they are (Node adds a Connection line when there is none).
 * Redirects are answers like any other; bodies are not decompressed.
 * @returns how it ended; whatever the target does is a value, never an exception
 */
export async function send(request: SentRequest, options: SendOptions = {}): Promise<Sent> {
  const settings = { ...defaults, ...options }
  const started = performance.now()
  const looked = proxyFor(new URL(request.url))
  let proxy: HttpProxy | null
  try {
    proxy = looked && (await looked)
  } catch (error) {
    const progress = { url: new URL(request.url), connected: false, answering: null }
    return { ...failure(error, progress), answer: null, timing: { connectMs: null, firstByteMs: null, totalMs: 0 } }
  }
  const first = await exchange(request, settings, started, settings.upload === undefined, proxy)
  if (!first.isStale) return first.result
  settings.onStale?.()
  const { result } = await exchange(request, settings, started, false, proxy)
  // An app that has just ended may have read the request over the connection that broke: that none stands now says less.
  return result.outcome === 'refused' && result.error ? { ...first.result, second: result.error } : result
}

/** How one try ended. */
interface Exchanged {
  readonly result: Sent
  /** It went out over a used connection, which turned out to be closed: mostly, the request did not reach the target. */
  readonly isStale: boolean
}

/** A URL's path and query, character by character: a URL parser writes some of them anew. */
const pathOf = (text: string, url: URL): string =>
  text.startsWith(`${url.origin}/`) ? text.slice(url.origin.length) : url.pathname + url.search

/** Whether anything follows the header: a body, or a line that says how it is framed. */
const isFramed = ({ headers, body }: SentRequest) =>
  body.length > 0 || headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name))

/**
 * Keeps Node from announcing a body where there is none: a header that is given whole would already say it. Of a name that comes
 * in two spellings, both lines get the first.
 */
function unframe(sending: http.ClientRequest, headers: SentRequest['headers']): void {
  sending.useChunkedEncodingByDefault = false
  for (const [name, value] of headers) sending.appendHeader(name, value)
}

/**
 * Whether a proxy is sent the request itself, as proxies have plain http: many let a connection lead to https ports alone. One
 * whose Host is another than the URL's goes over a connection all the same: a proxy would correct it.
 */
const isRelayed = ({ headers }: SentRequest, url: URL) =>
  url.protocol === 'http:' && (headerValue(headers, 'Host') ?? url.host) === url.host

/** Over plain http a proxy answers itself, or hands on to the app what it is signed in with; over https neither is read. */
function concealed(result: Sent, { authorization }: HttpProxy, { protocol }: URL): Sent {
  if (authorization === null || protocol === 'https:') return result
  const { answer, error, sloppy } = result
  const conceal = concealerOf(authorization)
  return {
    ...result,
    answer: answer && conceal.answer(answer),
    error: error && { ...error, message: conceal.text(error.message, true) },
    ...(sloppy && { sloppy: sloppy.map(one => conceal.text(one, true)) }),
  }
}

/** Why nothing is sent there without checking the certificate; null where that may be, as far as it is known before. */
export function neverInsecure(url: URL, proxy: HttpProxy | null): Failure | null {
  if (url.protocol !== 'https:') return null
  const place = addressClassOf(url)
  if (place === 'the internet') return failure(notNear(url.hostname), { url, connected: false, answering: null })
  // Where its name leads, the proxy alone finds out.
  return place === null && proxy !== null ? placeUnknown(url, proxy.name) : null
}

/**
 * One try.
 * @param reuse whether an idle connection may be used
 */
function exchange(
  request: SentRequest,
  settings: Settings,
  started: number,
  reuse: boolean,
  proxy: HttpProxy | null,
): Promise<Exchanged> {
  const url = new URL(request.url)
  const secure = url.protocol === 'https:'
  const relay = proxy !== null && isRelayed(request, url) ? proxy : null
  /** Of the connection that the request goes over. */
  const isTls = (relay?.url ?? url).protocol === 'https:'
  const since = () => Math.round((performance.now() - started) * 10) / 10
  const { signal } = settings

  return new Promise(resolve => {
    const timing: { -readonly [Field in keyof AttemptTiming]: AttemptTiming[Field] } = {
      connectMs: null,
      firstByteMs: null,
      totalMs: 0,
    }
    let answering: { status: number; headers: readonly string[]; bodyBytes: number } | null = null
    const kept: Uint8Array[] = []
    let outgoing: http.ClientRequest | undefined
    let incoming: http.IncomingMessage | undefined
    let raw: RawAnswer | undefined
    let overflowed = false
    let timer: NodeJS.Timeout | undefined
    let ended = false
    let stopUpload = () => {}
    const tunnel = new AbortController()
    let isBeyondProxy = false
    /** null as well where it did not come to anything being sent. */
    const usedProxy = () => (outgoing === undefined ? null : proxy)

    const faults = () => raw?.faults() ?? noFaults
    const progress = (): Progress => {
      const used = usedProxy()
      const connected = timing.connectMs !== null
      return { url, connected, answering, faults: faults(), ...(used !== null && { proxy: used.name }) }
    }

    function end(result: Sent, connection: 'keep' | 'drop', isStale = false) {
      if (ended) return
      ended = true
      clearTimeout(timer)
      stopUpload()
      raw?.stop()
      signal?.removeEventListener('abort', cancel)
      if (connection === 'drop') {
        tunnel.abort()
        outgoing?.destroy()
        // At the end of an answer the request has let go of its connection already, and would keep it for another.
        outgoing?.socket?.destroy()
      }
      const used = usedProxy()
      resolve({ result: used === null ? result : { ...concealed(result, used, url), proxy: used.name }, isStale })
    }
    function fail(why: Failure, isStale = false, isUnanswered = false) {
      const used = usedProxy()
      const { outcome, error } = used === null ? why : told(why, used.name)
      timing.totalMs = since()
      end({ outcome, answer: null, timing, error, ...(isUnanswered && { isUnanswered }) }, 'drop', isStale)
    }
    function succeed(connection: 'keep' | 'drop') {
      if (!answering || ended) return
      const { sloppy, broken } = faults()
      if (broken[0] !== undefined) return fail(malformed(broken[0]))
      timing.totalMs = since()
      const { status, headers, bodyBytes } = answering
      const answer = { status, headers: pairHeaders(headers), body: new Uint8Array(Buffer.concat(kept)), bodyBytes }
      const remarks = sloppy.length === 0 && overflowed ? [bytesAfterEnd] : sloppy
      // Where one ends is not sure enough to read another behind it.
      const isSloppy = remarks.length > 0
      end(
        { outcome: 'answered', answer, timing, error: null, ...(isSloppy && { sloppy: remarks }) },
        isSloppy ? 'drop' : connection,
      )
    }
    const cancel = () => fail(cancelled())
    function limit(ms: number, late: () => Failure) {
      clearTimeout(timer)
      if (!ended) timer = setTimeout(() => fail(late()), ms)
    }
    const limitRead = () => limit(settings.readMs, () => readTimeout(progress(), settings.readMs))
    function connected() {
      timing.connectMs = since()
      limitRead()
    }
    function receive(response: http.IncomingMessage) {
      timing.firstByteMs = since()
      incoming = response
      const refused = relay && ownAnswer(relay, url.host, response)
      if (refused) return fail(failure(refused, progress()))
      const answer = { status: response.statusCode ?? 0, headers: response.rawHeaders, bodyBytes: 0 }
      answering = answer
      response.on('data', (chunk: Buffer) => {
        const room = settings.bodyCap - answer.bodyBytes
        if (room > 0) kept.push(chunk.subarray(0, room))
        answer.bodyBytes += chunk.length
        if (answer.bodyBytes > settings.bodyLimit) succeed('drop')
      })
      // An answer before the whole request was read leaves a connection that cannot serve another.
      response.on('end', () => succeed(outgoing?.writableFinished ? 'keep' : 'drop'))
      response.on('error', error => fail(failure(error, progress())))
    }

    if (signal?.aborted) return cancel()
    const untrusted = settings.insecure ? neverInsecure(url, proxy) : null
    if (untrusted !== null) return fail(untrusted)
    const framed = isFramed(request)
    const path = pathOf(request.url, url)
    const signIn: SentRequest['headers'] =
      relay === null || relay.authorization === null ? [] : [['Proxy-Authorization', relay.authorization]]
    const lines = [...request.headers, ...signIn]
    const openTunnel = async (through: HttpProxy) => {
      const socket = await through.connect(url, { signal: tunnel.signal })
      isBeyondProxy = true
      return socket
    }
    signal?.addEventListener('abort', cancel)
    try {
      const options: https.RequestOptions & TunnelOption = {
        method: request.method,
        path: relay === null ? path : `${url.origin}${path}`,
        ...(framed && { headers: lines.flat() }),
        setHost: false,
        agent: settings.agents[reuse ? 'pooled' : 'fresh'][isTls ? 'https:' : 'http:'],
        lookup: settings.insecure && secure ? nearLookup(settings.guard.lookup) : settings.guard.lookup,
        // Kept apart by the agent: no connection whose certificate was not checked serves a send that has it checked.
        ...(settings.insecure && secure && { rejectUnauthorized: false }),
        maxHeaderSize: 64 * 1024,
        // Answers are read as leniently as curl, PHP and browsers do: it is the user's own app that answers, what it gets
        // wrong is told, and no such connection serves a second request. What others send to hookscope is read strictly.
        insecureHTTPParser: true,
        ...(relay !== null && { lookup: undefined, ...toProxy(relay) }),
        ...(relay === null && proxy !== null && { openTunnel: () => openTunnel(proxy) }),
      }
      outgoing = (isTls ? https : http).request(relay?.url ?? url, options)
    } catch (error) {
      return fail(unsendable(error))
    }
    const sending = outgoing
    if (!framed) unframe(sending, lines)
    limit(settings.connectMs, () =>
      proxy === null || isBeyondProxy
        ? connectTimeout(url, settings.connectMs)
        : failure(proxyTimeout(proxy, settings.connectMs), progress()),
    )
    let readBefore = 0
    let reused = false
    sending.on('socket', socket => {
      raw = listenTo(socket, request.method)
      readBefore = socket.bytesRead
      // A request that waited for a connection is handed a used one without a word.
      const isTunneled = isJustTunneled(socket)
      reused = sending.reusedSocket || (readBefore > 0 && !isTunneled)
      if (reused || (isTunneled && !isTls)) connected()
      else socket.once(isTls ? 'secureConnect' : 'connect', connected)
    })
    sending.on('finish', () => timing.connectMs !== null && limitRead())
    sending.on('response', receive)
    sending.on('upgrade', (_response, socket) => {
      // Node no longer listens to this one: a reset would end the process.
      socket.on('error', () => {})
      socket.destroy()
      fail(switchedProtocols())
    })
    sending.on('error', error => {
      // The answer was whole: what came after it ends the connection only, and the answer's own end is still to be told.
      if (incoming?.complete) {
        overflowed = true
        return
      }
      const untouched = answering === null && sending.socket?.bytesRead === readBefore
      const isStale = settings.retryStale && reused && untouched && isReset(error) && since() < staleMs
      const said = faults()
      const isGarbage = isNotHttp(error) && answering === null && said.broken.length + said.sloppy.length === 0
      const isOfProxy = relay !== null && (timing.connectMs === null || isGarbage)
      fail(
        failure(isOfProxy ? proxyProblem(error, relay, timing.connectMs !== null) : error, progress()),
        isStale,
        // Before the handshake is done, nothing was sent that could have been read.
        untouched && timing.connectMs !== null,
      )
    })
    if (settings.upload) stopUpload = upload(sending, request.body, settings.upload, () => fail(cutShort()))
    else sending.end(request.body)
  })
}
