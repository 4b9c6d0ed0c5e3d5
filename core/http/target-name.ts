/** What a target is called beside others: no longer than what tells it from them. */

/** A target without its scheme. */
export const hostAndPath = (target: string): string => target.replace(/^https?:\/\//, '')

function parts(target: string) {
  if (!URL.canParse(target)) return null
  const { host, pathname, search } = new URL(target)
  return { host, path: `${pathname}${search}` }
}

/**
 * Its host and port; where another target has the same, its path; where that is another's too, both.
 * @param targets all there are, itself included or not
 * @returns null where it needs no name: there is one target at the most
 */
export function targetName(target: string, targets: readonly string[]): string | null {
  if (targets.length < 2) return null
  const own = parts(target)
  if (own === null) return target
  const others = targets.filter(other => other !== target)
  const isAlone = (part: 'host' | 'path') => others.every(other => parts(other)?.[part] !== own[part])
  if (isAlone('host')) return own.host
  if (isAlone('path')) return own.path
  const short = hostAndPath(target)
  return others.some(other => hostAndPath(other) === short) ? target : short
}
