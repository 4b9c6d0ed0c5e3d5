/** "Did you mean": the known name nearest to a mistyped one. */

/** Optimal string alignment: how many letters to add, drop, change or swap with their neighbour. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? 0
}

/**
 * @param typed what was written; case is not compared
 * @param known the names there are
 * @returns the nearest of them, or undefined when none is near enough to be a slip
 */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  // Anything much longer than a name is no slip, and not worth a table of its size.
  if (typed.length > 60) return undefined
  const ranked = known
    .map(name => ({ name, away: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(Math.min(name.length, typed.length) / 3)))
    .sort((one, other) => one.away - other.away)
  return ranked[0]?.name
}
