/** One delivery as one line: time, id, event type, summary, verdict, the target's answer. Advice below when it was rejected. */
import type { AttemptSummary } from '../../core/attempt.ts'
import { type DeliverySummary, rejections, type VerdictKind } from '../../core/delivery.ts'
import { type NotForwardedCode, notForwardedWords } from '../../core/not-forwarded.ts'
import { isGood, outcomeWords, reasonOf } from '../../core/outcome.ts'
import { clip, printable } from '../../core/text.ts'
import type { DeliveryWhy } from '../json-lines.ts'
import type { Paint } from './style.ts'

/** How an attempt ended, or that it has not. */
export type AttemptEnd = Pick<AttemptSummary, 'outcome' | 'status' | 'ms'> & Partial<Pick<AttemptSummary, 'sloppy'>>
/** The same, with what is known of why. */
export type AttemptReasoned = AttemptEnd & Pick<AttemptSummary, 'line' | 'location' | 'error'>

export interface LineStyle {
  readonly paint: Paint
  /** null: no limit. */
  readonly width: number | null
  /** Leave out what to try: it was said just before. */
  readonly withoutHint?: boolean
}

/** The longest event type of the catalogue. */
const typeWidth = 26
/** What most summaries take. */
const summaryWidth = 32

/** A verdict as a sign and a word. */
export const verdictMarks: Readonly<Record<VerdictKind, string>> = {
  verified: '✓ verified',
  unchecked: '· unchecked',
  rejected: '✗ rejected',
}

const two = (value: number) => String(value).padStart(2, '0')

/** Text as lines that break between words. @param width null: one line */
export function wrapWords(text: string, width: number | null): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || (width !== null && last.length + 1 + word.length > width)) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** Local time of day. */
export function clock(iso: string): string {
  const time = new Date(iso)
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** How an attempt ended, in a few words: “200 in 35 ms”. */
export function endText(attempt: AttemptEnd): string {
  const took =
    attempt.ms === null
      ? ''
      : ` in ${attempt.ms < 1000 ? `${Math.round(attempt.ms)} ms` : `${(attempt.ms / 1000).toFixed(1)} s`}`
  const flag = attempt.sloppy?.length ? ' (sloppy HTTP)' : ''
  return `${attempt.outcome === 'answered' ? (attempt.status ?? '?') : outcomeWords[attempt.outcome]}${took}${flag}`
}

/** The same behind the arrow that leads to it. */
export const answerText = (attempt: AttemptEnd): string => `→ ${endText(attempt)}`

/** `answerText`, green when it was taken, red when not. */
export function paintAnswer(attempt: AttemptEnd, paint: Paint): string {
  const text = answerText(attempt)
  return isGood(attempt) ? paint.green(text) : attempt.outcome === 'pending' ? paint.dim(text) : paint.red(text)
}

/** The answer is not known yet. */
const heldBack = ({ notes }: DeliverySummary) => (notes.includes('answer-rehearsed') ? ' (held back)' : '')

/** What stands below a line is indented so. */
export const indent = ' '.repeat('00:00:00  '.length)

/** A finding in red with what to do about it, below the line that it belongs to. */
function below(found: string, more: string, { paint, width }: LineStyle): string[] {
  const [first = '', ...others] = wrapWords(`${found}${more}`, width === null ? null : width - indent.length)
  const red = first.slice(0, found.length)
  return [`${indent}${paint.red(red)}${first.slice(red.length)}`, ...others.map(text => `${indent}${text}`)]
}

/** Why the target did not take it, and what to try; nothing when it did, and where nothing is known. */
export function reasonLines(attempt: AttemptReasoned, style: LineStyle): string[] {
  const reason = reasonOf(attempt)
  if (reason === null) return []
  const hint = reason.hint === null || style.withoutHint ? '' : ` ${printable(reason.hint)}`
  return below(printable(reason.message), hint, style)
}

/** Of a delivery that reached the app, or is going to. */
export const nothingKnown: DeliveryWhy = { notForwarded: null, statusReason: null }
/** Said elsewhere: below the line as the reason of its rejection, in its notes, and in the block at the start. */
const saidElsewhere: ReadonlySet<NotForwardedCode> = new Set(['rejected', 'incomplete', 'unrouted', 'no-target'])

/** Why the app did not get it, or why hookscope answered in its place, where no attempt says so. */
function whyLines({ notForwarded, statusReason }: DeliveryWhy, said: string | null, style: LineStyle): string[] {
  if (statusReason !== null)
    return statusReason.message === said
      ? []
      : below('Answered in place of your app', `: ${printable(statusReason.message)}`, style)
  if (notForwarded === null || style.withoutHint || saidElsewhere.has(notForwarded.code)) return []
  return below(notForwarded.message, ` ${notForwarded.hint}`, style)
}

/**
 * @param attempt how sending it on went; null when it was not sent on
 * @returns one line, one more for each reason of a rejection, and why the target did not take it
 */
export function deliveryLines(
  delivery: DeliverySummary,
  attempt: AttemptReasoned | null,
  style: LineStyle,
  why = nothingKnown,
): string[] {
  const { paint, width } = style
  const time = clock(delivery.receivedAt)
  const id = `#${delivery.id}`
  const type = clip(printable(delivery.eventType ?? 'no event type'), width === null ? 80 : typeWidth).padEnd(typeWidth)
  const mark = verdictMarks[delivery.verdict]
  const notes = delivery.notes.length === 0 ? '' : ` [${delivery.notes.join(' ')}]`
  const { code } = why.notForwarded ?? {}
  const unsent = code === undefined || saidElsewhere.has(code) ? '' : `  → ${notForwardedWords[code]}`
  const answer = attempt === null ? unsent : `  ${answerText(attempt)}`
  const status = delivery.status === 200 ? '' : delivery.status === null ? heldBack(delivery) : ` (${delivery.status})`
  const fixed = `${time}  ${id}  ${type}    ${mark}${status}${notes}${answer}`.length
  const room = width === null ? 200 : Math.max(width - fixed, 12)
  // Padded, so that the verdicts of neighbouring lines stand under each other.
  const summary = clip(printable(delivery.summary), room).padEnd(Math.min(room, summaryWidth))
  const paintMark =
    delivery.verdict === 'verified' ? paint.green : delivery.verdict === 'rejected' ? paint.red : paint.yellow
  const line = [
    paint.dim(time),
    paint.dim(id),
    paint.bold(type),
    summary,
    `${paintMark(mark)}${paint.red(status)}${paint.yellow(notes)}${attempt === null ? paint.yellow(unsent) : `  ${paintAnswer(attempt, paint)}`}`,
  ].join('  ')
  const reasons = delivery.reasons.flatMap(reason => {
    const { title, advice } = rejections[reason]
    return below(title, `: ${advice} (${reason})`, style)
  })
  const said = attempt === null ? null : (reasonOf(attempt)?.message ?? null)
  return [line, ...reasons, ...(attempt === null ? [] : reasonLines(attempt, style)), ...whyLines(why, said, style)]
}

/** An attempt that ended after its delivery's line was printed, or one that somebody asked for; below it, why it failed. */
export function attemptLines(attempt: AttemptSummary, style: LineStyle): string[] {
  const { paint } = style
  const word = attempt.source === 'forward' ? 'forwarded' : attempt.source === 'replay' ? 'replayed' : 'sent'
  const target = clip(printable(attempt.target), 120)
  const line = `${paint.dim(clock(attempt.startedAt))}  ${paint.dim(`#${attempt.delivery}`)}  ${word} to ${target}  ${paintAnswer(attempt, paint)}`
  return [line, ...reasonLines(attempt, style)]
}
