/** Simulated events as lines: each try with how it ended, and what waits for the next one. */
import { isGood } from '../../core/http/outcome.ts'
import type { SimulatedAttempt, SimulatedEvent } from '../../core/simulate/simulation.ts'
import { attemptEnd, resultOf } from '../../core/simulate/stations.ts'
import { spanText } from '../../core/text/duration.ts'
import { clip, printable } from '../../core/text/text.ts'
import { answerText, clock, indentFor, type LineStyle, paintAnswer, reasonLines, timePart } from './delivery-line.ts'
import { appPlace, ownWords, type Piece, stationPieces } from './station-text.ts'
import type { Paint } from './style.ts'
import { wrapPieces, wrapWords } from './wrap.ts'

/** The longest event type of the catalogue. */
const typeWidth = 26
/** What most summaries take, and what each has at least. */
const [summaryWidth, leastSummary] = [32, 8]

const typeOf = ({ eventType }: SimulatedEvent) =>
  clip(printable(eventType ?? 'no event type'), typeWidth).padEnd(typeWidth)

const painters = (paint: Paint): Readonly<Record<Piece['tone'], (text: string) => string>> => ({
  good: paint.green,
  bad: paint.red,
  open: paint.yellow,
  plain: text => text,
})

/** Why each station that did not take it did not, as far as the line itself does not say it. */
function whyLines(ended: SimulatedAttempt, style: LineStyle): string[] {
  if (!isGood(ended) && ended.apps.length === 0)
    // A refusal by the hook is named in the line, by its code.
    return ended.arrival?.verdict === 'rejected' ? [] : reasonLines(ended, style)
  return ended.apps.flatMap(app => {
    const [first, ...others] = reasonLines(app, style)
    if (first === undefined) return []
    return ended.apps.length === 1
      ? [first, ...others]
      : [`${indentFor(style.width)}${appPlace(app)}`, first, ...others]
  })
}

/**
 * A try that has ended: one line with its stations, which have one of their own where there is no room, and below why it failed.
 * @param recipient the hook's label; null where there is but one recipient
 * @param marks what is remarkable about it, beside its faults
 * @param now milliseconds since 1970
 */
export function simulatedAttemptLines(
  event: SimulatedEvent,
  ended: SimulatedAttempt,
  recipient: string | null,
  marks: readonly string[],
  now: number,
  style: LineStyle,
): string[] {
  const { paint, width } = style
  const time = timePart(ended.startedAt, width)
    .map(text => `${text}  `)
    .join('')
  const which = ended.number === 1 ? '' : `  attempt ${ended.number}, ${spanText(ended.instantMs)} after the first`
  const remarkable = [...marks, ...ended.weather]
  const marked = remarkable.length === 0 ? '' : `  [${remarkable.join(' ')}]`
  const to = recipient === null ? '' : `  to ${clip(printable(recipient), 40)}`
  const comes = event.next?.number === ended.number + 1 ? event.next : null
  const next =
    attemptEnd(ended) === 'taken' || comes === null
      ? ''
      : `  again in ${spanText(Math.max(0, Date.parse(comes.at) - now))}`
  const pieces = stationPieces(ended)
  const stations = pieces.map(({ text }) => text).join('')
  const before = `${time}${typeOf(event)}  ${which}${marked}${to}`.length
  const behind = `  ${stations}${next}`.length
  const isTight = width !== null && before + leastSummary + behind > width
  const room = width === null ? 200 : Math.max(width - before - (isTight ? 0 : behind), leastSummary)
  const summary = clip(printable(event.summary), room).padEnd(Math.min(room, summaryWidth))
  const words = ownWords(ended)
  const taken = before + Math.max(summary.length, leastSummary) + behind
  const isInline = words !== null && (width === null || (!isTight && taken + 2 + words.length <= width))
  const painted = pieces.map(({ text, tone }) => painters(paint)[tone](text)).join('')
  const head = `${paint.dim(time)}${paint.bold(typeOf(event))}  ${summary}${paint.dim(which)}${paint.yellow(marked)}${to}`
  const tail = `${painted}${isInline ? `: ${paint.red(words)}` : ''}${paint.dim(next)}`
  const indent = indentFor(width)
  return [
    ...(isTight
      ? [...wrapWords(head, width, indent), ...wrapWords(`${indent}${tail}`, width, indent)]
      : [`${head}  ${tail}`]),
    ...(isInline ? [] : whyLines(ended, style)),
  ]
}

/**
 * An event that waits, or is being sent, as one line; below it why the last try was not taken.
 * @param recipient the hook's label, or where it goes
 */
export function pendingLinesOf(event: SimulatedEvent, recipient: string, now: number, style: LineStyle): string[] {
  const { paint, width } = style
  const id = `${event.id}`.padEnd(6)
  const { next } = event
  const when =
    next === null
      ? 'being sent'
      : `attempt ${next.number} at ${clock(next.at)}, ${Date.parse(next.at) <= now ? 'due' : `in ${spanText(Date.parse(next.at) - now)}`}`
  const last = event.tries.at(-1)
  const before = last === undefined || last.outcome === 'pending' ? '' : `  ${answerText(resultOf(last))}`
  const to = `  to ${clip(printable(recipient), 80)}`
  const indent = indentFor(width)
  const fixed = `${id}  ${typeOf(event)}    ${when}${to}${before}`.length
  const room = width === null ? 200 : Math.max(width - fixed, 12)
  const summary = clip(printable(event.summary), room).padEnd(Math.min(room, summaryWidth))
  const pieces = [
    `${paint.bold(id)}  ${typeOf(event)}  ${summary}`,
    `  ${when}`,
    paint.dim(to),
    ...(last === undefined ? [] : [`  ${paintAnswer(resultOf(last), paint)}`]),
  ]
  const lines = wrapPieces(pieces, width, indent)
  if (last === undefined || attemptEnd(last) !== 'failed') return lines
  const stations = stationPieces(last).map(({ text, tone }) => painters(paint)[tone](text))
  const way = last.arrival === null ? [] : wrapWords(`${indent}${stations.join('')}`, width, indent)
  return [...lines, ...way, ...whyLines(last, style)]
}
