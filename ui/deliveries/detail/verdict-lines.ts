/** The verdict panel: one line each for what was checked, with the cause and the fix where something is wrong. */
import { checkOf, type Note, notes, type Rejection, rejections } from '../../../core/deliveries/delivery.ts'
import { laptopText } from '../../../core/deliveries/laptop-words.ts'
import { fitsNow } from '../../../core/deliveries/verification.ts'
import { findEvent } from '../../../core/events/catalogue.ts'
import { keyNames } from '../../../core/hooks/hook.ts'
import { newestBeside } from '../../../core/http/outcome.ts'
import { tookText } from '../../../core/text/duration.ts'
import { capital } from '../../../core/text/text.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { besideText, outcomeText } from '../../app/attempt-words.ts'
import { hostOf } from '../../app/targets.ts'

export interface VerdictLine {
  readonly label: string
  readonly tone: 'ok' | 'bad' | 'warn' | 'neutral'
  readonly text: string
  /** What to do about it. */
  readonly fix: string | null
  /** A delivery the line speaks of. */
  readonly about: number | null
  /** The hook does not ask for it. */
  readonly isOptional?: boolean
  /** It would not be rejected today: verifying it again is what there is to do. */
  readonly isOver?: boolean
}

const line = (
  label: string,
  tone: VerdictLine['tone'],
  text: string,
  fix: string | null = null,
  about: number | null = null,
): VerdictLine => ({ label, tone, text, fix, about })

function rejectionLines(label: string, reasons: readonly Rejection[], view: DeliveryDetail): VerdictLine[] {
  return reasons.map(reason => {
    const now = fitsNow(reason, view)
    return now === null
      ? line(label, 'bad', `${rejections[reason].title}.`, rejections[reason].advice)
      : { ...line(label, 'warn', now), isOver: true }
  })
}

function noteLines(label: string, codes: readonly Note[], tone: VerdictLine['tone']): VerdictLine[] {
  return codes.map(code => line(label, tone, `${notes[code].title}.`, notes[code].advice))
}

function signatureLines(view: DeliveryDetail, reasons: readonly Rejection[]): VerdictLine[] {
  const wrong = rejectionLines(
    'Signature',
    reasons.filter(reason => checkOf(reason) === 'signature'),
    view,
  )
  // What was found out says more than what can be said of every wrong signature.
  const known = view.diagnosis !== null && view.diagnosis.kind !== 'unknown'
  const found = known ? (view.diagnosis?.sentence ?? null) : null
  if (wrong.length > 0) return found === null ? wrong : wrong.map(line => ({ ...line, fix: found }))
  const verdict = view.verdictDetail
  // A delivery can be rejected for its credentials alone: its signature was checked and fits.
  const fitting = view.signature.keys.find(({ kind, matches }) =>
    verdict.kind === 'verified' ? kind === verdict.key : matches && reasons.length > 0,
  )
  const key = verdict.kind === 'verified' ? verdict.key : fitting?.kind
  if (key && view.origin)
    return [line('Signature', 'ok', `Verified by ${new URL(view.origin.server).host}, with the ${keyNames[key]}.`)]
  if (key && view.notes.includes('imported'))
    return [line('Signature', 'neutral', `Verified where it was received, with the ${keyNames[key]}.`)]
  if (key) {
    const masked = fitting?.masked
    return [line('Signature', 'ok', `Fits the body, with the ${keyNames[key]}${masked ? ` ${masked}` : ''}.`)]
  }
  if (reasons.some(reason => checkOf(reason) === 'body'))
    return [line('Signature', 'neutral', 'Could not be checked: the body is incomplete.')]
  if (view.signature.keys.length > 0)
    return [line('Signature', 'neutral', 'Not checked on arrival: no key was known then.')]
  const came = view.signature.received.length > 0
  return [
    line(
      'Signature',
      came ? 'warn' : 'neutral',
      came
        ? 'Received, but no key is known to check it with.'
        : 'Not checked: no key is known, and no signature was received.',
      came ? 'Enter the key of the console under Hooks.' : null,
    ),
  ]
}

