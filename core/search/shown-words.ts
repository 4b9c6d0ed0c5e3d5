/** The few words by which the list names verdicts and notes; a search knows them, too. */
import type { Note, VerdictKind } from '../deliveries/delivery.ts'

export const verdictLabels: Record<VerdictKind, string> = {
  verified: 'Verified',
  unchecked: 'Unchecked',
  rejected: 'Rejected',
}

/** Notes worth a badge in the list, the gravest first. */
export const noteWords: ReadonlyMap<Note, string> = new Map<Note, string>([
  ['card-secret', 'Card secret'],
  ['card-number', 'Card number'],
  ['unrouted', 'Unrouted'],
  ['sent-by-nmi', 'From NMI'],
  ['retry-changed', 'Reused event_id'],
  ['body-not-json', 'Not JSON'],
  ['body-empty', 'Empty body'],
  ['body-encoding-unreadable', 'Unreadable'],
  ['body-unpacks-too-large', 'Too large'],
  ['body-not-read', 'Not examined'],
  ['body-not-utf8', 'Not UTF-8'],
  ['event-type-unknown', 'Unknown type'],
  ['envelope-invalid', 'Not an event'],
  ['event-not-subscribed', 'Not subscribed'],
  ['loop', 'Loop'],
  ['answer-rehearsed', 'Mock response'],
  ['test', 'Test'],
  ['imported', 'Imported'],
])
