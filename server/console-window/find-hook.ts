/** Which hook is meant. */
import type { HookView } from '../../core/hook.ts'
import { nearest } from '../../core/nearest.ts'
import { clip, printable } from '../../core/text.ts'
import { exitCodes, UserError } from '../errors.ts'
import { choose } from '../terminal/window-prompts.ts'

/**
 * @param named a label or an id; of labels, case does not count where it makes no difference
 * @throws UserError when there is none, or several
 */
export function findHook(hooks: readonly HookView[], named: string): HookView {
  const byId = hooks.find(({ id }) => id === named)
  if (byId !== undefined) return byId
  const exact = hooks.filter(({ label }) => label === named)
  const found = exact.length > 0 ? exact : hooks.filter(({ label }) => label.toLowerCase() === named.toLowerCase())
  const [only, other] = found
  if (only !== undefined && other === undefined) return only
  const shown = `“${clip(printable(named), 80)}”`
  if (other !== undefined)
    throw new UserError(
      `${found.length} hooks have the label ${shown}.`,
      `Name it by its id: ${found.map(({ id }) => id).join(', ')}.`,
      { exitCode: exitCodes.usage },
    )
  const guess = nearest(
    named,
    hooks.map(({ label }) => label),
  )
  throw new UserError(
    `There is no hook ${shown}.`,
    guess === undefined ? 'hookscope hooks list shows those there are.' : `Did you mean “${printable(guess)}”?`,
    { exitCode: exitCodes.failed },
  )
}

/** The hook that is named; else the one that is chosen where someone can be asked; else the only one. */
export async function chosenHook(
  hooks: readonly HookView[],
  named: string | null,
  options: { readonly canTalk: boolean; readonly onlyOneIsMeant: boolean },
): Promise<HookView | null> {
  if (named !== null) return findHook(hooks, named)
  const [first, second] = hooks
  if (first === undefined)
    throw new UserError('There are no hooks.', 'hookscope hooks add makes one.', { exitCode: exitCodes.failed })
  if (options.canTalk) {
    const id = await choose(
      'Which hook?',
      hooks.map(hook => ({ value: hook.id, label: printable(hook.label), hint: hook.id })),
    )
    return hooks.find(hook => hook.id === id) ?? null
  }
  if (second === undefined && options.onlyOneIsMeant) return first
  throw new UserError('Which hook?', 'Name it by its label or its id; hookscope hooks list shows them.', {
    exitCode: exitCodes.usage,
  })
}
