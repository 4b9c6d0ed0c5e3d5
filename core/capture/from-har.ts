/** An entry of a HAR as a delivery to import: the exact bytes where hookscope wrote it, else what the browser or proxy kept. */
import { type HeaderList, headerValue, typedValue } from '../http/headers.ts'
import { bytesOfBase64, isBase64, toBase64 } from '../text/base64.ts'
import type { ImportedDelivery } from './capture.ts'
import { harOwnField } from './har.ts'
import {
  bodyIn,
  checkSize,
  hookIdOf,
  type JsonFields,
  jsonFields,
  LeftOut,
  methodIn,
  readCount,
  readHeaderPairs,
  readStatus,
  readVerdictField,
  shortText,
  targetIn,
  textIn,
  timeIn,
} from './imported.ts'

/** A list of { name, value } as header lines; what HTTP/2 writes as headers (`:path`) is none. */
function linesOf(pairs: unknown): HeaderList {
  if (!Array.isArray(pairs)) throw new LeftOut('it has no list of headers')
  const lines = pairs.map(jsonFields).map(({ name, value }): [unknown, unknown] => {
    const bytes = typeof value === 'string' && /[^\0-\x7f]/.test(value) ? typedValue(value) : value
    return [name, bytes]
  })
  return readHeaderPairs(lines.filter(([name]) => typeof name !== 'string' || !name.startsWith(':')))
}

/** The request target as it stands in the URL, without being written anew. */
function targetOf(url: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*([^#]*)/i.exec(url) ?? []
  if (rest === undefined) throw new LeftOut('its url is no http address')
  return targetIn({ url: rest.startsWith('/') ? rest : `/${rest}` }, 'url')
}

/** A byte that was no UTF-8, as Python's `surrogateescape` keeps it in text: mitmproxy writes it so. */
const keptByte = /^[\udc80-\udcff]$/

/** Text as UTF-8; where bytes that were none are kept in it, these bytes again. */
function encoded(text: string): Uint8Array {
  const encoder = new TextEncoder()
  const parts = text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/)
  if (parts.length === 1) return encoder.encode(text)
  return Uint8Array.from(
    parts.flatMap(part => (keptByte.test(part) ? [part.charCodeAt(0) & 0xff] : [...encoder.encode(part)])),
  )
}

/**
 * A browser keeps text: what has as many characters as the body had bytes is read one character a byte.
 * @throws LeftOut where the text cannot be what was sent
 */
function bytesOfText(text: string, bodySize: unknown, headers: HeaderList): Uint8Array {
  const bytes = encoded(text)
  if (bytes.length === bodySize) return bytes
  if (text.length === bodySize && /^[\0-\xff]*$/.test(text))
    return Uint8Array.from(text, character => character.charCodeAt(0))
  const coding = headerValue(headers, 'content-encoding') ?? 'identity'
  if (!/^\s*(?:identity\s*)?$/i.test(coding))
    throw new LeftOut('its body is compressed, and the HAR has it decompressed')
  if (text.includes('\ufffd')) throw new LeftOut('its body is not all text, and the HAR has other bytes for it')
  return bytes
}

/** base64 of the body that an entry of somebody else's HAR has. */
function bodyOf(request: JsonFields, headers: HeaderList): string {
  const { postData, bodySize } = request
  const length = headerValue(headers, 'content-length')
  if (postData === undefined || postData === null) {
    const isEmpty = bodySize === 0 || length === '0' || (length === undefined && bodySize === undefined)
    if (isEmpty && headerValue(headers, 'transfer-encoding') === undefined) return ''
    throw new LeftOut('the HAR has no body for it: save it again “with content”')
  }
  const { text, encoding, params } = jsonFields(postData)
  if (typeof text !== 'string') {
    if (Array.isArray(params)) throw new LeftOut('the HAR has the fields of its form, not its bytes')
    throw new LeftOut('the HAR has no body for it: save it again “with content”')
  }
  if (encoding === 'base64') {
    if (!isBase64(text)) throw new LeftOut('its body is no base64, though the HAR says so')
    checkSize(bytesOfBase64(text))
    return text
  }
  const bytes = bytesOfText(text, bodySize, headers)
  checkSize(bytes.length)
  return toBase64(bytes)
}

const versionOf = (text: unknown): string => {
  const said = shortText(text)
  return /^h[23]$/i.test(said) ? said.slice(1) : said.replace(/^HTTP\//i, '')
}

/**
 * @param entry what JSON.parse gave
 * @throws LeftOut for an entry that is no POST with its body
 */
export function fromHar(entry: unknown): ImportedDelivery {
  const fields = jsonFields(entry)
  const request = jsonFields(fields['request'])
  const isOwn = harOwnField in fields
  const own = jsonFields(fields[harOwnField])
  const method = methodIn(request)
  if (!isOwn && method !== 'POST') throw new LeftOut(`it is a ${method}, and webhooks are POSTs`, true)
  const headers = 'headers' in own ? readHeaderPairs(own['headers']) : linesOf(request['headers'])
  const body = isOwn ? bodyIn(own, 'body') : bodyOf(request, headers)
  return {
    receivedAt: timeIn(fields, 'startedDateTime'),
    readMs: readCount(own['readMs'], 0),
    method,
    target: targetOf(textIn(request, 'url', 65_536)),
    httpVersion: versionOf(request['httpVersion']),
    headers,
    body,
    bytes: Math.round(readCount(own['bytes'], bytesOfBase64(body))),
    remoteAddress: shortText(own['remoteAddress']),
    verdict: isOwn ? readVerdictField(own['verdict']) : { kind: 'unchecked' },
    status: readStatus(jsonFields(fields['response'])['status']),
    mocked: own['mocked'] === true,
    hook: hookIdOf(own['hook']),
    headersExact: isOwn && own['headersLeftOut'] === 0,
  }
}
