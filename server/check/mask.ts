/** Keeps out of a report what must not be in it: it is handed on, and an endpoint answers what it likes. */
import { maskCardData } from '../../core/events/card.ts'
import type { Authentication } from '../../core/hooks/hook.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import { type HeaderList, headerValues } from '../../core/http/headers.ts'
import { clip, printable } from '../../core/text/text.ts'

/** A secret that is shorter would be found in any text. */
const shortestSecret = 6

/** What must not be shown: the key, the password, and the credentials as they go over the wire. */
export function maskedSecrets(key: string | null, authentication: Authentication): readonly string[] {
  const all = [
    ...(key === null ? [] : [key]),
    ...(authentication.kind === 'basic'
      ? [
          authentication.password,
          Buffer.from(`${authentication.username}:${authentication.password}`).toString('base64'),
        ]
      : []),
  ]
  // The longest first: one may be a part of another.
  return all.filter(({ length }) => length >= shortestSecret).toSorted((one, other) => other.length - one.length)
}

/** Shown of a header's value, characters. */
const shownHeader = 2000

/**
 * The signatures that a request carries, with the right one for its body (null: nothing is signed): with the body beside
 * it, whoever reads the report could send the event anew.
 */
export const signaturesIn = (headers: HeaderList, right: string | null): readonly string[] => [
  ...headerValues(headers, signatureHeader).flatMap(value => value.match(/[\da-f]{64}/gi) ?? []),
  ...(right === null ? [] : [right]),
]

export interface Mask {
  text(text: string): string
  /** Each name and value on one line, and not too long a one. */
  headers(headers: HeaderList): HeaderList
}

/** Headers are the same in most exchanges of a check: so many are not masked anew. */
const mostRemembered = 1000

/** @returns what makes the mask of an exchange. Its signatures are hexadecimal: only their beginning is shown, in whatever case an answer has them */
export function openMasks(secrets: readonly string[]): (signatures: readonly string[]) => Mask {
  const unsigned = (text: string) =>
    maskCardData(secrets.reduce((masked, secret) => masked.replaceAll(secret, '••••'), text))
  const line = (text: string) => clip(printable(unsigned(text)), shownHeader)
  const lines = new Map<string, string>()
  const remembered = (text: string) => {
    const known = lines.get(text)
    if (known !== undefined) return known
    if (lines.size >= mostRemembered) lines.clear()
    const masked = line(text)
    lines.set(text, masked)
    return masked
  }
  return signatures => {
    const hidden = signatures.map(one => ({ one, lower: one.toLowerCase(), beginning: `${one.slice(0, 6)}••••` }))
    // Hardly a text has one: looked for first, none costs a pattern that is made for it alone.
    const withoutSignatures = (text: string) =>
      hidden.reduce(
        (all, { one, lower, beginning }) =>
          all.length < one.length || !all.toLowerCase().includes(lower)
            ? all
            : all.replaceAll(new RegExp(one, 'gi'), beginning),
        text,
      )
    const shown = (text: string) => remembered(withoutSignatures(text))
    return {
      text: text => unsigned(withoutSignatures(text)),
      headers: headers => headers.map(([name, value]) => [shown(name), shown(value)]),
    }
  }
}
