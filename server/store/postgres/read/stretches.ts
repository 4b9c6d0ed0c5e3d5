/** Walks ids from the newest down, by stretches that are looked up in an index: many at once where there is nothing. */
import type { IdRange, Visited } from '../../search/finder.ts'
import { stretchBits, stretchOf } from '../schema/grams.ts'

/** In stretches of the index. */
const sizes = { first: 4, largest: 8 } as const

export interface StretchOptions {
  readonly range: IdRange
  readonly signal: AbortSignal | undefined
  /** By the clock of `performance.now()`. */
  readonly by: number
  /** Ids in a part, the largest first; null where they are many. */
  look(part: IdRange): Promise<readonly number[] | null>
  visit(ids: readonly number[]): Promise<Visited>
  /** Looks at every id of a part. @returns what there was no time for; null when there was for all; or that it was enough */
  walk(part: IdRange): Promise<IdRange | null | 'enough'>
}

/** @returns what there was no time for; null when there was for all, or for enough. @throws the signal's reason */
export async function walkStretches({
  range: { from, to },
  signal,
  by,
  look,
  visit,
  walk,
}: StretchOptions): Promise<IdRange | null> {
  let [size, largest]: [number, number] = [sizes.first, sizes.largest]
  for (let end = to; end >= from; ) {
    if (performance.now() > by) return { from, to: end }
    signal?.throwIfAborted()
    const part = { from: Math.max(from, (stretchOf(end) - size + 1) * 2 ** stretchBits), to: end }
    const ids = await look(part)
    if (ids === null && size > 1) {
      largest = Math.ceil(size / 2)
      size = Math.ceil(size / 4)
      continue
    }
    if (ids === null) {
      const left = await walk(part)
      if (left === 'enough') return null
      if (left !== null) return { from, to: left.to }
    } else if (ids.length === 0) size = Math.min(size * 2, largest)
    else if ((await visit(ids)) === 'enough') return null
    end = part.from - 1
  }
  return null
}
