/** What an app said with a status that is no 2xx: one line of its body, or where a redirect leads. */
import type { Answer } from '../../core/deliveries/attempt.ts'
import { maskCardData } from '../../core/events/card.ts'
import { headerValue, shownValue } from '../../core/http/headers.ts'
import { isSuccess } from '../../core/http/outcome.ts'
import { answerLine } from '../../core/text/answer-line.ts'
import { clip, printable } from '../../core/text/text.ts'
import { decodeBody } from './decode.ts'

export interface Said {
  /** See `answerLine`; null for a 2xx, and when the body says nothing or cannot be read. */
  readonly line: string | null
  /** Location of a 3xx answer, printable, card data masked, and clipped; null without one. */
  readonly location: string | null
}

/** What a compressed error page may grow to, bytes: it is unpacked while other deliveries wait. */
const unpackedBytes = 1024 * 1024
/** Bytes of a body in which its line is looked for. */
const readBytes = 256 * 1024
const longestLocation = 500
/** Bodies that hold no words. */
const wordless = /^\s*(?:image|audio|video|font)\/|^\s*application\/(?:octet-stream|pdf|zip|gzip)\b/i

export const nothingSaid: Said = { line: null, location: null }

/** @param answer its body may be cut off at the end */
export function whatItSaid({ status, headers, body }: Pick<Answer, 'status' | 'headers' | 'body'>): Said {
  if (isSuccess(status)) return nothingSaid
  const location = status >= 300 && status < 400 ? headerValue(headers, 'location') : undefined
  return {
    line: bodyLine(headers, body),
    location: location === undefined ? null : clip(maskCardData(printable(shownValue(location))), longestLocation),
  }
}

function bodyLine(headers: Answer['headers'], body: Uint8Array): string | null {
  const text = bodyText({ headers, body })
  return text === null ? null : answerLine(text)
}

/** The beginning of a body as text, unpacked and decoded; null when it holds no words, or cannot be read. */
export function bodyText({ headers, body }: Pick<Answer, 'headers' | 'body'>): string | null {
  const type = headerValue(headers, 'content-type') ?? ''
  if (body.length === 0 || wordless.test(type)) return null
  const decoded = decodeBody(headers, body, unpackedBytes)
  if (decoded.kind === 'unreadable' || decoded.kind === 'too-large') return null
  const bytes = decoded.kind === 'plain' ? body : decoded.body
  return textOf(bytes.subarray(0, readBytes), /charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1])
}

/** @param charset as Content-Type names it; one that nobody knows is read as UTF-8 */
function textOf(bytes: Uint8Array, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
