/** What `hookscope trigger` is asked for, as typed, and how the texts of its options are read. */
import { clockExamples, fastestClock, parseClock } from '../../core/clock.ts'
import type { Clock } from '../../core/simulation.ts'
import { clip, printable } from '../../core/text.ts'
import type { Weather } from '../../core/weather.ts'
import { parseWeather } from '../../core/weather-text.ts'
import { largestSeed } from '../check/chance.ts'
import type { TextOptions } from '../config.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { SecretOptions } from '../secrets.ts'

export interface TriggerOptions extends SecretOptions {
  readonly settings: TextOptions
  /** The path of `--config`. */
  readonly config: string | null
  readonly json: boolean
  /** Event types in either spelling, and names of own samples. */
  readonly words: readonly string[]
  readonly journey: string | null
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
  readonly weather: readonly string[]
  readonly dryRun: boolean
  readonly list: boolean
}

const wrong = (message: string, hint: string) => new UserError(message, hint, { exitCode: exitCodes.usage })
const shown = (text: string) => clip(printable(text), 40)

/** The most events of one `trigger`. */
const mostEvents = 100_000
const fastestRate = 10_000

/** @returns how many times over everything is sent; 1 when it was not said */
export function countOf(text: string | null): number {
  if (text === null) return 1
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= mostEvents) return count
  throw wrong(`--count should be a whole number from 1 to ${mostEvents}, not "${shown(text)}".`, 'Such as --count 20.')
}

/** @returns events a second; null for as fast as the connections allow */
export function rateOf(text: string | null): number | null {
  if (text === null) return null
  const rate = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (rate > 0 && rate <= fastestRate) return rate
  throw wrong(
    `--rate should be events a second, from above 0 to ${fastestRate}, not "${shown(text)}".`,
    'Such as 2 or 0.5. Leave it out to send as fast as 20 connections allow.',
  )
}

/** @param without what leaving it out does @returns null when it was not said */
export function seedOf(text: string | null, without = 'Leave it out for new ones.'): number | null {
  if (text === null) return null
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : largestSeed + 1
  if (seed <= largestSeed) return seed
  throw wrong(
    `--seed should be a whole number from 0 to ${largestSeed}, not "${shown(text)}".`,
    `The same seed gives the same events. ${without}`,
  )
}

/** @returns real time when it was not said */
export function clockOf(text: string | null): Clock {
  if (text === null) return { kind: 'times', factor: 1 }
  const clock = parseClock(text)
  if (clock !== undefined) return clock
  throw wrong(
    `--clock should be how many times as fast as real time, up to ${fastestClock}x, or instant, not "${shown(text)}".`,
    `Such as ${clockExamples.join(', ')}.`,
  )
}

/** @param words each of one or more kinds */
export function weatherOf(words: readonly string[]): Weather {
  if (words.length === 0) return {}
  const parsed = parseWeather(words.join(','))
  if (parsed.ok) return parsed.weather
  throw wrong(`--weather: ${printable(parsed.message)}`, parsed.hint)
}
