/** Which hook a path without one may mean: a Hook URL that was cut, wrapped, decorated or mistyped on its way. */
import type { Hook } from '../../core/hooks/hook.ts'
import { nearest } from '../../core/text/nearest.ts'

/** The fewest characters that tell one unguessable path from another when the rest is missing. */
const tellingLength = 6

/** Hook URLs are short: what a stranger writes beyond this is not worth reading. */
const longestRead = 500

/** A path as it was probably meant: without query, escapes, and what copying leaves around it. */
function bare(path: string): string {
  const [plain = ''] = path.slice(0, longestRead).split('?', 1)
  return unescaped(plain)
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/[^\w-]+$/, '')
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** How near, 3 the nearest; 0 for not at all. */
function nearness(wanted: string, known: string): number {
  if (wanted === known) return 3
  if (wanted.includes(known)) return 2
  const last = wanted.slice(wanted.lastIndexOf('/') + 1)
  return last.length >= tellingLength && (known.startsWith(`/${last}`) || known.endsWith(last)) ? 1 : 0
}

/** Those that are there and those that were deleted, each marked as what it is. */
export function everyHook<Known extends Pick<Hook, 'path'>>(
  hooks: readonly Known[],
  deleted: readonly Known[],
): (Known & { readonly isDeleted: boolean })[] {
  return [...hooks.map(hook => ({ ...hook, isDeleted: false })), ...deleted.map(hook => ({ ...hook, isDeleted: true }))]
}

/**
 * @param path the request target as it came, query included
 * @param hooks of two that are as near, the first is meant
 * @returns the one whose path is nearest; null when none is near enough to be meant
 */
export function nearestHook<Known extends Pick<Hook, 'path'>>(path: string, hooks: readonly Known[]): Known | null {
  const wanted = bare(path)
  const [best] = hooks
    .map(hook => ({ hook, score: nearness(wanted, bare(hook.path)) }))
    .sort((one, other) => other.score - one.score)
  if (best !== undefined && best.score > 0) return best.hook
  const near = nearest(
    wanted,
    hooks.map(hook => hook.path),
  )
  return hooks.find(hook => hook.path === near) ?? null
}
