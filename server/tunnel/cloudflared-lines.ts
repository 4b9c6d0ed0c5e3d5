/** What cloudflared says on its standard error, read line by line; pure. */
import { quoted } from './wire.ts'

/** What one line tells; null when nothing that matters. */
export type CloudflaredLine =
  | { readonly kind: 'url'; readonly url: string }
  /** A connection to the edge is there: the URL can answer. */
  | { readonly kind: 'registered' }
  | { readonly kind: 'error'; readonly message: string }
  | null

/** Reads one line, without its line end. */
export function readCloudflaredLine(line: string): CloudflaredLine {
  const failed =
    /(?:^|\s)(?:ERR|FTL)\s+(.+)$/.exec(line) ?? /^((?:failed|error|incorrect usage|flag provided)\b.+)$/i.exec(line)
  if (failed?.[1] !== undefined) return { kind: 'error', message: quoted(failed[1]) }
  // The service's own address turns up in messages; it is nobody's tunnel.
  const url = /https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com(?![\w.-])/.exec(line)
  if (url !== null) return { kind: 'url', url: url[0] }
  if (/Registered tunnel connection|Connection [0-9a-f-]+ registered/.test(line)) return { kind: 'registered' }
  return null
}
