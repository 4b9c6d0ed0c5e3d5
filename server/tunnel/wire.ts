/** What the tunnel's own small HTTP calls share: a bounded body, and failures told as sentences. */
import { clip, printable } from '../../core/text/text.ts'
import { ProxyFailure } from '../proxy/proxy.ts'

/** The first `cap` bytes of a body as text (UTF-8); null when there is more, and the rest is not read. */
export async function readCapped(response: Response, cap: number): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // Leaving the loop early cancels the body.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > cap) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Anything a stranger wrote, short and harmless enough to stand in a sentence. */
export function quoted(text: string): string {
  return clip(printable(text.trim()), 200)
}

/** What Node tells of a failed connection; happy eyeballs wraps one of these per address. */
interface Cause {
  readonly code?: unknown
  readonly address?: unknown
  readonly port?: unknown
  readonly message?: unknown
  readonly errors?: readonly unknown[]
}

function innermost(error: unknown): Cause {
  if (!(error instanceof Error)) return {}
  const cause = error.cause instanceof Error ? error.cause : error
  const first = cause instanceof AggregateError ? cause.errors[0] : undefined
  return (first instanceof Error ? first : cause) as Cause
}

const timeouts = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
const noName = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA'])
const noWay = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])

/**
 * Why a fetch failed, for people.
 * @param subject who was asked, as the sentence's start: `The tunnel server`
 * @param url what was asked
 * @param withinMs the time-out that applied, in milliseconds
 */
export function whyUnreachable(error: unknown, subject: string, url: URL, withinMs: number): string {
  if (error instanceof ProxyFailure) return `${error.message} ${error.hint}`
  const cause = innermost(error)
  const code = typeof cause.code === 'string' ? cause.code : ''
  if ((error instanceof Error && error.name === 'TimeoutError') || timeouts.has(code)) {
    return `${subject} did not answer within ${withinMs / 1000} s.`
  }
  if (noName.has(code)) return `The name ${url.hostname} cannot be found (${code}): is this machine online?`
  if (noWay.has(code)) return `${url.hostname} is unreachable (${code}): is this machine online?`
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|SSL|TLS|EPROTO/.test(code)) {
    return `No secure connection to ${url.hostname} (${code}).`
  }
  const where = typeof cause.address === 'string' ? ` ${cause.address}:${String(cause.port)}` : ''
  if (code !== '') return `${subject} does not answer (${code}${where}).`
  return `${subject} cannot be reached (${quoted(String(cause.message ?? error))}).`
}
