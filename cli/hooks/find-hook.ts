/** Which hook is meant. */
import type { HookView } from '../../core/hooks/hook.ts'
import { printable } from '../../core/text/text.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { namedHook } from '../shared/named-hook.ts'
import { choose } from '../shared/window-prompts.ts'

/** @throws UserError when there is none, or several */
export const findHook = (hooks: readonly HookView[], named: string): HookView =>
  namedHook(hooks, named, exitCodes.failed, 'Add one: hookscope hooks add')

/** The hook that is named; else the one that is chosen where someone can be asked; else the only one. */
export async function chosenHook(
  hooks: readonly HookView[],
  named: string | null,
  options: { readonly canTalk: boolean; readonly onlyOneIsMeant: boolean },
): Promise<HookView | null> {
  if (named !== null) return findHook(hooks, named)
  const [first, second] = hooks
  if (first === undefined)
    throw new UserError('There are no hooks.', 'Add one: hookscope hooks add', { exitCode: exitCodes.failed })
  if (options.canTalk) {
    const id = await choose(
      'Which hook?',
      hooks.map(hook => ({ value: hook.id, label: printable(hook.label), hint: hook.id })),
    )
    return hooks.find(hook => hook.id === id) ?? null
  }
  if (second === undefined && options.onlyOneIsMeant) return first
  throw usageError('Which hook?', 'Name it by its label or its id; hookscope hooks list shows them.')
}
