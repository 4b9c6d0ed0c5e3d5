/** What cannot be found out about an endpoint behind a proxy: what is seen is the proxy's, and nothing is concluded from it. */
import type { Conclusion } from '../../core/check/finding.ts'
import { proxyNameFor } from '../proxy/proxy-for.ts'
import type { Endpoint } from './endpoint.ts'
import { conclude } from './probe.ts'

type Place = Pick<Endpoint, 'url'>

async function left(url: URL, sentence: (proxy: string) => string): Promise<Conclusion | null> {
  const proxy = await proxyNameFor(url)
  return proxy === null ? null : conclude('unknown', sentence(proxy))
}

/** Of a name without an address here. @returns null when no proxy serves it */
export const nameLeftToProxy = ({ url }: Place) =>
  left(url, proxy => `The proxy ${proxy} looks its name up; it has no address here.`)

/** Of TLS, where the certificate does not say that it is the endpoint's. @returns null when no proxy serves it */
export const tlsLeftToProxy = ({ url }: Place) => left(url, proxy => `The proxy ${proxy} may speak TLS in its place.`)

/** Of connections and of how answers are written, as a proxy relays plain http. @returns null when none does */
export const wireLeftToProxy = async ({ url }: Place) =>
  url.protocol === 'https:' ? null : left(url, proxy => `The proxy ${proxy} connects to it and hands its answers on.`)
