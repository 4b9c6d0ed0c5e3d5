/** What cloudflared says on its standard error, read line by line; pure. */
import type { ProgramLine } from './program.ts'
import type { Opening } from './provider.ts'
import { quoted } from './wire.ts'

/** Reads one line, without its line end. */
export function readCloudflaredLine(line: string): ProgramLine {
  const failed =
    /(?:^|\s)(?:ERR|FTL)\s+(.+)$/.exec(line) ?? /^((?:failed|error|incorrect usage|flag provided)\b.+)$/i.exec(line)
  if (failed?.[1] !== undefined) return { kind: 'error', message: quoted(failed[1]) }
  // The service's own address turns up in messages; it is nobody's tunnel.
  const url = /https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com(?![\w.-])/.exec(line)
  if (url !== null) return { kind: 'url', url: url[0] }
  if (/Registered tunnel connection|Connection [0-9a-f-]+ registered/.test(line)) return { kind: 'ready' }
  return null
}

/** Making quick tunnels is limited by address; asking sooner only keeps the limit up. */
const limitedMs = 120_000

/**
 * Why it ended before its tunnel was open, where more can be said than it did; null where not.
 * As 2023.5 to 2026.5 print it: https://github.com/cloudflare/cloudflared/issues/972, component/quick_tunnel and cmd/cloudflared/tunnel.
 */
export function explainCloudflared(said: string | null): Exclude<Opening, { readonly kind: 'open' }> | null {
  if (said === null) return null
  // Older ones only say that the answer, which begins “error code: 1015”, is no JSON.
  if (/\b(?:1015|429)\b|invalid character 'e' looking for beginning of value/.test(said))
    return {
      kind: 'failed',
      reason: 'Cloudflare limits how many quick tunnels this network may open (429, error 1015).',
      waitMs: limitedMs,
    }
  if (/origin cert|credentials|cert\.pem/i.test(said))
    return {
      kind: 'hopeless',
      reason: `cloudflared has no credentials for this tunnel (“${quoted(said)}”).`,
      hint: 'Run cloudflared tunnel login and cloudflared tunnel create NAME, or give the token of the dashboard with --tunnel-token-file.',
    }
  if (/token is not valid|Unauthorized/i.test(said))
    return {
      kind: 'hopeless',
      reason: `Cloudflare refuses the tunnel (“${quoted(said)}”).`,
      hint: "Copy the tunnel's token from the dashboard again; the tunnel may also have been deleted there.",
    }
  return null
}
