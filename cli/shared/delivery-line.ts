/** One delivery as one line: time, id, hook, event type, summary, verdict, flags, the target's answer. Advice below when it was rejected. */
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { attemptChangesText } from '../../core/deliveries/attempt-changes-words.ts'
import { causeChip } from '../../core/deliveries/cause-chips.ts'
import { type DeliverySummary, type Rejection, rejections, type VerdictKind } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { laptopText } from '../../core/deliveries/laptop-words.ts'
import type { DeliveryWhy } from '../../core/deliveries/not-forwarded.ts'
import { type NotForwardedCode, notForwardedWords } from '../../core/deliveries/not-forwarded.ts'
import { isGood, outcomeWords, reasonOf, throughProxy } from '../../core/http/outcome.ts'
import { targetName } from '../../core/http/target-name.ts'
import { tookText } from '../../core/text/duration.ts'
import { clip, printable, withCommas } from '../../core/text/text.ts'
import { shellWord } from '../../server/lib/shell-word.ts'
import type { Paint } from './style.ts'
import { widthShown, wrapPieces, wrapWords } from './wrap.ts'

/** How an attempt ended, or that it has not. */
export type AttemptEnd = Pick<AttemptSummary, 'outcome' | 'status' | 'ms'> &
  Partial<Pick<AttemptSummary, 'sloppy' | 'own' | 'target' | 'proxy' | 'laptop'>>
/** The same, with what is known of why. */
export type AttemptReasoned = AttemptEnd & Pick<AttemptSummary, 'line' | 'location' | 'error'>

export interface LineStyle {
  readonly paint: Paint
  /** null: no limit. */
  readonly width: number | null
  /** Leave out what to try: it was said just before. */
  readonly withoutHint?: boolean
}

/** What a delivery's line needs beside the delivery. */
export interface DeliveryFacts extends DeliveryWhy {
  /** The label of its hook, where there are several, and the length of the longest of them. */
  readonly hook?: { readonly label: string; readonly longest: number } | null
  /** Why its signature is wrong, where that is known by now. */
  readonly diagnosis?: SignatureDiagnosis | null
  /** What is said of a rejection that would be none today. */
  readonly fitsNow?: (reason: Rejection) => string | null
  /** Where deliveries are forwarded: of several, the line names the one that answered. */
  readonly targets?: readonly string[]
  /** It is one of so many that are kept and not listed yet. */
  readonly preparing?: number
  /** What `--db` was given, for the command that is named; null or absent when it was not. */
  readonly db?: string | null
}

/** The longest event type of the catalogue. */
const typeWidth = 26
/** What most summaries take. */
const summaryWidth = 32
/** What a summary has at least beside the flags, and in a terminal however narrow. */
const [summaryBesideFlags, leastSummary] = [12, 6]
/** In narrower terminals lines do without the time, so that a forwarded delivery fits one. */
const leastForTime = 104

/** A verdict as a sign and a word. */
export const verdictMarks: Readonly<Record<VerdictKind, string>> = {
  verified: '✓ verified',
  unchecked: '· unchecked',
  rejected: '✗ rejected',
}

const two = (value: number) => String(value).padStart(2, '0')

