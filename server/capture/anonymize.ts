/** A delivery that can be handed to anyone: without people, card data and credentials, signed anew with a key that is no secret. */
import { testKey } from '../../core/capture/capture.ts'
import type { Delivery, Note, Verdict } from '../../core/deliveries/delivery.ts'
import { unread } from '../../core/deliveries/describe.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { type BodyReader, runBodyJob } from '../bodies/reader.ts'
import { sign } from '../verify/signature.ts'

/** Headers that say nothing of a person, nor of a machine: all others are left out. Lower case. */
const kept: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'transfer-encoding'],
  ...['user-agent', 'x-signature'],
])

/** RFC 5737: an address for examples. */
const anyAddress = '192.0.2.1'
const anyHost = 'hook.example'
const anyPath = '/hook'

/** Flags of bytes that are not in it any more. */
const gone: ReadonlySet<Note> = new Set<Note>([
  ...(['body-encoded', 'body-encoding-unreadable', 'body-not-utf8', 'body-bom', 'card-number', 'card-secret'] as const),
])

/** Whether the signature was found to be wrong: then it stays so. */
const isForged = (verdict: Verdict) =>
  verdict.kind === 'rejected' && verdict.reasons.some(reason => reason.startsWith('signature'))

function headersFor({ headers, verdictDetail }: Delivery, body: Uint8Array): HeaderList {
  const signature = isForged(verdictDetail) ? null : sign(testKey, body)
  return headers.flatMap(([name, value]): HeaderList => {
    const lower = name.toLowerCase()
    if (!kept.has(lower)) return []
    if (lower === 'host') return [[name, anyHost]]
    if (lower === 'content-length') return [[name, `${body.length}`]]
    return [[name, lower === signatureHeader.toLowerCase() && signature !== null ? signature : value]]
  })
}

/** Credentials are left out, so that nothing is said of them. */
const verdictFor = (verdict: Verdict): Verdict =>
  verdict.kind === 'verified'
    ? { kind: 'verified', key: verdict.key === null ? null : 'signature-key', basic: false }
    : verdict

/**
 * The same delivery always becomes the same. A signature that was wrong stays as it came: it is wrong with the test key as well.
 * @returns with its summary and its other texts made from what is in it now
 */
export async function anonymized(delivery: Delivery, bodies: BodyReader): Promise<Delivery> {
  const { headers, body: came, path, bytes } = delivery
  // What is too much to read is left out: it may hold anything.
  const { body, described } = (await runBodyJob(bodies, 'anonymize', { headers, body: came })) ?? {
    body: new Uint8Array(),
    described: unread,
  }
  const { summary, eventId, eventType, eventTriggered, amount, invoice, orderid, objectKey } = described
  return {
    ...delivery,
    ...{ summary, eventId, eventType, eventTriggered, amount, invoice, orderid, objectKey },
    notes: delivery.notes.filter(note => !gone.has(note)),
    verdictDetail: verdictFor(delivery.verdictDetail),
    headers: headersFor(delivery, body),
    body,
    bytes: came.length === 0 ? bytes : body.length,
    path: path === '*' ? path : anyPath,
    query: null,
    remoteAddress: anyAddress,
    // What an app answered may quote what it was sent.
    lastAttempt: null,
  }
}
