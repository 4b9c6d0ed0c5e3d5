/** A Query over deliveries in memory, by the same rules as the store's SQL; for the few that a test receives. */
import type { DeliverySummary } from '../deliveries/delivery.ts'
import type { Description } from '../deliveries/describe.ts'
import { findEvent } from '../events/catalogue.ts'
import { signatureHeader } from '../hooks/origin.ts'
import { credentialHeaders } from '../http/credential-headers.ts'
import { type HeaderList, typedValue } from '../http/headers.ts'
import type { Comparison, Condition, Query, State, Term } from './query.ts'
import { foldNeedle, foldText } from './search-text.ts'

/** What a query can ask of a delivery that nothing was done with yet. */
export interface Matchable
  extends Pick<DeliverySummary, 'id' | 'method' | 'bytes' | 'status' | 'verdict' | 'reasons' | 'notes' | 'tries'> {
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly headers: HeaderList
  readonly description: Omit<Description, 'notes'>
}

const compared: Readonly<Record<Comparison, (one: number, other: number) => boolean>> = {
  '=': (one, other) => one === other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
}

const within = (value: number | null, { from, to }: { readonly from: number; readonly to: number }) =>
  value !== null && value >= from && value <= to

/** What is asked about forwarding, hooks and what a person did: nothing of it is known of a delivery alone. */
export function isAnswerable(condition: Condition): boolean {
  switch (condition.field) {
    case 'status':
    case 'outcome':
    case 'took':
    case 'hook':
      return false
    case 'is':
      return !(['unrouted', 'unsubscribed', 'failed', 'forwarded', 'pinned'] as const).some(
        state => state === condition.state,
      )
    default:
      return true
  }
}

/** What is found out of a delivery only beside others. */
function isComparing(condition: Condition): boolean {
  switch (condition.field) {
    case 'tries':
    case 'ref':
      return true
    case 'is':
      return (['retry', 'duplicate', 'noted'] as const).some(state => state === condition.state)
    case 'note':
      return (['retry', 'retry-changed', 'event-not-subscribed'] as const).some(note => note === condition.note)
    default:
      return false
  }
}

/**
 * Whether a term asks only for what is known of a delivery before it is compared with others and sent on. A text is: it may be
 * found in more of them later.
 */
export const isKnownAhead = ({ anyOf, negated }: Term): boolean =>
  anyOf.every(
    condition =>
      isAnswerable(condition) &&
      !isComparing(condition) &&
      !(negated && condition.field === 'text' && condition.also !== undefined),
  )

function isState({ verdict, notes }: Matchable, state: State): boolean {
  switch (state) {
    case 'verified':
    case 'rejected':
    case 'unchecked':
      return verdict === state
    case 'retry':
    case 'duplicate':
      return notes.includes('retry') || notes.includes('retry-changed')
    case 'unknown':
      return notes.includes('event-type-unknown')
    case 'test':
      return notes.includes('test')
    case 'noted':
      return notes.length > 0
    case 'unrouted':
    case 'unsubscribed':
    case 'failed':
    case 'forwarded':
    case 'pinned':
      return false
  }
}

function fitsType({ description: { eventType } }: Matchable, pattern: string): boolean {
  if (eventType === null) return false
  const entry = findEvent(eventType)
  const names = [eventType.toLowerCase(), entry?.type, entry?.alternative].filter(name => name !== undefined)
  const wanted = pattern.toLowerCase()
  return names.some(name => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted))
}

function hasHeader({ headers }: Matchable, text: string): boolean {
  const secret = [...credentialHeaders, signatureHeader.toLowerCase()]
  // Values are kept one character a byte, so the text is looked for in both readings.
  const needles = [text.toLowerCase(), typedValue(text.toLowerCase()), typedValue(text)]
  return headers.some(([name, value]) => {
    const line = `${name}: ${value}`.toLowerCase()
    return !secret.includes(name.toLowerCase()) && needles.some(needle => line.includes(needle))
  })
}

/** Without a reference number of its own: of the same object as one with it, or the settlement of its batch. */
function isJoined({ description }: Matchable, ref: string, all: readonly Matchable[]): boolean {
  const { refnum, family, objectKey, keys } = description
  return (
    refnum === null &&
    all.some(
      ({ description: other }) =>
        other.refnum === ref &&
        (family === 'settlement' || objectKey === other.objectKey) &&
        other.keys.some(key => keys.includes(key)),
    )
  )
}

function fits(delivery: Matchable, condition: Condition, all: readonly Matchable[]): boolean {
  const { description } = delivery
  switch (condition.field) {
    case 'text': {
      const needle = foldNeedle(condition.text)
      return (
        [foldText(description.summary), description.text].some(text => text.includes(needle)) ||
        (condition.also ?? []).some(reading => fits(delivery, reading, all))
      )
    }
    case 'type':
      return fitsType(delivery, condition.pattern)
    case 'family':
      return description.family === condition.family
    case 'is':
      return isState(delivery, condition.state)
    case 'verdict':
      return delivery.verdict === condition.verdict
    case 'reason':
      return delivery.reasons.includes(condition.reason)
    case 'note':
      return delivery.notes.includes(condition.note)
    case 'answered':
      return within(delivery.status, condition)
    case 'key':
      return description.keys.some(key => key.startsWith(condition.prefix))
    case 'event':
      return description.eventId?.startsWith(condition.prefix) ?? false
    case 'ref':
      return description.refnum?.startsWith(condition.prefix) || isJoined(delivery, condition.prefix, all)
    case 'amount':
      return description.amount !== null && compared[condition.comparison](description.amount, condition.amount)
    case 'amounts':
      return within(description.amount, condition)
    case 'bytes':
      return compared[condition.comparison](delivery.bytes, condition.bytes)
    case 'size':
      return delivery.bytes >= condition.from && delivery.bytes < condition.to
    case 'received':
      return (
        delivery.receivedAt >= (condition.from ?? Number.NEGATIVE_INFINITY) &&
        delivery.receivedAt < (condition.to ?? Number.POSITIVE_INFINITY)
      )
    case 'method':
      return delivery.method.toUpperCase() === condition.method.toUpperCase()
    case 'id':
      return within(delivery.id, condition)
    case 'tries':
      return delivery.tries === condition.tries
    case 'header':
      return hasHeader(delivery, condition.text)
    case 'status':
    case 'outcome':
    case 'took':
    case 'hook':
      return false
  }
}

/**
 * Whether a delivery is what a query looks for. What `isAnswerable` says no to fits none.
 * @param all among which it came: `ref:` finds what belongs to another one
 */
export const matches = (delivery: Matchable, { terms }: Query, all: readonly Matchable[]): boolean =>
  terms.every(({ negated, anyOf }) => anyOf.some(condition => fits(delivery, condition, all)) !== negated)
