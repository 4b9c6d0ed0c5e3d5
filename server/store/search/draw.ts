/**
 * What a search finds, estimated: of the deliveries that there was no time to look at, one is drawn from each of
 * many stretches of ids, and each that is found stands for its stretch.
 */
import type { MaybeEstimated } from '../deliveries.ts'
import type { IdRange } from './finder.ts'

/** So many are drawn, and so many in one read. */
const mostDrawn = 3000
const drawnAtOnce = 500
/** From so many finds on an estimate is one: it is off by a third at the most, two times of three. */
const fewestFound = 10

export interface Drawn extends MaybeEstimated {
  /** How many deliveries each of those that were found stands for. */
  readonly each: number
}

/**
 * Draws from ids that were not looked at.
 * @param read reads of those that were drawn what the search finds. @returns how many they are
 * @returns what a count is worth when it is added: all of it where all were looked at
 */
export async function draw({ from, to }: IdRange, read: (ids: readonly number[]) => Promise<number>): Promise<Drawn> {
  const each = Math.max(1, (to - from + 1) / mostDrawn)
  const ids = Array.from({ length: Math.floor((to - from + 1) / each) }, (_, at) =>
    Math.floor(from + (at + drawnPlace(at)) * each),
  )
  let found = 0
  for (let at = 0; at < ids.length; at += drawnAtOnce) found += await read(ids.slice(at, at + drawnAtOnce))
  if (each === 1) return { each }
  return found < fewestFound ? { each: 1, estimated: 'at least' } : { each, estimated: 'about' }
}

/** A place in a stretch, from 0 to below 1: another one in each, since what comes may come by turns, and the same every time. */
function drawnPlace(stretch: number): number {
  let value = Math.imul(stretch + 1, 0x9e3779b1)
  value = Math.imul(value ^ (value >>> 15), 0x85ebca77)
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32
}

/** A number that was estimated, with as many digits as it is worth: 41,000 and not 41,237. */
export function roughly(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1)
  return Math.round(count / unit) * unit
}
