/** What was entered in the Add Webhook window, refused with the first thing that is wrong with it. */
import type { HookChange } from '../../core/hook.ts'
import { hookProblems } from '../../core/hook-rules.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'
import { clip, printable } from '../../core/text.ts'
import { UserError } from '../errors.ts'

/** @throws UserError naming the console's field */
export function checkDraft(entered: HookChange): void {
  const [first] = hookProblems(entered)
  if (first !== undefined) throw new UserError(first.message, first.hint)
}

/** Headers that say how the answer is carried: hookscope writes them itself. */
const carriers = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** @throws UserError naming the header that cannot be in a rehearsed answer */
export function checkRehearsal({ headers, status, body }: Rehearsal): void {
  for (const [name, value] of headers) {
    const shown = clip(printable(name), 100)
    if (!token.test(name))
      throw new UserError(`“${shown}” is not a header’s name.`, 'Use letters, digits and hyphens, such as Retry-After.')
    if (carriers.has(name.toLowerCase()))
      throw new UserError(
        `${shown} cannot be rehearsed.`,
        'It says how the answer is carried: hookscope writes it itself.',
      )
    if (!fieldValue.test(value))
      throw new UserError(
        `The value of ${shown} holds what a header cannot.`,
        'Use printable characters of Latin-1, on one line.',
      )
  }
  if ((status === 204 || status === 304) && body !== '')
    throw new UserError(`An answer ${status} has no body.`, 'Leave the body empty, or choose another status.')
}
