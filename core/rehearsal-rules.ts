/** What a rehearsed answer may hold: one rule for every surface. */
import type { Rehearsal } from './rehearsal.ts'
import { clip, printable } from './text.ts'

export interface RehearsalProblem {
  readonly message: string
  readonly hint: string
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

function headerProblem([name, value]: Rehearsal['headers'][number]): RehearsalProblem | null {
  const shown = clip(printable(name), 100)
  if (!token.test(name))
    return {
      message: `“${shown}” is not a header’s name.`,
      hint: 'Use letters, digits and hyphens, such as Retry-After.',
    }
  if (carriers.has(name.toLowerCase()))
    return {
      message: `${shown} cannot be rehearsed.`,
      hint: 'It says how the answer is carried: hookscope writes it itself.',
    }
  if (!fieldValue.test(value))
    return {
      message: `The value of ${shown} holds what a header cannot.`,
      hint: 'Use printable characters, on one line.',
    }
  return null
}

/** @returns the first thing that cannot be in a rehearsed answer; null when all of it can */
export function rehearsalProblem({ headers, status, body }: Rehearsal): RehearsalProblem | null {
  const wrong = headers.map(headerProblem).find(problem => problem !== null)
  if (wrong !== undefined) return wrong
  if ((status === 204 || status === 304) && body !== '')
    return { message: `An answer ${status} has no body.`, hint: 'Leave the body empty, or choose another status.' }
  return null
}
