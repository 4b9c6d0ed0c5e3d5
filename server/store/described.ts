/** A delivery of the log as its bytes describe it: what the index holds of it. */
import type { Note, Verdict } from '../../core/delivery.ts'
import { type Description, describe } from '../../core/describe.ts'
import { decodeBody } from './decode.ts'
import { type ArrivalRow, readHeaders } from './rows.ts'

const notKept = new Set(['body-too-large', 'body-incomplete', 'body-too-slow'])
const bodyKept = (verdict: Verdict) =>
  verdict.kind !== 'rejected' || !verdict.reasons.some(reason => notKept.has(reason))

/** What is said of a delivery that could not be described; the delivery itself is whole. */
const undescribed: Description = {
  notes: ['envelope-invalid'],
  eventId: null,
  eventType: null,
  eventTriggered: null,
  type: null,
  family: null,
  summary: '',
  objectKey: null,
  keys: [],
  refnum: null,
  amount: null,
  text: '',
}

/**
 * What a delivery is, from its bytes alone.
 * @param verdict the one it was answered with, which says whether its body came whole
 */
export function describeArrival(arrival: ArrivalRow, verdict: Verdict): { description: Description; notes: Note[] } {
  const headers = readHeaders(arrival.headers)
  const kept = bodyKept(verdict)
  const decoded = kept ? decodeBody(headers, arrival.body) : { kind: 'plain' as const }
  const notes: Note[] = []
  if (decoded.kind === 'decoded') notes.push('body-encoded')
  if (decoded.kind === 'unreadable') notes.push('body-encoding-unreadable')
  const body = decoded.kind === 'decoded' ? decoded.body : arrival.body
  try {
    const description = describe({ method: arrival.method, headers, body, bodyKept: kept })
    return { description, notes: [...notes, ...description.notes] }
  } catch {
    // A stranger's body that trips the reader must not hold up the deliveries behind it.
    return { description: undescribed, notes: [...notes, ...undescribed.notes] }
  }
}

/** The keys that link it to others, each once. */
export const keysIn = ({ objectKey, keys }: Description): ReadonlySet<string> =>
  new Set(objectKey === null ? keys : [objectKey, ...keys])
