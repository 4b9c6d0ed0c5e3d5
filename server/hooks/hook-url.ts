/** A Hook URL of the merchant's own: taken when the gateway would post to it. */
import { parseHookUrl } from '../../core/hooks/hook-url.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { usageError } from '../lib/errors.ts'
import { type CertificateOptions, inspectCertificate } from './certificate.ts'

/** The code of the error about a Hook URL that the gateway would not post to. */
export const hookUrlRefused = 'hook-url-refused'

/** @returns the URL as it is saved, and what is worth knowing about it @throws UserError when the gateway would refuse it */
export async function checkHookUrl(
  text: string,
  options: CertificateOptions = {},
): Promise<{ readonly url: string; readonly warnings: readonly string[] }> {
  const parsed = parseHookUrl(text)
  if (!parsed.ok) throw usageError(parsed.message, parsed.hint)
  const { url } = parsed
  if (url.protocol === 'http:') return { url: url.href, warnings: [] }
  const look = await inspectCertificate(url, options)
  switch (look.kind) {
    case 'accepted':
      return { url: url.href, warnings: [] }
    case 'refused':
      throw usageError(
        `Hook URL: the gateway would not post to ${url.host}: ${look.problem}.`,
        hintFor(url, look.hint),
        { code: hookUrlRefused },
      )
    case 'unreachable':
      return {
        url: url.href,
        warnings: [
          look.hidden
            ? `Whether the gateway would post to ${url.host} is not known: ${look.problem}.`
            : `${url.host} could not be reached (${look.problem}), so its certificate was not checked.`,
        ],
      }
  }
}

const hintFor = (url: URL, hint: string) =>
  isLoopback(url.hostname) ? `${hint} For this machine, plain http works as well.` : hint
