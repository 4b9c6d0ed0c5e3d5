/** The merchant's endpoints, as a person types them. */
import { readTarget } from '../../core/http/target.ts'
import { counted } from '../../core/text/text.ts'
import { exitCodes, UserError } from '../lib/errors.ts'

/** One of the places deliveries are forwarded to. */
export interface ForwardTarget {
  readonly url: URL
}

/** How many there can be: each has connections of its own. */
export const mostTargets = 20

/** @throws UserError as `parseTarget` does */
export const parseForwardTargets = (texts: readonly string[]): ForwardTarget[] =>
  texts.map(text => ({ url: parseTarget(text) }))

/**
 * Reads a target, see `readTarget`.
 * @throws UserError naming what is wrong with it and what to type instead
 */
export function parseTarget(text: string): URL {
  const read = readTarget(text)
  if (read.ok) return read.url
  throw new UserError(read.message, read.hint, { exitCode: exitCodes.usage })
}

/** The code of a change that would let go of deliveries that wait. */
export const deliveriesWait = 'deliveries-wait'

/** @returns the targets, each once @throws UserError when one leads back here, or there are too many */
export function checkedTargets(
  targets: readonly ForwardTarget[],
  isOwnUrl: (url: URL) => boolean,
): readonly ForwardTarget[] {
  const own = targets.find(({ url }) => isOwnUrl(url))
  if (own !== undefined)
    throw new UserError(
      `Forwarding to ${own.url.href} would send every delivery back to hookscope.`,
      'Give the URL of your own app, such as http://localhost:3000/webhooks.',
    )
  const byUrl = new Map(targets.map(target => [target.url.href, target]))
  if (byUrl.size > mostTargets)
    throw new UserError(
      `Deliveries can be forwarded to ${mostTargets} targets at most; ${byUrl.size} were given.`,
      'Remove some of them.',
      { exitCode: exitCodes.usage },
    )
  return [...byUrl.values()]
}

/** @throws UserError when something waits for a target that is to be none any more */
export function checkNothingWaits(
  ended: readonly { readonly target: string; readonly ids: readonly number[] }[],
): void {
  const waiting = ended.filter(({ ids }) => ids.length > 0)
  const count = waiting.reduce((sum, { ids }) => sum + ids.length, 0)
  if (count === 0) return
  const where = waiting.map(({ target }) => target).join(' and ')
  throw new UserError(
    `${counted(count, 'delivery waits', 'deliveries wait')} for ${where}.`,
    'With "letGo": true nothing more is sent there. What waits is kept and can be replayed.',
    { code: deliveriesWait, count },
  )
}