function authenticationLines(view: DeliveryDetail, reasons: readonly Rejection[]): VerdictLine[] {
  const wrong = rejectionLines(
    'Authentication',
    reasons.filter(reason => checkOf(reason) === 'credentials'),
    view,
  )
  if (wrong.length > 0) return wrong
  const { expectedUsername, received } = view.authentication
  const verdict = view.verdictDetail
  const cut = reasons.some(reason => checkOf(reason) === 'body')
  const fits = verdict.kind === 'verified' ? verdict.basic : expectedUsername !== null && !cut && reasons.length > 0
  if (fits && view.origin) return [line('Authentication', 'ok', `Verified by ${new URL(view.origin.server).host}.`)]
  if (fits && view.notes.includes('imported'))
    return [line('Authentication', 'neutral', 'Verified where it was received.')]
  if (fits) return [line('Authentication', 'ok', `Basic, user ${received.username ?? expectedUsername ?? 'unknown'}.`)]
  if (expectedUsername !== null) {
    return [line('Authentication', 'neutral', 'Not checked on arrival.')]
  }
  if (received.count > 0) {
    const fix = 'Enter the user name and the password of the console under Hooks.'
    return [line('Authentication', 'warn', 'Credentials were received, but none are known to compare them with.', fix)]
  }
  return [
    {
      ...line('Authentication', 'neutral', 'Not checked: none are configured, and none were received.'),
      isOptional: true,
    },
  ]
}

const envelopeNotes: readonly Note[] = [
  'body-empty',
  'body-not-utf8',
  'body-bom',
  'body-encoded',
  'body-encoding-unreadable',
  'body-unpacks-too-large',
  'body-not-read',
  'not-described',
  'body-not-json',
  'envelope-invalid',
  'event-type-unknown',
  'event-type-alternative',
]

/** Then it is not known what the body holds. */
const unreadNotes: readonly Note[] = [
  'body-encoding-unreadable',
  'body-unpacks-too-large',
  'body-not-read',
  'not-described',
]
const isUnread = (view: DeliveryDetail) => view.notes.some(note => unreadNotes.includes(note))
const unreadLine = (label: string) => line(label, 'neutral', 'Unknown: the body was not examined.')

function envelopeLines(view: DeliveryDetail, reasons: readonly Rejection[]): VerdictLine[] {
  const cut = rejectionLines(
    'Envelope',
    reasons.filter(reason => checkOf(reason) === 'body'),
    view,
  )
  if (cut.length > 0) return cut
  const found = noteLines(
    'Envelope',
    view.notes.filter(note => envelopeNotes.includes(note)),
    'warn',
  )
  return found.length > 0 ? found : [line('Envelope', 'ok', 'Complete.')]
}

/** What a path without a hook may mean. */
function routeLines({ notes: found, didYouMean }: DeliveryDetail): VerdictLine[] {
  if (found.includes('imported')) return noteLines('Hook', ['imported'], 'neutral')
  if (!found.includes('unrouted')) return []
  if (didYouMean === null) return noteLines('Hook', ['unrouted'], 'bad')
  const { label, path, isDeleted } = didYouMean
  const fix = isDeleted
    ? `The hook “${label}”, with the path ${path}, was deleted here: delete it in the console as well, or restore it here.`
    : `Did you mean the hook “${label}”? Its path is ${path}`
  return [line('Hook', 'bad', `${notes.unrouted.title}.`, fix)]
}

function subscriptionLines(view: DeliveryDetail): VerdictLine[] {
  const { notes: found, eventType } = view
  if (found.includes('unrouted') || found.includes('imported')) return []
  if (found.includes('event-not-subscribed')) return noteLines('Subscription', ['event-not-subscribed'], 'warn')
  if (eventType === null && isUnread(view)) return [unreadLine('Subscription')]
  if (eventType === null) return [line('Subscription', 'neutral', 'Unknown: there is no event_type.')]
  return findEvent(eventType) === undefined
    ? [line('Subscription', 'neutral', 'Unknown: the catalogue does not have this type.')]
    : [line('Subscription', 'ok', 'The hook is subscribed to this event type.')]
}

function duplicateLines(view: DeliveryDetail): VerdictLine[] {
  const changed = view.notes.includes('retry-changed')
  const note = changed ? 'retry-changed' : 'retry'
  if (view.retryOf !== null && view.verdict === 'rejected') {
    const said = `Repeats an event_id, with ${changed ? 'another' : 'the same'} body.`
    return [
      line('Duplicate', 'neutral', said, 'It was rejected, so it is no retry: anyone may have sent it.', view.retryOf),
    ]
  }
  if (view.retryOf !== null) {
    const said = `${changed ? 'The same event_id with another body' : 'The same event and the same body'} as before; delivery ${view.tries} of this event.`
    return [line('Duplicate', changed ? 'warn' : 'neutral', said, notes[note].advice, view.retryOf)]
  }
  if (view.eventId === null && isUnread(view)) return [unreadLine('Duplicate')]
  if (view.eventId === null) return [line('Duplicate', 'neutral', 'Unknown: there is no event_id.')]
  return [line('Duplicate', 'ok', 'No: this is the first delivery of this event.')]
}

