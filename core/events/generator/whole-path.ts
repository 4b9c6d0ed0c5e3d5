/** Paths as people write them: `amount` for `event_body.object.amount`. */

const before = 'event_body.changes.old.'

/**
 * The whole paths that one which may be only its end can mean. Of several ends the one nearest to the top is meant, and of the
 * two sides of a change what is new.
 * @param paths those there are
 * @returns one where it is clear; none when nothing ends so; several when they are as near
 */
export function wholePaths(typed: string, paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths)]
  if (all.includes(typed)) return [typed]
  const depth = (path: string) => path.split('.').length
  const ends = all.filter(path => path.endsWith(`.${typed}`))
  const top = Math.min(...ends.map(depth))
  const nearest = ends.filter(path => depth(path) === top)
  const now = nearest.filter(path => !path.startsWith(before))
  return now.length > 0 ? now : nearest
}
