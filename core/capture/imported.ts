/** What a file says of a delivery, checked field by field: a file may hold anything. */
import { type Rejection, rejections, type Verdict } from '../deliveries/delivery.ts'
import { asObject, type JsonObject } from '../events/envelope.ts'
import type { HeaderList } from '../http/headers.ts'
import { bytesOfBase64, isBase64 } from '../text/base64.ts'
import { withCommas } from '../text/text.ts'
import { type ImportedDelivery, largestImported } from './capture.ts'

/** JsonFields of a JSON object; none for what is none. */
export type JsonFields = JsonObject

export const jsonFields = (value: unknown): JsonFields => asObject(value) ?? {}

/** Why a piece of a file is no delivery that can be imported, as the end of a sentence: “its body is no base64”. */
export class LeftOut extends Error {
  /** It is as it should be, and nothing for hookscope. */
  readonly isFine: boolean
  constructor(why: string, isFine = false) {
    super(why)
    this.isFine = isFine
  }
}

/** @throws LeftOut when it is none */
export function textIn(fields: JsonFields, name: string, longest = 8000): string {
  const value = fields[name]
  if (typeof value !== 'string') throw new LeftOut(`it has no ${name}`)
  if (value.length > longest) throw new LeftOut(`its ${name} is too long`)
  return value
}

/** The earliest and the latest time that a delivery may have come, milliseconds. */
const [earliest, latest] = [Date.UTC(1970, 0, 1), Date.UTC(9999, 11, 31)]

/** @returns ISO 8601, UTC, with milliseconds @throws LeftOut when it is no time, or has no zone */
export function timeIn(fields: JsonFields, name: string): string {
  const text = textIn(fields, name, 64)
  const ms = Date.parse(text)
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)
  if (!isTime || Number.isNaN(ms) || ms < earliest || ms > latest)
    throw new LeftOut(`its ${name} is no time with a zone`)
  return new Date(ms).toISOString()
}

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What node:http hands over for a line of a header: a character a byte. */
const headerText = /^[\t\x20-\x7e\x80-\xff]*$/
const mostHeaders = 2000

/** @param pairs a list of names and values @throws LeftOut for what cannot have come */
export function readHeaderPairs(pairs: unknown): HeaderList {
  if (!Array.isArray(pairs) || pairs.length > mostHeaders) throw new LeftOut('it has no list of headers')
  return pairs.map((pair: unknown) => {
    const [name, value] = Array.isArray(pair) ? (pair as unknown[]) : []
    if (typeof name !== 'string' || !headerName.test(name)) throw new LeftOut('a header’s name is none')
    if (typeof value !== 'string' || !headerText.test(value)) throw new LeftOut(`its header ${name} is no header text`)
    return [name, value] as const
  })
}

/** @throws LeftOut for a body that is too large */
export function checkSize(bytes: number): void {
  if (bytes > largestImported)
    throw new LeftOut(`its body has ${withCommas(bytes)} bytes, more than can be imported (11 MiB)`)
}

/** @returns the same text @throws LeftOut when it is no base64, or too large */
export function bodyIn(fields: JsonFields, name: string): string {
  const text = fields[name]
  if (typeof text !== 'string') throw new LeftOut(`it has no ${name}`)
  checkSize(bytesOfBase64(text))
  if (!isBase64(text)) throw new LeftOut(`its ${name} is no base64`)
  return text
}

const isRejection = (reason: unknown): reason is Rejection => typeof reason === 'string' && reason in rejections

/** @throws LeftOut for what is no verdict */
export function readVerdictField(value: unknown): Verdict {
  const { kind, key, basic, reasons } = jsonFields(value)
  if (kind === 'unchecked') return { kind }
  if (kind === 'verified') {
    const named = key === 'source-key' || key === 'signature-key' ? key : null
    return { kind, key: named, basic: basic === true }
  }
  const [first, ...others] = Array.isArray(reasons) ? (reasons as unknown[]) : []
  if (kind === 'rejected' && isRejection(first) && others.every(isRejection))
    return { kind, reasons: [first, ...others] }
  throw new LeftOut('its verdict is none that hookscope knows')
}

/** A status of HTTP, else null. */
export const readStatus = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 999 ? value : null

const method = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/

/** @throws LeftOut for what is no method */
export function methodIn(fields: JsonFields): string {
  const text = textIn(fields, 'method')
  if (!method.test(text)) throw new LeftOut('its method is none')
  return text
}

/** @throws LeftOut for what is no request target: visible ASCII, or a character a byte */
export function targetIn(fields: JsonFields, name: string): string {
  const text = textIn(fields, name, 65_536)
  if (!/^[\x21-\x7e\x80-\xff]+$/.test(text)) throw new LeftOut(`its ${name} is no request target`)
  return text
}

/** The id of a hook: nothing that a search or a screen could stumble over. */
export const hookIdOf = (value: unknown): string | null =>
  typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : null

/** A count of bytes, or milliseconds; else the one that stands for it. */
export const readCount = (value: unknown, instead: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? value
    : instead

export const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '')

/** A line of a capture. @throws LeftOut */
export function fromCapture(line: unknown): ImportedDelivery {
  const fields = jsonFields(line)
  const body = bodyIn(fields, 'body')
  return {
    receivedAt: timeIn(fields, 'receivedAt'),
    readMs: readCount(fields['readMs'], 0),
    method: methodIn(fields),
    target: targetIn(fields, 'target'),
    httpVersion: shortText(fields['httpVersion']),
    headers: readHeaderPairs(fields['headers']),
    body,
    bytes: Math.round(readCount(fields['bytes'], bytesOfBase64(body))),
    remoteAddress: shortText(fields['remoteAddress']),
    verdict: readVerdictField(fields['verdict']),
    status: readStatus(fields['status']),
    mocked: fields['mocked'] === true,
    hook: hookIdOf(jsonFields(fields['hook'])['id']),
    headersExact: true,
  }
}
