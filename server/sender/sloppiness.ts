/**
 * What in an answer is not as HTTP/1.1 (RFC 9112) wants it. curl, PHP and browsers read most such answers without a word, and
 * so does the sender; a stricter client or proxy may refuse them.
 */
import { headerValue, headerValues } from '../../core/http/headers.ts'
import { clip, printable } from '../../core/text/text.ts'

/** Bytes of an answer that are looked at, its header included. */
export const lookedAtBytes = 64 * 1024

/** Faults of an answer, a sentence each, in the order they were met. */
export interface Faults {
  /** It can be read in one way only, all the same. */
  readonly sloppy: readonly string[]
  /** It cannot be read, or clients disagree about what it says. */
  readonly broken: readonly string[]
}

export const bytesAfterEnd = 'There are more bytes after the end of the response.'

export const noFaults: Faults = { sloppy: [], broken: [] }
const sloppy = (...sentences: string[]): Faults => ({ sloppy: sentences, broken: [] })
const broken = (...sentences: string[]): Faults => ({ sloppy: [], broken: sentences })
const together = (...all: readonly Faults[]): Faults => ({
  sloppy: [...new Set(all.flatMap(one => one.sloppy))],
  broken: [...new Set(all.flatMap(one => one.broken))],
})
const when = (isSo: boolean, faults: Faults): Faults => (isSo ? faults : noFaults)

/**
 * @param bytes the answer as it came, or its beginning
 * @param method of the request: HEAD is answered without a body
 * @returns nothing for a well-formed answer, and for what is no HTTP/1 at all
 */
export function faultsOf(bytes: Uint8Array, method: string): Faults {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const answer = text.replace(/^(?:\r?\n)+/, '')
  if (!/^HTTP\/1\.\d /.test(answer)) return noFaults
  return together(when(answer !== text, sloppy('The answer begins with an empty line.')), answerFaults(answer, method))
}

function answerFaults(text: string, method: string): Faults {
  const [head] = /^[\s\S]*?\r?\n\r?\n/.exec(text) ?? []
  // A header that does not end tells as much as there is of it.
  if (head === undefined) return headFaults(text).faults
  const { faults, lines } = headFaults(head)
  const rest = text.slice(head.length)
  const status = head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)
  // Interim answers, as 103 Early Hints, come before the one that counts.
  if (/^1(?!01)/.test(status)) return together(faults, answerFaults(rest, method))
  return together(faults, bodyFaults(lines, rest, method === 'HEAD' ? 'an answer to HEAD' : status))
}

type Line = readonly [name: string, value: string]

function headFaults(head: string): { readonly faults: Faults; readonly lines: readonly Line[] } {
  const rows = head.split(/\r?\n/).slice(1)
  const lines = rows.filter(row => row !== '' && !isFolded(row)).map(lineOf)
  const trimmed = lines.map(([name, value]): Line => [name.trim(), value.trim()])
  const faults = together(
    when(/^HTTP\/1\.[^01]/.test(head), broken(`The answer says it is ${head.slice(0, 8)}, which does not exist.`)),
    when(/(?:^|[^\r])\n/.test(head), sloppy('Lines of the answer’s header end with LF alone instead of CR LF.')),
    when(rows.some(isFolded), sloppy('A header of the answer continues on a second line.')),
    ...lines.map(lineFaults),
    lengthFaults(trimmed),
  )
  return { faults, lines: trimmed }
}

const isFolded = (row: string) => /^[ \t]/.test(row)

function lineOf(row: string): Line {
  const colon = row.indexOf(':')
  return colon < 0 ? [row, ''] : [row.slice(0, colon), row.slice(colon + 1)]
}

function lineFaults([name, value]: Line): Faults {
  const bare = name.trimEnd()
  const shown = clip(printable(bare), 60)
  return together(
    when(
      !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(bare),
      broken(`The answer has a header that HTTP does not allow: “${shown}”.`),
    ),
    when(bare !== name, sloppy(`The answer has a space before the colon of ${shown}.`)),
    when(/\0|\r/.test(value), broken(`The header ${shown} of the answer has a NUL or a lone CR in it.`)),
    when(/(?![\t\x80-\x9f])\p{Cc}/u.test(value), sloppy(`The header ${shown} of the answer has a control character.`)),
  )
}

function lengthFaults(lines: readonly Line[]): Faults {
  const lengths = headerValues(lines, 'Content-Length')
  return together(
    when(lengths.length > 1, broken('The answer has more than one Content-Length.')),
    when(!lengths.every(isNumber), broken('The Content-Length of the answer is not a number.')),
    when(
      lengths.length > 0 && headerValue(lines, 'Transfer-Encoding') !== undefined,
      sloppy(
        'The answer has both Content-Length and Transfer-Encoding, so that proxies may disagree about where it ends.',
      ),
    ),
  )
}

const isNumber = (value: string) => /^\d+$/.test(value)
/** An empty line after an answer is passed over by everybody. */
const hasMore = (text: string) => /[^\r\n]/.test(text)

/** @param about the status, or what else decides that there is no body */
function bodyFaults(lines: readonly Line[], rest: string, about: string): Faults {
  const length = headerValue(lines, 'Content-Length') ?? ''
  const chunked = /\bchunked$/i.test(headerValue(lines, 'Transfer-Encoding') ?? '')
  if (/^(?:204|304|an answer to HEAD)$/.test(about)) {
    // The other two may say what the body would have been.
    const announced = about === '204' && (chunked || Number(length) > 0)
    return when(announced || hasMore(rest), sloppy(`The answer had a body after ${about}, which HTTP does not allow.`))
  }
  if (chunked) return chunkFaults(rest)
  return when(isNumber(length) && hasMore(rest.slice(Number(length))), sloppy(bytesAfterEnd))
}

function chunkFaults(body: string): Faults {
  const unreadable = broken('The chunks of the answer’s body are not HTTP.')
  let faults = noFaults
  let rest = body
  for (;;) {
    const line = /^[^\n]*\n/.exec(rest)?.[0]
    // The rest did not come, or is not looked at.
    if (line === undefined) return /^(?![0-9a-f])./i.test(rest) ? together(faults, unreadable) : faults
    const bytes = Number.parseInt(line, 16)
    if (!/^[0-9a-f]+[ \t]*(?:;[^\n]*)?\r?\n$/i.test(line)) return together(faults, unreadable)
    if (!/^[0-9a-f]+(?:[ \t]*;[^\n]*)?\r\n$/i.test(line))
      faults = together(faults, sloppy('The sizes of the response’s chunks are not valid HTTP.'))
    rest = rest.slice(line.length)
    if (bytes === 0) break
    if (rest.length < bytes + 2) return faults
    const end = /^\r?\n/.exec(rest.slice(bytes, bytes + 2))?.[0]
    if (end === undefined) return together(faults, unreadable)
    rest = rest.slice(bytes + end.length)
  }
  // Trailers, and the empty line that ends them.
  const end = /^(?:[^\r\n]+\r?\n)*\r?\n/.exec(rest)?.[0]
  return together(faults, when(end !== undefined && hasMore(rest.slice(end.length)), sloppy(bytesAfterEnd)))
}
