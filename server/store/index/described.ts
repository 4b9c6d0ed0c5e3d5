/** A delivery of the log as its bytes describe it: what the index holds of it. */
import type { Note, Verdict } from '../../../core/deliveries/delivery.ts'
import { type Description, describe, headerNotes, unread } from '../../../core/deliveries/describe.ts'
import { unroutedHook } from '../../../core/hooks/hook.ts'
import { decodeBody, encodingsOf, isMuchToRead } from '../../bodies/decode.ts'
import { type ArrivalRow, readHeaders, readVerdict } from '../rows.ts'
import { type Searchable, searchableOf } from './searchable.ts'

/** What tells what a delivery is, beside its body. */
export type Head = Pick<ArrivalRow, 'hook' | 'method' | 'headers' | 'verdict'>
/** What of a delivery tells what it is. */
export type LoggedDelivery = Head & Pick<ArrivalRow, 'body'>

export interface Described {
  readonly description: Omit<Description, 'notes' | 'text'>
  readonly notes: readonly Note[]
  readonly searchable: Searchable
}

const notKept = new Set(['body-too-large', 'body-incomplete', 'body-too-slow'])
const bodyKept = (verdict: Verdict) =>
  verdict.kind !== 'rejected' || !verdict.reasons.some(reason => notKept.has(reason))

/** Headers are JSON here: those without the word need not be read for it. */
const isPacked = ({ headers }: Head) =>
  /content-encoding/i.test(headers) && encodingsOf(readHeaders(headers)).length > 0

/** What strangers pack and send to any path is nobody’s event. */
const isUnread = (head: Head) => head.hook === unroutedHook && isPacked(head)

/** Whether describing it is too much for where deliveries are received. @param bytes of its body */
export const isMuch = (head: Head, bytes: number): boolean => isMuchToRead(isPacked(head), bytes) && !isUnread(head)

/** No text is found in it. */
const nothingSearched: Searchable = { grams: '', text: '\n' }

/** What its header tells alone, for a body that is not looked into. */
export function undescribed({ method, headers, verdict }: Head, why: readonly Note[]): Described {
  const told = headerNotes({ method, headers: readHeaders(headers), bodyKept: bodyKept(readVerdict(verdict)) })
  return { description: unread, notes: [...why, ...told], searchable: nothingSearched }
}

/** Of one that hookscope's own code fails on: that it came, and no more. */
export const undescribable = (): Described => ({
  ...{ description: unread, searchable: nothingSearched },
  notes: ['not-described'],
})

/** What its bytes tell, its text included. */
export interface Told {
  /** null: it is not looked into, or hookscope's own code fails on it. */
  readonly description: Omit<Description, 'notes'> | null
  readonly notes: readonly Note[]
  /** Those of the notes that are about how it is packed. */
  readonly packing: readonly Note[]
}

/** What a delivery's bytes tell. Much work for a body that is much. */
export function tell(logged: LoggedDelivery): Told {
  const untold = (...packing: Note[]): Told => ({ description: null, notes: packing, packing })
  if (isUnread(logged)) return untold('body-encoded', 'body-not-read')
  const headers = readHeaders(logged.headers)
  const kept = bodyKept(readVerdict(logged.verdict))
  const decoded = kept ? decodeBody(headers, logged.body) : { kind: 'plain' as const }
  if (decoded.kind === 'too-large') return untold('body-encoded', 'body-unpacks-too-large')
  const packing: Note[] = []
  if (decoded.kind === 'decoded') packing.push('body-encoded')
  if (decoded.kind === 'unreadable') packing.push('body-encoding-unreadable')
  const body = decoded.kind === 'decoded' ? decoded.body : logged.body
  try {
    const { notes, ...description } = describe({ method: logged.method, headers, body, bodyKept: kept })
    return { description, notes: [...packing, ...notes], packing }
  } catch {
    // A stranger's body that trips the reader must not hold up the deliveries behind it.
    return untold(...packing, 'not-described')
  }
}

/** What a delivery is, from its bytes alone. Much work for a body that is much. @param hasGrams see `searchableOf` */
export function describeLogged(logged: LoggedDelivery, hasGrams = true): Described {
  const { description: told, notes, packing } = tell(logged)
  if (told === null) return undescribed(logged, notes)
  const { text, ...description } = told
  try {
    const searched = { summary: description.summary, text, body: logged.body }
    return { description, notes, searchable: searchableOf(searched, hasGrams) }
  } catch {
    return undescribed(logged, [...packing, 'not-described'])
  }
}

/** The keys that link it to others, each once. */
export const linkKeysOf = ({ objectKey, keys }: Described['description']): ReadonlySet<string> =>
  new Set(objectKey === null ? keys : [objectKey, ...keys])
