/** A line of `hookscope export --format ndjson` as a delivery to import, as far as masking left it whole. */
import { type HeaderList, typedValue } from '../http/headers.ts'
import { bytesOfBase64, toBase64 } from '../text/base64.ts'
import type { ImportedDelivery } from './capture.ts'
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
  timeIn,
} from './imported.ts'

/** What stands in place of a credential, or of a signature. */
const isMasked = (value: unknown) => typeof value === 'string' && value.endsWith('••••')

/** Values as they are shown become bytes again; what is masked is left out. */
function unmasked(pairs: unknown): HeaderList {
  const kept = Array.isArray(pairs) ? pairs.filter((pair: unknown) => !Array.isArray(pair) || !isMasked(pair[1])) : null
  const bytes = kept?.map((pair: unknown) => {
    const [name, value]: unknown[] = Array.isArray(pair) ? pair : []
    return [name, typeof value === 'string' ? typedValue(value) : value]
  })
  return readHeaderPairs(bytes)
}

function bodyOf(fields: JsonFields): string {
  const { text } = fields
  if (typeof text !== 'string') {
    if (typeof fields['base64'] !== 'string') throw new LeftOut('its body is not in the file')
    return bodyIn(fields, 'base64')
  }
  const bytes = new TextEncoder().encode(text)
  checkSize(bytes.length)
  return toBase64(bytes)
}

/** Whether an object looks like one of those lines. */
export const isExportLine = (fields: JsonFields): boolean =>
  'receivedAt' in fields && 'headers' in fields && 'method' in fields

/** @throws LeftOut */
export function fromNdjson(line: unknown): ImportedDelivery {
  const fields = jsonFields(line)
  if (!isExportLine(fields)) throw new LeftOut('it is no line of hookscope export')
  const { notes } = fields
  const flags: readonly unknown[] = Array.isArray(notes) ? notes : []
  if (flags.includes('body-encoded')) throw new LeftOut('its body is compressed, and NDJSON has it decompressed')
  if (flags.includes('card-number') || flags.includes('card-secret'))
    throw new LeftOut('its body has card data, which NDJSON masks')
  const body = bodyOf(fields)
  const headers = unmasked(fields['headers'])
  const length = bytesOfBase64(body)
  const verdict = readVerdictField(fields['verdictDetail'])
  const isCut = verdict.kind === 'rejected' && verdict.reasons.some(reason => reason.startsWith('body-'))
  return {
    receivedAt: timeIn(fields, 'receivedAt'),
    readMs: readCount(fields['readMs'], 0),
    method: methodIn(fields),
    target: targetIn({ target: typedValue(String(fields['path'] ?? '')) }, 'target'),
    httpVersion: shortText(fields['httpVersion']),
    headers,
    body,
    bytes: isCut ? Math.round(readCount(fields['bytes'], length)) : length,
    remoteAddress: shortText(fields['remoteAddress']),
    verdict,
    status: readStatus(fields['status']),
    mocked: flags.includes('answer-rehearsed'),
    hook: hookIdOf(fields['hook']),
    headersExact: headers.length === (Array.isArray(fields['headers']) ? fields['headers'].length : 0),
  }
}
