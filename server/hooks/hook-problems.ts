/** Why a hook cannot be changed as it was asked. */
import { hookFields } from '../../core/hooks/console.ts'
import { printable } from '../../core/text/text.ts'
import { exitCodes, UserError, usageError } from '../lib/errors.ts'
import { shellWord } from '../lib/shell-word.ts'

export const noSuchHook = () =>
  new UserError('There is no such hook.', 'It may have been deleted: see the list of hooks.', {
    exitCode: exitCodes.failed,
  })

/** Most hooks there are at a time; those that were deleted do not count. */
export const mostHooks = 200

export const noRoom = (exitCode: number) =>
  new UserError(`There are ${mostHooks} hooks, which is the maximum.`, 'Delete one that is not needed any more.', {
    exitCode,
  })

/** @param label of the hook that they are for */
export const overridden = (what: string, label: string) =>
  usageError(
    `The ${what} given when hookscope was started cannot be changed while it runs.`,
    `Restart hookscope with the right ${what}; then hookscope hooks edit ${shellWord(printable(label))} --verify-again checks its stored deliveries again.`,
  )

/** Says which field what is thrown is about. */
export function asField(check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw usageError(`${hookFields.forward}: ${error.message}`, error.hint, { cause: error })
  }
}

/** What is wrong, as a sentence; null when nothing is. */
export function refusalOf(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}
