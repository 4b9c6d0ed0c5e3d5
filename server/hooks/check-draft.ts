/** What was entered in the Add Webhook window, refused with the first thing that is wrong with it. */
import type { HookChange } from '../../core/hooks/hook.ts'
import { hookProblems } from '../../core/hooks/hook-rules.ts'
import type { MockResponse } from '../../core/hooks/mock-response.ts'
import { mockResponseProblem } from '../../core/hooks/mock-response-rules.ts'
import { usageError } from '../lib/errors.ts'

/** @throws UserError naming the console's field */
export function checkDraft(entered: HookChange): void {
  const [first] = hookProblems(entered)
  if (first !== undefined) throw usageError(first.message, first.hint)
}

/** @throws UserError naming what cannot be in a mock response */
export function checkMockResponse(rehearsal: MockResponse): void {
  const problem = mockResponseProblem(rehearsal)
  if (problem !== null) throw usageError(problem.message, problem.hint)
}
