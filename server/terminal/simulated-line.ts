/** Simulated events as lines: each try with how it ended, and what waits for the next one. */
import { spanText } from '../../core/clock.ts'
import { isGood } from '../../core/outcome.ts'
import type { SimulatedEvent, SimulatedTry } from '../../core/simulation.ts'
import { clip, printable } from '../../core/text.ts'
import { answerText, clock, type LineStyle, paintAnswer } from './delivery-line.ts'

/** The longest event type of the catalogue. */
const typeWidth = 26
/** What most summaries take. */
const summaryWidth = 32

const typeOf = ({ eventType }: SimulatedEvent) =>
  clip(printable(eventType ?? 'no event type'), typeWidth).padEnd(typeWidth)

/**
 * A try that has ended, as one line; one more says why there was no answer.
 * @param recipient the hook's label; null where there is but one recipient
 * @param now milliseconds since 1970
 */
export function tryLinesOf(
  event: SimulatedEvent,
  ended: SimulatedTry,
  recipient: string | null,
  now: number,
  { paint, width }: LineStyle,
): string[] {
  const time = clock(ended.startedAt)
  const which = ended.number === 1 ? '' : `  try ${ended.number}, ${spanText(ended.instantMs)} after the first`
  const weather = ended.weather.length === 0 ? '' : `  [${ended.weather.join(' ')}]`
  const to = recipient === null ? '' : `  to ${clip(printable(recipient), 40)}`
  const comes = event.next?.number === ended.number + 1 ? event.next : null
  const next = isGood(ended) || comes === null ? '' : `  again in ${spanText(Math.max(0, Date.parse(comes.at) - now))}`
  const fixed = `${time}  ${typeOf(event)}  ${which}${weather}${to}  ${answerText(ended)}${next}`.length
  const room = width === null ? 200 : Math.max(width - fixed, 12)
  const summary = clip(printable(event.summary), room).padEnd(Math.min(room, summaryWidth))
  const line = `${paint.dim(time)}  ${paint.bold(typeOf(event))}  ${summary}${paint.dim(which)}${paint.yellow(weather)}${to}  ${paintAnswer(ended, paint)}${paint.dim(next)}`
  if (ended.error === null) return [line]
  return [line, `          ${printable(ended.error.message)} ${printable(ended.error.hint)}`]
}

/** An event that waits, or is being sent, as one line. @param recipient the hook's label, or where it goes */
export function pendingLineOf(
  event: SimulatedEvent,
  recipient: string,
  now: number,
  { paint, width }: LineStyle,
): string {
  const id = `${event.id}`.padEnd(6)
  const { next } = event
  const when =
    next === null
      ? 'being sent'
      : `try ${next.number} at ${clock(next.at)}, ${Date.parse(next.at) <= now ? 'due' : `in ${spanText(Date.parse(next.at) - now)}`}`
  const last = event.tries.at(-1)
  const before = last === undefined || last.outcome === 'pending' ? '' : `  ${answerText(last)}`
  const to = `  to ${clip(printable(recipient), 80)}`
  const fixed = `${id}  ${typeOf(event)}    ${when}${to}${before}`.length
  const room = width === null ? 200 : Math.max(width - fixed, 12)
  const summary = clip(printable(event.summary), room).padEnd(Math.min(room, summaryWidth))
  return `${paint.bold(id)}  ${typeOf(event)}  ${summary}  ${when}${paint.dim(to)}${last === undefined ? '' : `  ${paintAnswer(last, paint)}`}`
}
