/** Sentences about simulations. */
import { type FaultRates, faultKinds } from '../../core/simulate/faults.ts'
import { attemptInstants } from '../../core/simulate/schedule.ts'
import type { AskedSimulation, SimulatedEvent, SimulatedState, Simulation } from '../../core/simulate/simulation.ts'
import { lengthText } from '../../core/text/duration.ts'
import { counted } from '../../core/text/text.ts'
import { countText } from '../kit/count.ts'
import type { Draft } from './compose/draft.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** An instant of the schedule: “at once”, “after 5 min”, “after 12 h”. */
export function instantText(ms: number): string {
  return ms === 0 ? 'at once' : `after ${ms >= hour ? `${ms / hour} h` : `${ms / minute} min`}`
}

/** “1 event”, “1,200 events”. */
export function eventCountText(count: number): string {
  return counted(count, 'event')
}

/** “Duplicates 20 %, Slow sending”; '' without faults. */
export function faultsText(faults: FaultRates): string {
  return faultKinds
    .filter(({ kind }) => faults[kind] !== undefined)
    .map(({ kind, label }) => (faults[kind] === 1 ? label : `${label} ${Math.round((faults[kind] ?? 0) * 100)} %`))
    .join(', ')
}

/** How a simulation was asked for, in a line: “retried, 600× faster · 20 a second · Duplicates 20 %”. */
export function askedText({ recipients, rate, retries, clock, weather: faults }: AskedSimulation): string {
  const speed =
    clock.kind === 'instant'
      ? 'without waiting'
      : clock.factor === 1
        ? 'in real time'
        : `${countText(clock.factor)}× faster`
  return [
    recipients.kind === 'target' ? recipients.url : recipients.kind === 'hook' ? 'to one hook' : 'to subscribed hooks',
    retries === 'off' ? 'one attempt each' : `retried ${speed}`,
    rate === null ? '' : `${countText(rate)} per second`,
    faultsText(faults),
  ]
    .filter(part => part !== '')
    .join(' · ')
}

/**
 * What will be sent, and what only where it is not answered 2xx: “one attempt; up to 35 retries in 7.2 min if it is not answered 2xx”.
 * @param isSeveral several events, or several hooks
 */
export function retriesText(
  { retries, clock, faults }: Pick<Draft, 'retries' | 'clock' | 'faults'>,
  isSeveral: boolean,
): string {
  const once = `one attempt${isSeveral ? ' each' : ''}`
  if (retries === 'off') return once
  const whole = attemptInstants.at(-1) ?? 0
  const within =
    clock === 'instant'
      ? ', one right after the other,'
      : ` in ${lengthText(clock === '1' ? whole : whole / Number(clock))}`
  // With faults an answer may be lost, or an event sent twice.
  return Object.keys(faults).length > 0
    ? `retried until answered 2xx, at most ${attemptInstants.length - 1} times${within.replace(/,$/, '')}`
    : `${once}; up to ${attemptInstants.length - 1} retries${within} if it is not answered 2xx`
}

export const stateWords: Record<SimulatedState, string> = {
  waiting: 'Queued',
  sending: 'Sending',
  delivered: 'Delivered',
  failed: 'Failed',
  cancelled: 'Canceled',
}

export const stateTones: Record<SimulatedState, 'neutral' | 'ok' | 'bad' | 'accent' | 'warn'> = {
  waiting: 'warn',
  sending: 'accent',
  delivered: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
}

/** When the next attempt comes: “now”, “in 12 s”, “in 5 min”. @param from milliseconds since 1970 */
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
