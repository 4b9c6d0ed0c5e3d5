/** A GET through a proxy, its answer as `fetch` gives it. */
import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type TunnelOption, tunneling } from './agents.ts'
import { type Concealer, concealerOf } from './conceal.ts'
import { type HttpProxy, ownAnswer, proxyProblem, standsAt, toProxy } from './proxy.ts'

export interface FetchOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly cache?: RequestCache
}

/** Follows no redirect; rejects with a ProxyFailure where it ends at the proxy. */
export function fetchThrough(proxy: HttpProxy, url: URL, { headers, signal }: FetchOptions): Promise<Response> {
  const isRelayed = url.protocol === 'http:'
  return new Promise((resolve, reject) => {
    let isConnected = false
    const asking = isRelayed ? relayed() : tunneled()
    asking.on('socket', socket => socket.once(standsAt(proxy), () => (isConnected = true)))
    asking.on('error', error => reject(isRelayed && !isConnected ? proxyProblem(error, proxy, false) : error))
    asking.on('response', answer => {
      const refused = isRelayed ? ownAnswer(proxy, url.host, answer) : null
      try {
        if (refused !== null) throw refused
        resolve(responseOf(answer, isRelayed ? proxy.authorization : null))
      } catch (error) {
        asking.destroy()
        reject(error)
      }
    })
    asking.end()
  })

  function relayed(): http.ClientRequest {
    const signIn = proxy.authorization !== null && { 'proxy-authorization': proxy.authorization }
    return (proxy.url.protocol === 'https:' ? https : http).request({
      ...toProxy(proxy),
      path: url.href,
      headers: { host: url.host, ...headers, ...signIn },
      agent: false,
      signal,
    })
  }

  function tunneled(): http.ClientRequest {
    const options: https.RequestOptions & TunnelOption = {
      headers,
      agent: tunneling(new https.Agent()),
      openTunnel: () => proxy.connect(url, { signal }),
      signal,
    }
    return https.request(url, options)
  }
}

/** Longer than what is looked for. */
const kept = 1024

/** As it comes; its end is held back until it is known that it does not begin what must not be seen. */
async function* concealing(body: AsyncIterable<Buffer>, conceal: Concealer): AsyncGenerator<Buffer> {
  let held = ''
  for await (const chunk of body) {
    held = conceal.text(held + chunk.toString('latin1'), false)
    yield Buffer.from(held.slice(0, -kept), 'latin1')
    held = held.slice(-kept)
  }
  yield Buffer.from(held, 'latin1')
}

/**
 * @param authorization what the proxy may repeat; null: nothing
 * @throws RangeError, TypeError for a status or header lines that no Response has
 */
function responseOf(answer: http.IncomingMessage, authorization: string | null): Response {
  const { statusCode: status = 0, headersDistinct } = answer
  const conceal = authorization === null ? null : concealerOf(authorization)
  const lines = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, conceal?.text(value, false) ?? value]),
  )
  const isEmpty = status === 204 || status === 205 || status === 304
  if (isEmpty) answer.resume()
  const body = isEmpty
    ? null
    : (Readable.toWeb(
        conceal === null ? answer : Readable.from(concealing(answer, conceal)),
      ) as ReadableStream<Uint8Array>)
  return new Response(body as BodyInit | null, { status, headers: lines })
}
