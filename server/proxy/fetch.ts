/** What `fetch` does, through the proxy that the environment names for the URL; Node 20 has no fetch that does. */
import type { FetchOptions } from './fetch-through.ts'
import { proxyFor } from './proxy-for.ts'

/** A GET that follows no redirect; rejects as `fetch` does, and with a ProxyFailure where it ends at the proxy. */
export async function fetchOut(url: URL, options: FetchOptions): Promise<Response> {
  const looked = proxyFor(url)
  const proxy = looked && (await looked)
  if (proxy === null) return fetch(url, { ...options, redirect: 'manual' })
  const { fetchThrough } = await import('./fetch-through.ts')
  return fetchThrough(proxy, url, options)
}
