/** The verdict panel: one line each for what was checked, with the cause and the fix where something is wrong. */
import { findEvent } from '../../core/catalogue.ts'
import { checkOf, type Note, notes, type Rejection, rejections } from '../../core/delivery.ts'
import type { KeyKind } from '../../core/hook.ts'
import type { DeliveryView } from '../../server/inspector/types.ts'
import { duration } from './time.ts'

export interface VerdictLine {
  readonly label: string
  readonly tone: 'ok' | 'bad' | 'warn' | 'neutral'
  readonly text: string
  /** What to do about it. */
  readonly fix: string | null
  /** A delivery the line speaks of. */
  readonly about: number | null
}

export const keyNames: Record<KeyKind, string> = { 'source-key': 'source key', 'signature-key': 'signature key' }

const line = (
  label: string,
  tone: VerdictLine['tone'],
  text: string,
  fix: string | null = null,
  about: number | null = null,
): VerdictLine => ({ label, tone, text, fix, about })

function rejectionLines(label: string, reasons: readonly Rejection[]): VerdictLine[] {
  return reasons.map(reason => line(label, 'bad', `${rejections[reason].title}.`, rejections[reason].advice))
}

function noteLines(label: string, codes: readonly Note[], tone: VerdictLine['tone']): VerdictLine[] {
  return codes.map(code => line(label, tone, `${notes[code].title}.`, notes[code].advice))
}

function signatureLines(view: DeliveryView, reasons: readonly Rejection[]): VerdictLine[] {
  const wrong = rejectionLines(
    'Signature',
    reasons.filter(reason => checkOf(reason) === 'signature'),
  )
  // What was found out says more than what can be said of every wrong signature.
  const known = view.diagnosis !== null && view.diagnosis.kind !== 'unknown'
  const found = known ? (view.diagnosis?.sentence ?? null) : null
  if (wrong.length > 0) return found === null ? wrong : wrong.map(told => ({ ...told, fix: found }))
  const verdict = view.verdictDetail
  // A delivery can be rejected for its credentials alone: its signature was checked and fits.
  const fitting = view.signature.keys.find(({ kind, matches }) =>
    verdict.kind === 'verified' ? kind === verdict.key : matches && reasons.length > 0,
  )
  const key = verdict.kind === 'verified' ? verdict.key : fitting?.kind
  if (key) {
    const masked = fitting?.masked
    return [line('Signature', 'ok', `Fits the body, with the ${keyNames[key]}${masked ? ` ${masked}` : ''}.`)]
  }
  if (reasons.some(reason => checkOf(reason) === 'body'))
    return [line('Signature', 'neutral', 'Could not be checked: the body did not come whole.')]
  if (view.signature.keys.length > 0)
    return [line('Signature', 'neutral', 'Was not checked when it came: no key was known then.')]
  const came = view.signature.received.length > 0
  return [
    line(
      'Signature',
      came ? 'warn' : 'neutral',
      came ? 'One came, but no key is known to check it with.' : 'Not checked: no key is known, and no signature came.',
      came ? 'Enter the key of the console under Hooks.' : null,
    ),
  ]
}

function authenticationLines(view: DeliveryView, reasons: readonly Rejection[]): VerdictLine[] {
  const wrong = rejectionLines(
    'Authentication',
    reasons.filter(reason => checkOf(reason) === 'credentials'),
  )
  if (wrong.length > 0) return wrong
  const { expectedUsername, received } = view.authentication
  const verdict = view.verdictDetail
  const cut = reasons.some(reason => checkOf(reason) === 'body')
  const fits = verdict.kind === 'verified' ? verdict.basic : expectedUsername !== null && !cut && reasons.length > 0
  if (fits) return [line('Authentication', 'ok', `Basic, user ${received.username ?? expectedUsername ?? 'unknown'}.`)]
  if (expectedUsername !== null) {
    return [line('Authentication', 'neutral', 'Was not checked when it came.')]
  }
  if (received.count > 0) {
    const fix = 'Enter the user name and the password of the console under Hooks.'
    return [line('Authentication', 'warn', 'Credentials came, but none are known to compare them with.', fix)]
  }
  return [line('Authentication', 'neutral', 'Not checked: none is configured, and none came.')]
}

const envelopeNotes: readonly Note[] = [
  'body-empty',
  'body-not-utf8',
  'body-bom',
  'body-encoded',
  'body-encoding-unreadable',
  'body-not-json',
  'envelope-invalid',
  'event-type-unknown',
  'event-type-alternative',
]

