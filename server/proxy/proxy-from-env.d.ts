/** The package brings no types. */
declare module 'proxy-from-env' {
  /** @returns the proxy's URL as the variables of this process give it for that URL; empty: none serves it */
  export function getProxyForUrl(url: URL): string
}
