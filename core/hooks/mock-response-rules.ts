/** What a rehearsed answer may hold: one rule for every surface. */
import { isHopByHop } from '../http/headers.ts'
import { clip, printable } from '../text/text.ts'
import type { MockResponse } from './mock-response.ts'

export interface MockResponseProblem {
  readonly message: string
  readonly hint: string
}

/** Whether a header says how the answer is carried: hookscope writes it itself. */
const isCarrier = (name: string) => isHopByHop(name) || name.toLowerCase() === 'content-length'
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

function headerProblem([name, value]: MockResponse['headers'][number]): MockResponseProblem | null {
  const shown = clip(printable(name), 100)
  if (!token.test(name))
    return {
      message: `“${shown}” is not a header name.`,
      hint: 'Use letters, digits and hyphens, such as Retry-After.',
    }
  if (isCarrier(name))
    return {
      message: `${shown} cannot be set in a mock response.`,
      hint: 'It controls how the response is sent: hookscope writes it itself.',
    }
  if (!fieldValue.test(value))
    return {
      message: `The value of ${shown} has characters that a header cannot contain.`,
      hint: 'Use printable characters, on one line.',
    }
  return null
}

/** @returns the first thing that cannot be in a rehearsed answer; null when all of it can */
export function mockResponseProblem({ headers, status, body }: MockResponse): MockResponseProblem | null {
  const wrong = headers.map(headerProblem).find(problem => problem !== null)
  if (wrong !== undefined) return wrong
  if ((status === 204 || status === 304) && body !== '')
    return { message: `A ${status} response has no body.`, hint: 'Leave the body empty, or choose another status.' }
  return null
}
