/** Stands in for `url`, whose old `parse` localtunnel uses: newer Node versions warn about it on the user's terminal. */
export * from 'node:url'

/** Takes an absolute URL apart. */
export function parse(text: string): URL {
  return new URL(text)
}
