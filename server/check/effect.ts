/** What events do to the shop: orders made, stock taken, as the merchant lets it be counted. */
import { setTimeout as wait } from 'node:timers/promises'
import type { CheckLimits } from './limits.ts'

/** Numbers by name; a single number is called `effect`. */
export type EffectReading = Readonly<Record<string, number>>

/** What a piece of work changed, measured in what one plain sale changes. */
export type EffectOutcome =
  | { readonly kind: 'times'; readonly times: number }
  /** No multiple of what one sale does. */
  | { readonly kind: 'other'; readonly change: EffectReading }
  /** Not even one plain sale changes anything that is counted. */
  | { readonly kind: 'blind' }

export interface EffectMeter {
  /**
   * Learns from one plain sale what an event does, and how long that takes to show; no event may have been sent before it.
   * @param sendOne resolves to whether the sale was taken; from one that was not nothing is learned
   */
  calibrate(sendOne: () => Promise<boolean>): Promise<void>
  /** Whether the effect of that sale was there as soon as its answer; null when it was never seen. */
  readonly atAnswer: boolean | null
  /** Runs work and waits until its effect has settled. */
  around<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result; readonly effect: EffectOutcome }>
}

/** Between two readings, milliseconds. */
const pauseMs = 60
/** Longer than the first sale's effect took, by this factor and at least this long, nothing is waited for. */
export const patience = { factor: 2, leastMs: 150 }

function difference(before: EffectReading, after: EffectReading): EffectReading {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changes = [...names].map(name => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const)
  return Object.fromEntries(changes.filter(([, change]) => change !== 0))
}

const isNothing = (change: EffectReading) => Object.keys(change).length === 0

/** How many times `unit` is in `change`; null when it is no multiple in every name. */
function multiple(change: EffectReading, unit: EffectReading): number | null {
  if (isNothing(change)) return 0
  const names = new Set([...Object.keys(change), ...Object.keys(unit)])
  const ratios = [...names].map(name => (change[name] ?? 0) / (unit[name] ?? 0))
  const [first] = ratios
  // Sums of money are rarely exact in binary.
  const same = first !== undefined && ratios.every(ratio => Math.abs(ratio - first) < 1e-6)
  return same && Math.abs(first - Math.round(first)) < 1e-6 ? Math.round(first) : null
}

export function openEffectMeter(
  read: () => Promise<EffectReading>,
  limits: Pick<CheckLimits, 'effectMs'>,
  signal: AbortSignal,
): EffectMeter {
  let unit: EffectReading = {}
  let tookMs = 0
  let atAnswer: boolean | null = null

  /**
   * Reads until nothing changes any more, for at least `leastMs`; a shop that others use too never rests.
   * @returns the last reading
   */
  async function settled(leastMs: number): Promise<EffectReading> {
    const until = performance.now() + leastMs
    const atLatest = until + limits.effectMs
    let reading = await read()
    for (;;) {
      await wait(pauseMs, undefined, { signal })
      const next = await read()
      const same = isNothing(difference(reading, next))
      reading = next
      const now = performance.now()
      if ((same && now >= until) || now >= atLatest) return reading
    }
  }

  return {
    async calibrate(sendOne) {
      const before = await read()
      if (!(await sendOne())) return
      const answered = performance.now()
      let change = difference(before, await read())
      atAnswer = !isNothing(change)
      while (isNothing(change) && performance.now() - answered < limits.effectMs) {
        await wait(pauseMs, undefined, { signal })
        change = difference(before, await read())
      }
      tookMs = performance.now() - answered
      if (isNothing(change)) atAnswer = null
      else unit = difference(before, await settled(patience.leastMs))
    },
    get atAnswer() {
      return atAnswer
    },
    async around(work) {
      if (isNothing(unit)) return { result: await work(), effect: { kind: 'blind' } }
      const leastMs = Math.max(patience.leastMs, tookMs * patience.factor)
      // What was sent before may have its effect only now: an endpoint that answers first works later.
      const before = await settled(leastMs)
      const result = await work()
      const change = difference(before, await settled(leastMs))
      const times = multiple(change, unit)
      return { result, effect: times === null ? { kind: 'other', change } : { kind: 'times', times } }
    },
  }
}
