/** The merchant's endpoints, as a person types them. */
import { readTarget } from '../../core/target.ts'
import { exitCodes, UserError } from '../errors.ts'

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
