/** Which hook a name given on the command line means. */
import { nearest } from '../../core/text/nearest.ts'
import { clip, printable } from '../../core/text/text.ts'
import { UserError, usageError } from '../../server/lib/errors.ts'

const shown = (text: string) => `“${clip(printable(text), 60)}”`

/**
 * @param named a label or an id; of labels, case does not count where it makes no difference
 * @param missing the exit code where there is none; several are always an error of usage
 * @param withoutAny what to do where there are no hooks at all
 * @throws UserError when there is none, or several
 */
export function namedHook<Hook extends { readonly id: string; readonly label: string }>(
  hooks: readonly Hook[],
  named: string,
  missing: number,
  withoutAny: string,
): Hook {
  const typed = named.trim()
  const byId = hooks.find(({ id }) => id === typed)
  if (byId !== undefined) return byId
  const same = hooks.filter(({ label }) => label.toLowerCase() === typed.toLowerCase())
  const exact = same.filter(({ label }) => label === typed)
  const [only, other] = exact.length > 0 ? exact : same
  if (only !== undefined && other === undefined) return only
  if (other !== undefined) {
    const ids = same.map(({ id, label }) => `${id} (${clip(printable(label), 40)})`)
    throw usageError(`Several hooks are called ${shown(typed)}.`, `Name one by its id: ${ids.join(', ')}.`)
  }
  const labels = hooks.map(({ label }) => label)
  const near = nearest(typed, labels)
  throw new UserError(
    `There is no hook ${shown(typed)}.`,
    near !== undefined
      ? `Did you mean ${shown(near)}?`
      : labels.length === 0
        ? withoutAny
        : `There ${labels.length === 1 ? 'is' : 'are'} ${labels.slice(0, 8).map(shown).join(', ')}.`,
    { exitCode: missing },
  )
}
