/** URLs that the token of this machine may be sent to. */
import { isLoopback } from '../../core/http/loopback.ts'
import { usageError } from '../lib/errors.ts'

/** Nobody on the way there can read it. */
export const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))

/** @returns scheme, host and port @throws UserError for what a token should not be sent to */
export function readServer(text: string): URL {
  const typed = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(typed) ? new URL(typed) : null
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw usageError('--from takes the URL of a hookscope serve.', 'Write it as https://hooks.example.com')
  if (!isSafe(url))
    throw usageError(
      `${url.origin} is not https: the token of this machine could be read on the way.`,
      `Write https://${url.host}`,
    )
  return new URL(url.origin)
}
