/** What was entered in the Add Webhook window, refused with the first thing that is wrong with it. */
import type { HookChange } from '../../core/hook.ts'
import { hookProblems } from '../../core/hook-rules.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'
import { rehearsalProblem } from '../../core/rehearsal-rules.ts'
import { UserError } from '../errors.ts'

/** @throws UserError naming the console's field */
export function checkDraft(entered: HookChange): void {
  const [first] = hookProblems(entered)
  if (first !== undefined) throw new UserError(first.message, first.hint)
}

/** @throws UserError naming what cannot be in a rehearsed answer */
export function checkRehearsal(rehearsal: Rehearsal): void {
  const problem = rehearsalProblem(rehearsal)
  if (problem !== null) throw new UserError(problem.message, problem.hint)
}
