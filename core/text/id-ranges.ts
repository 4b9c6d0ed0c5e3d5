/** Ids of deliveries as ranges: those in a row take no more room than their ends. */

/** From the first to the last, both of them included. */
export type IdRange = readonly [first: number, last: number]

/** @param ids ascending */
export function rangesOf(ids: readonly number[]): IdRange[] {
  const ranges: [number, number][] = []
  for (const id of ids) {
    const newest = ranges.at(-1)
    if (newest !== undefined && newest[1] === id - 1) newest[1] = id
    else ranges.push([id, id])
  }
  return ranges
}

/** The same as `4-8` and `12`, as a search takes them. */
export const rangeWords = (ids: readonly number[]): string[] =>
  rangesOf(ids).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))

/** Every id of the ranges, in their order. */
export function idsIn(ranges: readonly IdRange[]): number[] {
  const ids: number[] = []
  for (const [first, last] of ranges) for (let id = first; id <= last; id++) ids.push(id)
  return ids
}
