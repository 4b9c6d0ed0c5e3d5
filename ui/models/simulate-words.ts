/** Sentences about simulations. */
import { tryInstants } from '../../core/schedule.ts'
import type { AskedSimulation, SimulatedEvent, SimulatedState, Simulation } from '../../core/simulation.ts'
import { type Weather, weathers } from '../../core/weather.ts'
import type { Draft } from './simulate-draft.ts'
import { countText } from './time.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

const plain = (value: number) => String(Math.round(value * 10) / 10)

/** “45 s”, “7.2 min”, “12 h”: lengths of time from hundredths of seconds to days, as short as can be. */
export function lengthText(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`
  if (ms < 90 * second) return `${plain(ms / second)} s`
  if (ms < 90 * minute) return `${plain(ms / minute)} min`
  return `${plain(ms / hour)} h`
}

/** An instant of the schedule: “at once”, “after 5 min”, “after 12 h”. */
export function instantText(ms: number): string {
  return ms === 0 ? 'at once' : `after ${ms >= hour ? `${ms / hour} h` : `${ms / minute} min`}`
}

/** “1 event”, “1,200 events”. */
export function eventsText(count: number): string {
  return count === 1 ? '1 event' : `${countText(count)} events`
}

/** “Duplicates 20 %, Slow sending”; '' for fair weather. */
export function weatherText(weather: Weather): string {
  return weathers
    .filter(({ kind }) => weather[kind] !== undefined)
    .map(({ kind, label }) => (weather[kind] === 1 ? label : `${label} ${Math.round((weather[kind] ?? 0) * 100)} %`))
    .join(', ')
}

/** How a simulation was asked for, in a line: “retried, 600× faster · 20 a second · Duplicates 20 %”. */
export function askedText({ recipients, rate, retries, clock, weather }: AskedSimulation): string {
  const speed =
    clock.kind === 'instant'
      ? 'without waiting'
      : clock.factor === 1
        ? 'in real time'
        : `${countText(clock.factor)}× faster`
  return [
    recipients.kind === 'target' ? recipients.url : recipients.kind === 'hook' ? 'to one hook' : 'to subscribed hooks',
    retries === 'off' ? 'one try each' : `retried ${speed}`,
    rate === null ? '' : `${countText(rate)} a second`,
    weatherText(weather),
  ]
    .filter(part => part !== '')
    .join(' · ')
}

/** How retries will go: “up to 36 tries, 72 h in 7.2 min”. */
export function retriesText({ retries, clock }: Pick<Draft, 'retries' | 'clock'>): string {
  if (retries === 'off') return 'one try each'
  const whole = tryInstants.at(-1) ?? 0
  if (clock === 'instant') return `up to ${tryInstants.length} tries, one right after the other`
  if (clock === '1') return `up to ${tryInstants.length} tries in 72 h`
  return `up to ${tryInstants.length} tries, 72 h in ${lengthText(whole / Number(clock))}`
}

export const stateWords: Record<SimulatedState, string> = {
  waiting: 'Waiting',
  sending: 'Sending',
  delivered: 'Delivered',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

export const stateTones: Record<SimulatedState, 'neutral' | 'ok' | 'bad' | 'accent' | 'warn'> = {
  waiting: 'warn',
  sending: 'accent',
  delivered: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
}

/** When the next try comes: “now”, “in 12 s”, “in 5 min”. @param from milliseconds since 1970 */
export function dueText(next: NonNullable<SimulatedEvent['next']>, from: number): string {
  const ms = Date.parse(next.at) - from
  return ms < second ? 'now' : `in ${lengthText(Math.ceil(ms / second) * second)}`
}

/** How far a simulation has come, in words. */
export function progressText({ events, delivered, failed, cancelled }: Simulation): string {
  const open = events - delivered - failed - cancelled
  const parts = [
    [delivered, 'delivered'],
    [failed, 'failed'],
    [cancelled, 'cancelled'],
    [open, 'to go'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${countText(count)} ${word}`)
  return said.length === 0 ? 'nothing was sent' : said.join(', ')
}
