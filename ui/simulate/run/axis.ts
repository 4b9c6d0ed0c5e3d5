/** Where attempts stand on a time axis: on the gateway's schedule, or in real time. */
import { attemptInstants } from '../../../core/simulate/schedule.ts'
import type { SimulatedAttempt, SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { attemptEnd } from '../../../core/simulate/stations.ts'
import { lengthText } from '../../../core/text/duration.ts'

export type AxisKind = 'schedule' | 'time'

/** How one attempt is drawn. `next` and `ahead` are still to come: the next one, and those of the schedule behind it. */
export type MarkKind = 'ok' | 'bad' | 'pending' | 'next' | 'ahead'

export interface Mark {
  readonly id: string
  readonly kind: MarkKind
  /** From 0 to 1 along the axis. */
  readonly at: number
  /** Share of the axis it lasts; 0 on the schedule. */
  readonly width: number
  /** Attempts at the same place, sent twice, are drawn beside each other: 0, 1, …. */
  readonly lane: number
}

export interface Tick {
  readonly at: number
  readonly label: string
}

export interface Axis {
  readonly kind: AxisKind
  readonly ticks: readonly Tick[]
  /** Milliseconds of real time from end to end; 1 on the schedule, which has no real time. */
  readonly span: number
  marks(event: SimulatedEvent): Mark[]
}

const kinds = { pending: 'pending', taken: 'ok', failed: 'bad' } as const satisfies Record<string, MarkKind>
const kindOf = (one: SimulatedAttempt): MarkKind => kinds[attemptEnd(one)]

/** Attempts that the axis names; but for the second, those that end a phase of the schedule. */
const named = [
  { number: 1, label: '0' },
  { number: 7, label: '30 min' },
  { number: 13, label: '1 h' },
  { number: 24, label: '12 h' },
  { number: 28, label: '24 h' },
  { number: 36, label: '72 h' },
] as const

/** Less of the schedule than this would look as if the gateway gave up early. */
const leastTries = 13

/**
 * The gateway's schedule, every attempt as far from the next as any other, so that the first hour is seen as well as the third day.
 * It reaches as far as the attempts have come, and a little further.
 */
export function scheduleAxis(events: readonly SimulatedEvent[]): Axis {
  const furthest = Math.max(
    1,
    ...events.map(({ tries, next }) => Math.max(next?.number ?? 0, ...tries.map(({ number }) => number))),
  )
  const last =
    named.find(({ number }) => number >= Math.max(leastTries, furthest + 1))?.number ?? attemptInstants.length
  const at = (number: number) => (number - 1) / (last - 1)
  return {
    kind: 'schedule',
    span: 1,
    ticks: named.filter(({ number }) => number <= last).map(({ number, label }) => ({ at: at(number), label })),
    marks: ({ tries, next }) => {
      const seen = new Map<number, number>()
      const made = tries.map((one): Mark => {
        const lane = seen.get(one.number) ?? 0
        seen.set(one.number, lane + 1)
        return { id: `t${one.id}`, kind: kindOf(one), at: at(one.number), width: 0, lane }
      })
      const ahead: Mark[] = []
      for (let number = next?.number ?? last + 1; number <= last; number++) {
        const kind = number === next?.number ? 'next' : 'ahead'
        ahead.push({ id: `n${number}`, kind, at: at(number), width: 0, lane: 0 })
      }
      return [...made, ...ahead]
    },
  }
}

const steps = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000]

/** Real time since the first attempt, each attempt as long as it took. @param now milliseconds since 1970 */
export function timeAxis(events: readonly SimulatedEvent[], now: number): Axis {
  const starts = events.flatMap(({ tries }) => tries.map(one => Date.parse(one.startedAt)))
  const ends = events.flatMap(({ tries }) =>
    tries.map(one => (one.ms === null ? now : Date.parse(one.startedAt) + one.ms)),
  )
  const from = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY)
  const to = ends.reduce((most, end) => Math.max(most, end), from)
  const step = steps.find(length => (to - from) / length <= 6) ?? Math.max(1, (to - from) / 6)
  const span = Number.isFinite(from) ? Math.max(step, to - from) * 1.02 : 1
  const ticks: Tick[] = []
  for (let at = 0; at <= span; at += step) ticks.push({ at: at / span, label: at === 0 ? '0' : lengthText(at) })
  return {
    kind: 'time',
    ticks,
    span,
    marks: ({ tries }) =>
      tries.map(one => {
        const start = Date.parse(one.startedAt)
        const ms = one.ms ?? Math.max(0, now - start)
        return { id: `t${one.id}`, kind: kindOf(one), at: (start - from) / span, width: ms / span, lane: 0 }
      }),
  }
}

/** The axis that tells most: the schedule as soon as one event is tried again, real time when each was tried once. */
export function usualAxis(events: readonly SimulatedEvent[]): AxisKind {
  return events.some(({ tries, next }) => (next?.number ?? 0) > 1 || tries.some(({ number }) => number > 1))
    ? 'schedule'
    : 'time'
}

export interface Load {
  /** Along the axis, from 0 to 1, where the number of open connections changes. */
  readonly steps: readonly { readonly at: number; readonly open: number }[]
  /** The most that were open at once. */
  readonly most: number
}

/** Starts and ends are told in whole milliseconds: what is nearer than two of them may have come in either order. */
const blurMs = 2

/** How many connections were open over real time. @param axis one of real time */
export function loadOver(axis: Axis, events: readonly SimulatedEvent[]): Load {
  const blur = blurMs / axis.span
  const turns = events
    .flatMap(event => axis.marks(event))
    .flatMap(({ at, width }) => [
      { at, by: 1 },
      { at: at + Math.max(0, width - blur), by: -1 },
    ])
    .sort((one, other) => one.at - other.at || one.by - other.by)
  let open = 0
  let most = 0
  const steps = turns.map(({ at, by }) => {
    open += by
    most = Math.max(most, open)
    return { at, open }
  })
  return { steps, most }
}