/** Local time of day. */
export function clock(iso: string): string {
  const time = new Date(iso)
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** How an attempt ended, in a few words: “200 in 35 ms”. */
export function endText(attempt: AttemptEnd): string {
  const took = attempt.ms === null ? '' : ` in ${tookText(attempt.ms)}`
  const flag = attempt.sloppy?.length ? ' (sloppy HTTP)' : ''
  if (attempt.outcome !== 'answered') return `${outcomeWords[attempt.outcome]}${took}${flag}`
  // Of one that failed, the reason says it.
  const way = attempt.proxy === undefined ? '' : ` ${printable(throughProxy(attempt.proxy))}`
  return `${attempt.status ?? '?'}${took}${flag}${way}`
}

/** The same behind the arrow that leads to it. */
export const answerText = (attempt: AttemptEnd): string => `→ ${endText(attempt)}`

/** The target's name takes no more. */
const nameWidth = 32

/** The same with the target's name, where there are several. */
function namedAnswer(attempt: AttemptEnd, targets: readonly string[]): string {
  const { laptop, target } = attempt
  const name = laptop ? laptopText(laptop) : target === undefined ? null : targetName(target, targets)
  return name === null ? answerText(attempt) : `→ ${clip(printable(name), nameWidth)} ${endText(attempt)}`
}

/** How it ended, green when it was taken, red when not. @param targets where deliveries are forwarded */
export function paintAnswer(attempt: AttemptEnd, paint: Paint, targets: readonly string[] = []): string {
  const text = namedAnswer(attempt, targets)
  return isGood(attempt) ? paint.green(text) : attempt.outcome === 'pending' ? paint.dim(text) : paint.red(text)
}

/** The answer is not known yet. */
const heldBack = ({ notes }: DeliverySummary) => (notes.includes('answer-rehearsed') ? ' (delayed)' : '')

/** The time at the begin of a line, where there is room for it. */
export const timePart = (iso: string, width: number | null): string[] =>
  width === null || width >= leastForTime ? [clock(iso)] : []

/** What stands below a line is indented so. */
export const indentFor = (width: number | null): string =>
  ' '.repeat(width === null || width >= leastForTime ? '00:00:00  '.length : 4)

/** A finding in colour with what to do about it, below the line that it belongs to. */
function below(found: string, more: string, { paint, width }: LineStyle, colour = paint.red): string[] {
  const indent = indentFor(width)
  const [first = '', ...others] = wrapWords(`${found}${more}`, width === null ? null : width - indent.length)
  const begin = first.slice(0, found.length)
  return [`${indent}${colour(begin)}${first.slice(found.length)}`, ...others.map(text => `${indent}${text}`)]
}

/** Why the target did not take it, and what to try; nothing when it did, and where nothing is known. */
export function reasonLines(attempt: AttemptReasoned, style: LineStyle): string[] {
  const reason = reasonOf(attempt)
  if (reason === null) return []
  const hint = reason.hint === null || style.withoutHint ? '' : ` ${printable(reason.hint)}`
  return below(printable(reason.message), hint, style)
}

/** Of a delivery of the only hook that reached the app, or is going to. */
export const noFacts: DeliveryFacts = { notForwarded: null, statusReason: null }
/** Said elsewhere: below the line as the reason of its rejection, in its notes, and in the block at the start. */
const saidElsewhere: ReadonlySet<NotForwardedCode> = new Set(['rejected', 'incomplete', 'unrouted', 'no-target'])

/** Why the app did not get it, or why hookscope answered in its place, where no attempt says so. */
function whyLines({ notForwarded, statusReason }: DeliveryWhy, said: string | null, style: LineStyle): string[] {
  if (statusReason !== null)
    return statusReason.message === said
      ? []
      : below('hookscope answered instead of your app', `: ${printable(statusReason.message)}`, style)
  if (notForwarded === null || style.withoutHint || saidElsewhere.has(notForwarded.code)) return []
  return below(notForwarded.message, ` ${notForwarded.hint}`, style)
}

/** How sending it on went, or why it was not sent on. */
function answerPiece(attempt: AttemptReasoned | null, facts: DeliveryFacts, paint: Paint): string {
  const { notForwarded, targets, preparing } = facts
  if (preparing !== undefined)
    return `  ${paint.dim(preparing === 1 ? '→ being prepared' : `→ one of ${withCommas(preparing)} being prepared`)}`
  // Where deliveries are not forwarded to, another app may have taken it: no green.
  if (attempt?.own === false)
    return `  ${isGood(attempt) ? `→ replay: ${endText(attempt)}` : paint.red(`→ replay: ${endText(attempt)}`)}`
  if (attempt !== null) return `  ${paintAnswer(attempt, paint, targets)}`
  const { code } = notForwarded ?? {}
  return code === undefined || saidElsewhere.has(code) ? '' : `  ${paint.yellow(`→ ${notForwardedWords[code]}`)}`
}

/** The flags in brackets, as many as there is room for; that there are more is not kept back. */
function flagsPiece(flags: readonly string[], room: number): string {
  for (let shown = flags.length; shown > 0; shown -= 1) {
    const piece = ` [${[...flags.slice(0, shown), ...(shown < flags.length ? ['…'] : [])].join(' ')}]`
    if (piece.length <= room) return piece
  }
  return flags.length === 0 ? '' : ' […]'
}

const signatureReasons: ReadonlySet<string> = new Set(['signature-wrong', 'signature-malformed'])

/** What to do about a rejection that would be none today. @param hook its id @param db what `--db` was given; null when it was not */
export const verifyAgainHint = (hook: string, db: string | null): string =>
  `Verify again: hookscope hooks edit ${printable(hook)} --verify-again${db === null ? '' : ` --db ${shellWord(printable(db))}`}`

/** Why it was rejected, a reason a line. @param cause why its signature is wrong, in a few words; null where that is not known */
export const rejectionTitles = ({ reasons }: DeliverySummary, cause: string | null, style: LineStyle): string[] =>
  reasons.flatMap(reason =>
    below(rejections[reason].title, cause !== null && signatureReasons.has(reason) ? `: ${cause}.` : '.', style),
  )

/** Why it was rejected and what to do, a reason a sentence; of a signature what was found out, which is what helps. */
function rejectionLines(
  { reasons, hook }: DeliverySummary,
  { diagnosis = null, fitsNow = () => null, db = null }: DeliveryFacts,
  style: LineStyle,
): string[] {
  return reasons.flatMap(reason => {
    const { title, advice } = rejections[reason]
    const isSignature = signatureReasons.has(reason)
    const now = fitsNow(reason)
    if (now !== null) return below(now, ` ${verifyAgainHint(hook, db)}`, style, style.paint.yellow)
    // Nothing is said to be as before of a signature whose cause is not known: it may have another.
    if (style.withoutHint)
      return isSignature && diagnosis?.kind === 'found'
        ? below(causeChip(diagnosis.causes), ', as before.', style, style.paint.yellow)
        : below(title, isSignature ? '.' : ', as before.', style)
    if (diagnosis === null || diagnosis.kind === 'unknown' || !isSignature) return below(title, `: ${advice}`, style)
    return below(printable(diagnosis.sentence), '', style, style.paint.yellow)
  })
}

/**
 * @param attempt how sending it on went; null when it was not sent on
 * @returns one line, or two in a very narrow terminal, below it why it was rejected, and why the target did not take it
 */
export function deliveryLines(
  delivery: DeliverySummary,
  attempt: AttemptReasoned | null,
  style: LineStyle,
  facts = noFacts,
): string[] {
  const { paint, width } = style
  const { hook: named = null, diagnosis = null } = facts
  const time = timePart(delivery.receivedAt, width)
  const id = `#${delivery.id}`
  const hookWidth = Math.min(named?.longest ?? 0, time.length === 0 ? 9 : 16)
  const hook = named === null ? [] : [clip(printable(named.label), hookWidth).padEnd(hookWidth)]
  const type = clip(printable(delivery.eventType ?? 'no event type'), width === null ? 80 : typeWidth)
  const mark = verdictMarks[delivery.verdict]
  const status = delivery.status === 200 ? '' : delivery.status === null ? heldBack(delivery) : ` (${delivery.status})`
  const answer = answerPiece(attempt, facts, paint)
  const allFlags = flagsPiece(delivery.notes, Number.POSITIVE_INFINITY)
  const begin = [...time, id, ...hook, '', '', `${mark}${status}`].join('  ').length
  const room = (width ?? 400) - begin - type.length - widthShown(answer)
  const some = flagsPiece(delivery.notes, room - summaryBesideFlags)
  const flags = width === null ? allFlags : room - some.length < leastSummary && room >= leastSummary ? '' : some
  // What does not fit beside a summary stands below it.
  const isTight = room - flags.length < leastSummary
  // In a very narrow one, so does the verdict.
  const isMarkBelow = isTight && (width ?? 0) - begin < type.length + leastSummary
  const left = isMarkBelow
    ? (width ?? 0) - [...time, id, ...hook, '', ''].join('  ').length
    : isTight
      ? (width ?? 0) - begin
      : room - flags.length + type.length
  // In a narrow terminal the summary takes what pads the type elsewhere.
  const typeRoom = Math.min(typeWidth, Math.max(type.length, left - (flags === '' ? leastSummary : summaryBesideFlags)))
  const summaryRoom = width === null ? 200 : Math.max(left - typeRoom, leastSummary)
  // Padded, so that the verdicts of neighbouring lines stand under each other.
  const summary = clip(printable(delivery.summary), summaryRoom)
    .replace(/[ ·]+…$/, '…')
    .padEnd(Math.min(summaryRoom, summaryWidth))
  const paintMark =
    delivery.verdict === 'verified' ? paint.green : delivery.verdict === 'rejected' ? paint.red : paint.yellow
  const marked = `${paintMark(mark)}${paint.red(status)}`
  const line = [
    ...time.map(text => paint.dim(text)),
    paint.dim(id),
    ...hook.map(text => paint.cyan(text)),
    paint.bold(type.padEnd(width === null ? typeWidth : typeRoom)),
    isMarkBelow ? summary.trimEnd() : summary,
    ...(isMarkBelow ? [] : [marked]),
  ].join('  ')
  const indent = indentFor(width)
  const tail =
    `${isMarkBelow ? marked : ''}${paint.yellow(isMarkBelow ? allFlags : allFlags.trimStart())}${answer}`.trimStart()
  const lines = !isTight
    ? [`${line}${paint.yellow(flags)}${answer}`]
    : [line, ...(tail === '' ? [] : wrapWords(`${indent}${tail}`, width, indent))]
  const said = attempt === null ? null : (reasonOf(attempt)?.message ?? null)
  return [
    ...lines,
    ...rejectionLines(delivery, facts, style),
    ...(diagnosis?.kind === 'other-gateway' && !style.withoutHint
      ? below(printable(diagnosis.sentence), '', style, paint.yellow)
      : []),
    ...(attempt === null ? [] : reasonLines(attempt, style)),
    ...whyLines(facts, said, style),
  ]
}

/** An attempt that ended after its delivery's line was printed, or one that somebody asked for; below it, why it failed. */
export function attemptLines(attempt: AttemptSummary, style: LineStyle): string[] {
  const { paint } = style
  const word = attempt.source === 'forward' ? 'forwarded' : attempt.source === 'replay' ? 'replayed' : 'sent'
  const target = clip(printable(attempt.target), 120)
  const begin = [...timePart(attempt.startedAt, style.width), `#${attempt.delivery}`].map(text => paint.dim(text))
  const line = [...begin, `${word} to ${target}`].join('  ')
  const changes = attemptChangesText(attempt.changes)
  return [
    ...wrapPieces(
      [line, ...(changes === '' ? [] : [`  ${paint.yellow(`[${changes}]`)}`]), `  ${paintAnswer(attempt, paint)}`],
      style.width,
      indentFor(style.width),
    ),
    ...reasonLines(attempt, style),
  ]
}
