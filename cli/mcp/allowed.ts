/** Where an agent may send. */
import { isLoopback, isSameTarget } from '../../core/http/loopback.ts'
import { UserError } from '../../server/lib/errors.ts'
import { parseTarget } from '../../server/sender/target.ts'
import { answerOf } from '../client.ts'
import { looking, type Means } from './tool.ts'

/**
 * An agent sends to this machine and to where a person had deliveries forwarded.
 * @returns the URL, or undefined where none was named
 * @throws UserError for any other
 */
export async function allowed(typed: string | undefined, means: Means): Promise<string | undefined> {
  if (typed === undefined) return undefined
  const url = parseTarget(typed)
  if (isLoopback(url.hostname)) return url.href
  const status = await looking(means, null, async ({ api }) => answerOf(api.status.$get()))
  if (status.forward?.targets.some(({ target }) => isSameTarget(target, url.href))) return url.href
  throw new UserError(
    `${url.origin} is neither on this machine nor where deliveries are forwarded, so nothing was sent.`,
    'Only a person can send elsewhere, with hookscope itself.',
  )
}

/** A hook may have a Hook URL of its own, elsewhere. @throws UserError when one that events would go to has */
export async function allowHooks(named: string | undefined, means: Means): Promise<void> {
  const { hooks } = await looking(means, null, async ({ api }) => answerOf(api.status.$get()))
  const meant = named === undefined ? hooks : hooks.filter(({ id, label }) => id === named || label === named)
  for (const { customUrl } of meant) if (customUrl !== null) await allowed(customUrl, means)
}
