/** The merchant's endpoint as a person types it: a whole URL, or the short forms that people use. */
import { clip, printable } from '../text/text.ts'
import { isLoopback } from './loopback.ts'

/** A target as it is sent to, or what is wrong with it and what to type instead. */
export type ParsedTarget =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly message: string; readonly hint: string }

const example = 'Enter the full URL of your endpoint, such as http://localhost:3000/webhooks.'
const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i
/** `3000`, `:3000`, `3000/webhooks`: a port of this machine. */
const portAlone = /^:?(\d{1,5}(?:[/?#].*)?)$/s
/** A host with a port or a dot, or localhost; then a path, a query, or nothing. What has an `@` may hold a password. */
const hostFirst = /^(localhost|[\w-]+(?=:\d)|[\w-]+(?:\.[\w-]+)+\.?|\[[\da-f:.]+\])(?::\d{1,5})?(?:[/?#].*)?$/is

/**
 * Reads a target: an http or https URL; without a scheme, http for this machine, private addresses and names without a dot, https
 * for all other hosts. A port alone is one of this machine.
 * @returns the URL without its fragment, which never goes over the wire
 */
export function readTarget(text: string): ParsedTarget {
  const typed = text.trim()
  // What may hold a password is not shown.
  const named = typed.includes('@') ? 'The target' : `The target “${clip(printable(typed), 200)}”`
  const refuse = (message: string, hint = example): ParsedTarget => ({ ok: false, message, hint })
  const whole = hasScheme.test(typed) ? typed : completed(typed)
  if (whole === null) return refuse(`${named} is not a URL.`)
  if (!URL.canParse(whole)) return refuse(`${named} is not a valid URL.`)
  const url = new URL(whole)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refuse(`${named} is neither http nor https.`)
  if (url.username !== '' || url.password !== '')
    return refuse(
      'The target contains a user name or a password.',
      'Remove them: a delivery has its own Authorization header, and for triggered events there is --basic-auth.',
    )
  if (url.port === '0') return refuse(`${named} has port 0.`)
  url.hash = ''
  return { ok: true, url }
}

/** A short form as a whole URL; null when it is none. */
function completed(typed: string): string | null {
  const port = portAlone.exec(typed)?.[1]
  if (port !== undefined) return `http://localhost:${port}`
  const host = hostFirst.exec(typed)?.[1]
  if (host === undefined || /^[^/?#]*@/.test(typed)) return null
  return `${isNear(host) ? 'http' : 'https'}://${typed}`
}

/** Whether no public certificate can be for this host. */
const isNear = (host: string): boolean =>
  isLoopback(host.toLowerCase()) ||
  !/[.:]/.test(host) ||
  /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$/.test(host) ||
  /^\[f[cd][\da-f]{2}:/i.test(host)