function envelopeLines(view: DeliveryView, reasons: readonly Rejection[]): VerdictLine[] {
  const cut = rejectionLines(
    'Envelope',
    reasons.filter(reason => checkOf(reason) === 'body'),
  )
  if (cut.length > 0) return cut
  const found = noteLines(
    'Envelope',
    view.notes.filter(note => envelopeNotes.includes(note)),
    'warn',
  )
  return found.length > 0 ? found : [line('Envelope', 'ok', 'The gateway’s, complete.')]
}

/** What a path without a hook may mean. */
function routeLines({ notes: found, didYouMean }: DeliveryView): VerdictLine[] {
  if (!found.includes('unrouted')) return []
  if (didYouMean === null) return noteLines('Hook', ['unrouted'], 'bad')
  const { label, path, isDeleted } = didYouMean
  const fix = isDeleted
    ? `The hook “${label}”, with the path ${path}, was deleted here: delete it in the console as well, or restore it here.`
    : `Did you mean the hook “${label}”? Its path is ${path}`
  return [line('Hook', 'bad', `${notes.unrouted.title}.`, fix)]
}

function subscriptionLines({ notes: found, eventType }: DeliveryView): VerdictLine[] {
  if (found.includes('unrouted')) return []
  if (found.includes('event-not-subscribed')) return noteLines('Subscription', ['event-not-subscribed'], 'warn')
  if (eventType === null) return [line('Subscription', 'neutral', 'Cannot be told: there is no event_type.')]
  return findEvent(eventType) === undefined
    ? [line('Subscription', 'neutral', 'Cannot be told: the catalogue does not know the type.')]
    : [line('Subscription', 'ok', 'The hook is subscribed to this event type.')]
}

function duplicateLines(view: DeliveryView): VerdictLine[] {
  const changed = view.notes.includes('retry-changed')
  const note = changed ? 'retry-changed' : 'retry'
  if (view.retryOf !== null) {
    const said = `${changed ? 'The same event_id with another body' : 'The same event and the same body'} as before; delivery ${view.tries} of this event.`
    return [line('Duplicate', changed ? 'warn' : 'neutral', said, notes[note].advice, view.retryOf)]
  }
  if (view.eventId === null) return [line('Duplicate', 'neutral', 'Cannot be told: there is no event_id.')]
  return [line('Duplicate', 'ok', 'No: the first delivery of this event.')]
}

function cardLines(view: DeliveryView): VerdictLine[] {
  const found = noteLines(
    'Card data',
    view.notes.filter(note => note === 'card-number' || note === 'card-secret'),
    'bad',
  )
  return found.length > 0 ? found : [line('Card data', 'ok', 'No full card number, security code or track data.')]
}

const otherNotes: readonly Note[] = [
  'sent-by-nmi',
  'method-not-post',
  'content-type-not-json',
  'answer-rehearsed',
  'loop',
  'test',
]

/** In the order they are shown; several lines of one label when several things are wrong. */
export function verdictLines(view: DeliveryView): VerdictLine[] {
  const reasons = view.verdictDetail.kind === 'rejected' ? view.verdictDetail.reasons : []
  return [
    ...routeLines(view),
    ...signatureLines(view, reasons),
    ...authenticationLines(view, reasons),
    ...envelopeLines(view, reasons),
    ...subscriptionLines(view),
    ...duplicateLines(view),
    ...cardLines(view),
    ...noteLines(
      'Also',
      view.notes.filter(note => otherNotes.includes(note)),
      'warn',
    ),
  ]
}

/** With a small letter at its beginning, unless that belongs to a name such as X-Signature. */
const insideSentence = (title: string) => title.replace(/^[A-Z](?=[a-z ])/, letter => letter.toLowerCase())

/** How the delivery fared, as the end of a sentence: verified or why not, what was answered, what the app said. */
export function fateOf(view: DeliveryView): string {
  const verdict = view.verdictDetail
  const checked =
    verdict.kind === 'rejected' ? `rejected (${insideSentence(rejections[verdict.reasons[0]].title)})` : verdict.kind
  const onTrial = view.notes.includes('answer-rehearsed') ? ' on trial' : ''
  const answered = view.status === null ? `not answered yet${onTrial}` : `answered ${view.status}${onTrial}`
  const last = view.lastAttempt
  if (!last) return `${checked}, ${answered}`
  const app =
    last.outcome === 'answered'
      ? `your app answered ${last.status} in ${duration(last.ms ?? 0)}`
      : outcomeClauses[last.outcome]
  return `${checked}, ${answered}; ${app}`
}

const outcomeClauses = {
  pending: 'it is on its way to your app',
  refused: 'your app could not be reached',
  'timed-out': 'your app did not answer in time',
  reset: 'your app ended the connection before answering',
  'invalid-answer': 'your app answered something that is not HTTP',
} as const
