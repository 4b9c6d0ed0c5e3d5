/** What a request of the check has that the gateway's would not have. */
import type { SentRequest } from '../../core/deliveries/attempt.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import type { SendAgents } from '../sender/send.ts'
import type { Upload } from '../sender/upload.ts'

/** What is not as the gateway would do it. */
export interface Deviation {
  /** For people: “signed with another key”. */
  readonly what: string
  /** X-Signature values in place of the right one; an empty list leaves the header out. */
  readonly signatures?: readonly string[]
  /** Authorization in place of the right one; null leaves it out. */
  readonly authorization?: string | null
  readonly method?: string
  /** Content-Type in place of the right one; null leaves it out. */
  readonly contentType?: string | null
  /** In place of Content-Length: Transfer-Encoding, or neither, where there is no body. */
  readonly framing?: 'chunked' | 'none'
  /** In place of the endpoint itself. */
  readonly url?: URL
  /** What is answered 429 does not go out again later: the pace itself is asked about. */
  readonly atAnyPace?: boolean
  readonly upload?: Upload
  /** In place of the limit for answers, milliseconds. */
  readonly readMs?: number
  /** In place of the check's own connections. */
  readonly agents?: SendAgents
}

/** The request that the gateway would send, but for the deviation. */
export function deviating(request: SentRequest, deviation: Deviation | undefined): SentRequest {
  if (deviation === undefined) return request
  const { signatures, authorization, method, contentType, framing } = deviation
  const kept = request.headers.filter(([name]) => {
    const lower = name.toLowerCase()
    if (lower === signatureHeader.toLowerCase()) return signatures === undefined
    if (lower === 'authorization') return authorization === undefined
    if (lower === 'content-length') return framing === undefined
    return lower !== 'content-type' || contentType === undefined
  })
  return {
    ...request,
    method: method ?? request.method,
    headers: [
      ...kept,
      ...(contentType === undefined || contentType === null ? [] : [['Content-Type', contentType] as const]),
      ...(framing === 'chunked' ? [['Transfer-Encoding', 'chunked'] as const] : []),
      ...(signatures ?? []).map(value => [signatureHeader, value] as const),
      ...(authorization === undefined || authorization === null ? [] : [['Authorization', authorization] as const]),
    ],
  }
}

const notChanging = ['what', 'agents', 'atAnyPace']

/** Whether a request is one that the gateway could have sent: on other connections, perhaps, but with nothing changed. */
export const isUnchanged = (deviation: Deviation | undefined): boolean =>
  Object.entries(deviation ?? {}).every(([name, value]) => value === undefined || notChanging.includes(name))