function cardLines(view: DeliveryDetail, reasons: readonly Rejection[]): VerdictLine[] {
  const found = noteLines(
    'Card data',
    view.notes.filter(note => note === 'card-number' || note === 'card-secret'),
    'bad',
  )
  if (found.length > 0) return found
  if (isUnread(view)) return [unreadLine('Card data')]
  if (reasons.some(reason => checkOf(reason) === 'body'))
    return [line('Card data', 'neutral', 'Unknown: the body is incomplete.')]
  return [line('Card data', 'ok', 'No full card number, security code or track data.')]
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
export function verdictLines(view: DeliveryDetail): VerdictLine[] {
  const reasons = view.verdictDetail.kind === 'rejected' ? view.verdictDetail.reasons : []
  return [
    ...routeLines(view),
    ...signatureLines(view, reasons),
    ...authenticationLines(view, reasons),
    ...envelopeLines(view, reasons),
    ...subscriptionLines(view),
    ...duplicateLines(view),
    ...cardLines(view, reasons),
    ...noteLines(
      'Also',
      view.notes.filter(note => otherNotes.includes(note)),
      'warn',
    ),
  ]
}

/** Nothing to do about it, and nowhere to go from it. */
const isQuiet = ({ tone, fix, about }: VerdictLine) =>
  (tone === 'ok' || tone === 'neutral') && fix === null && about === null

/** What a person has to read, and what may stand folded behind one line. */
export function foldLines(lines: readonly VerdictLine[]) {
  const folded = lines.filter(isQuiet)
  return folded.length < 2 ? { open: lines, folded: [] } : { open: lines.filter(each => !isQuiet(each)), folded }
}

/** The folded lines in one: “6 checks passed”; what was not checked is named, and never counted as passed. */
export function foldedLine(folded: readonly VerdictLine[]): Pick<VerdictLine, 'tone' | 'text'> {
  const passed = folded.filter(({ tone }) => tone === 'ok').length
  // A signature that fits proves the origin alone.
  const isProven = folded.some(({ label, tone }) => label === 'Signature' && tone === 'ok')
  const unchecked = folded
    .filter(({ tone, isOptional }) => tone !== 'ok' && !(isOptional && isProven))
    .map(({ label }) => label.toLowerCase())
  const parts = [
    ...(passed > 0 ? [`${passed} ${passed === 1 ? 'check' : 'checks'} passed`] : []),
    ...(unchecked.length > 0 ? [`not checked: ${unchecked.join(', ')}`] : []),
  ]
  return { tone: unchecked.length > 0 ? 'neutral' : 'ok', text: capital(parts.join(' · ')) }
}

/** With a small letter at its beginning, unless that belongs to a name such as X-Signature. */
const insideSentence = (title: string) => title.replace(/^[A-Z](?=[a-z ])/, letter => letter.toLowerCase())

/** Why, by the first reason that holds today as well. */
function rejectedText(reasons: readonly Rejection[], view: DeliveryDetail): string {
  const reason = reasons.find(each => fitsNow(each, view) === null)
  return reason === undefined
    ? 'rejected on arrival (it fits now)'
    : `rejected (${insideSentence(rejections[reason].title)})`
}

/** How the delivery fared, as the end of a sentence: verified or why not, what was answered, what the app said. */
export function fateOf(view: DeliveryDetail): string {
  const verdict = view.verdictDetail
  const checked = verdict.kind === 'rejected' ? rejectedText(verdict.reasons, view) : verdict.kind
  const byMock = view.notes.includes('answer-rehearsed') ? ' by the mock response' : ''
  const answered = view.status === null ? `not answered yet${byMock}` : `answered ${view.status}${byMock}`
  return [`${checked}, ${answered}`, ...appClause(view), ...besideClause(view)].join('; ')
}

/** What the app said; by its address where deliveries are not forwarded to it. */
function appClause({ lastAttempt: last }: DeliveryDetail): string[] {
  if (last === null) return []
  const app = last.laptop ? `the app on ${laptopText(last.laptop)}` : last.own ? 'your app' : hostOf(last.target)
  const clauses = {
    answered: `${app} answered ${last.status} in ${tookText(last.ms ?? 0)}`,
    pending: `not answered by ${app} yet`,
    refused: `${app} could not be reached`,
    'timed-out': `${app} did not answer in time`,
    reset: `${app} ended the connection before answering`,
    'invalid-answer': `${app} answered something that is not HTTP`,
  }
  return [clauses[last.outcome]]
}

/** What a replay of something else, or elsewhere, came to since. */
function besideClause({ attempts }: DeliveryDetail): string[] {
  const beside = newestBeside(attempts)
  if (beside === null) return []
  const what = beside.laptop === undefined ? `a replay (${besideText(beside)})` : besideText(beside)
  return [`${what}: ${outcomeText(beside)}`]
}
