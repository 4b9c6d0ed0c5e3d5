/** Which proxy serves a URL. What reads the variables is loaded only where one is set. */
import { isLoopback } from '../../core/http/loopback.ts'
import { throughProxy } from '../../core/http/outcome.ts'
import type { HttpProxy } from './proxy.ts'

const names = ['http_proxy', 'https_proxy', 'all_proxy']

/** The variables that are set, as they are spelled. */
export const proxyVariables = (): string[] =>
  names.flatMap(name => [name.toUpperCase(), name]).filter(name => (process.env[name] ?? '') !== '')

/**
 * What is on this machine is never asked of a proxy.
 * @returns null at once where no variable is set; else a promise, which rejects with a ProxyFailure for one that cannot be used
 */
export function proxyFor(url: URL): Promise<HttpProxy | null> | null {
  if (isLoopback(url.hostname) || proxyVariables().length === 0) return null
  return import('./environment.ts').then(({ proxyOf }) => proxyOf(url))
}

/** A sentence about what a URL answered, with the proxy that it was asked through where there is one. */
export async function withProxy(sentence: string, url: URL): Promise<string> {
  const name = await proxyNameFor(url)
  return name === null || sentence.includes(name) ? sentence : `${sentence} It was asked ${throughProxy(name)}.`
}

/** The proxy's name alone; null also for one that cannot be used. */
export const proxyNameFor = async (url: URL): Promise<string | null> =>
  (await proxyFor(url)?.catch(() => null))?.name ?? null
