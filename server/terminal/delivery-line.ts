/** One delivery as one line: time, id, event type, summary, verdict, the target's answer. Advice below when it was rejected. */
import type { AttemptSummary } from '../../core/attempt.ts'
import { type DeliverySummary, rejections, type VerdictKind } from '../../core/delivery.ts'
import { clip, printable } from '../../core/text.ts'
import type { Paint } from './style.ts'

/** How an attempt ended, or that it has not. */
export type AttemptEnd = Pick<AttemptSummary, 'outcome' | 'status' | 'ms'>

export interface LineStyle {
  readonly paint: Paint
  /** null: no limit. */
  readonly width: number | null
}

/** The longest event type of the catalogue. */
const typeWidth = 26
/** What most summaries take. */
const summaryWidth = 32

const marks: Readonly<Record<VerdictKind, string>> = {
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

/** How an attempt ended, in a few words. */
export function answerText(attempt: AttemptEnd): string {
  const took =
    attempt.ms === null
      ? ''
      : ` in ${attempt.ms < 1000 ? `${Math.round(attempt.ms)} ms` : `${(attempt.ms / 1000).toFixed(1)} s`}`
  switch (attempt.outcome) {
    case 'answered':
      return `→ ${attempt.status ?? '?'}${took}`
    case 'pending':
      return '→ no answer yet'
    case 'invalid-answer':
      return `→ not an HTTP answer${took}`
    case 'timed-out':
    case 'refused':
    case 'reset':
      return `→ ${attempt.outcome}${took}`
  }
}

/** Whether the target took it: any 2xx, as for the gateway. */
export const isGood = (attempt: AttemptEnd): boolean =>
  attempt.outcome === 'answered' && attempt.status !== null && attempt.status >= 200 && attempt.status < 300

/** `answerText`, green when it was taken, red when not. */
export function paintAnswer(attempt: AttemptEnd, paint: Paint): string {
  const text = answerText(attempt)
  return isGood(attempt) ? paint.green(text) : attempt.outcome === 'pending' ? paint.dim(text) : paint.red(text)
}

/** The answer is not known yet. */
const heldBack = ({ notes }: DeliverySummary) => (notes.includes('answer-rehearsed') ? ' (held back)' : '')

/**
 * @param attempt how sending it on went; null when it was not sent on
 * @returns one line, and one more for each reason of a rejection
 */
export function deliveryLines(delivery: DeliverySummary, attempt: AttemptEnd | null, style: LineStyle): string[] {
  const { paint, width } = style
  const time = clock(delivery.receivedAt)
  const id = `#${delivery.id}`
  const type = clip(printable(delivery.eventType ?? 'no event type'), width === null ? 80 : typeWidth).padEnd(typeWidth)
  const mark = marks[delivery.verdict]
  const notes = delivery.notes.length === 0 ? '' : ` [${delivery.notes.join(' ')}]`
  const answer = attempt === null ? '' : `  ${answerText(attempt)}`
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
    `${paintMark(mark)}${paint.red(status)}${paint.yellow(notes)}${attempt === null ? '' : `  ${paintAnswer(attempt, paint)}`}`,
  ].join('  ')
  const indent = ' '.repeat(time.length + 2)
  const reasons = delivery.reasons.flatMap(reason => {
    const { title, advice } = rejections[reason]
    const [first = '', ...more] = wrapWords(
      `${title}: ${advice} (${reason})`,
      width === null ? null : width - indent.length,
    )
    return [`${indent}${paint.red(title)}${first.slice(title.length)}`, ...more.map(text => `${indent}${text}`)]
  })
  return [line, ...reasons]
}

/** An attempt that ended after its delivery's line was printed, or one that somebody asked for. */
export function attemptLineOf(attempt: AttemptSummary, style: LineStyle): string {
  const { paint } = style
  const word = attempt.source === 'forward' ? 'forwarded' : attempt.source === 'replay' ? 'replayed' : 'sent'
  const target = clip(printable(attempt.target), 120)
  return `${paint.dim(clock(attempt.startedAt))}  ${paint.dim(`#${attempt.delivery}`)}  ${word} to ${target}  ${paintAnswer(attempt, paint)}`
}
