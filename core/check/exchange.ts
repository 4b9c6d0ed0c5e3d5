/** What an exchange of the check tells: whether it counts as delivered, and how it ended, in words. */
import { headerValue } from '../http/headers.ts'
import { isSuccess } from '../http/outcome.ts'
import { clip, printable } from '../text/text.ts'
import type { Exchange } from './finding.ts'

/** What is special about a plain event: nothing. */
export const asTheGateway = 'as the gateway sends it'

/** Whether the gateway would count it as delivered. */
export const isTaken = ({ answer }: Exchange): boolean => answer !== null && isSuccess(answer.status)

/** Quoted of what an endpoint says, characters. */
const quoted = 120

/**
 * How an exchange ended, as the end of a sentence: “answered 401 to a plain sale”, “did not answer in time”.
 * @param what names what was sent; left out where the sentence has said it
 */
export function howItEnded({ outcome, answer, problem }: Exchange, what?: string): string {
  const to = what === undefined ? '' : ` to ${what}`
  switch (outcome) {
    case 'answered': {
      const location = answer === null ? undefined : headerValue(answer.headers, 'Location')
      const where = location === undefined ? '' : ` (Location: ${clip(printable(location), 100)})`
      const said = answer?.line === undefined ? '' : ` (“${clip(answer.line, quoted)}”)`
      return `answered ${answer?.status ?? '?'}${where}${to}${said}`
    }
    case 'timed-out':
      return `did not answer${to} in time`
    case 'refused':
      return `could not be reached${what === undefined ? '' : ` with ${what}`} (${problem?.replace(/\.$/, '') ?? 'refused'})`
    case 'reset':
      return `ended the connection without an answer${to}`
    case 'invalid-answer':
      return `answered something that is not HTTP${to}`
  }
}
