/** What `hookscope trigger` is asked for, as typed, and how the texts of its options are read. */
import { mostEvents } from '../../core/api/limits.ts'
import { clockExamples, fastestClock, parseClock } from '../../core/simulate/clock.ts'
import { parseFaults } from '../../core/simulate/fault-text.ts'
import type { FaultRates } from '../../core/simulate/faults.ts'
import type { Clock } from '../../core/simulate/simulation.ts'
import { clip, printable } from '../../core/text/text.ts'
import { largestSeed } from '../../server/check/chance.ts'
import type { SecretOptions } from '../../server/config/secrets.ts'
import { usageError } from '../../server/lib/errors.ts'
import { type CommonOptions, wholeOf } from '../shared/options.ts'

export interface TriggerOptions extends SecretOptions, CommonOptions {
  /** Event types in either spelling, and names of own samples. */
  readonly words: readonly string[]
  readonly scenario: string | null
  /** A file's path, `-` for standard input. */
  readonly body: string | null
  /** Label or id. */
  readonly hook: string | null
  readonly to: string | null
  readonly set: readonly string[]
  readonly unset: readonly string[]
  readonly count: string | null
  readonly rate: string | null
  readonly seed: string | null
  readonly retries: 'off' | 'schedule'
  readonly clock: string | null
  readonly faults: readonly string[]
  readonly dryRun: boolean
  readonly list: boolean
}

const shown = (text: string) => clip(printable(text), 40)

/** @returns how many times over everything is sent; 1 when it was not said */
export function timesOf(text: string | null): number {
  return text === null ? 1 : wholeOf('--count', text, { most: mostEvents, hint: 'Such as --count 20.' })
}

/** @param without what leaving it out does @returns null when it was not said */
export function seedOf(text: string | null, without = 'Omit it for new ones.'): number | null {
  const hint = `The same seed gives the same events. ${without}`
  return text === null ? null : wholeOf('--seed', text, { least: 0, most: largestSeed, hint })
}

/** @returns real time when it was not said */
export function clockOf(text: string | null): Clock {
  if (text === null) return { kind: 'times', factor: 1 }
  const clock = parseClock(text)
  if (clock !== undefined) return clock
  throw usageError(
    `--clock should be how many times as fast as real time, up to ${fastestClock}x, or instant, not “${shown(text)}”.`,
    `Such as ${clockExamples.join(', ')}.`,
  )
}

/** @param words each of one or more kinds */
export function typedFaults(words: readonly string[]): FaultRates {
  if (words.length === 0) return {}
  const parsed = parseFaults(words.join(','))
  if (parsed.ok) return parsed.faults
  throw usageError(`--fault: ${printable(parsed.message)}`, parsed.hint)
}
