/** A mock response, from the command line. */
import {
  type FailedAnswer,
  longestDelayMs,
  type MockFailures,
  type MockResponse,
  mostMockAnswers,
} from '../../core/hooks/mock-response.ts'
import { mockResponseProblem } from '../../core/hooks/mock-response-rules.ts'
import { type HeaderList, typedValue } from '../../core/http/headers.ts'
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../../server/lib/errors.ts'
import { wholeOf } from '../shared/options.ts'
import type { MockResponseFlags } from './options.ts'

const wrong = (option: string, given: string, expected: string, hint: string) =>
  usageError(`${option} should be ${expected}, not “${clip(printable(given), 60)}”.`, hint)

function statusOf(option: string, text: string): number {
  const status = /^\d{3}$/.test(text) ? Number(text) : 0
  if (status >= 200 && status <= 599) return status
  throw wrong(option, text, 'a status from 200 to 599', 'The gateway counts 2xx as success and retries anything else.')
}

const answersOf = (option: string, text: string, least: number): number =>
  wholeOf(option, text, { least, most: mostMockAnswers, hint: `Such as ${option} 3.` })

/** `250ms`, `2s`, `2.5s`, or milliseconds. */
function delayOf(text: string): number {
  const [, number = '', unit = 'ms'] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s)?$/.exec(text) ?? []
  const ms = number === '' ? -1 : Math.round(Number(number) * (unit === 's' ? 1000 : 1))
  if (ms >= 0 && ms <= longestDelayMs) return ms
  throw wrong('--delay', text, 'a time up to two minutes', 'Write --delay 250ms or --delay 20s.')
}

function headerOf(text: string): HeaderList[number] {
  const colon = text.indexOf(':')
  if (colon > 0) return [text.slice(0, colon).trim(), typedValue(text.slice(colon + 1).trim())]
  throw wrong('--header', text, 'a name, a colon and a value', "Write --header 'Retry-After: 120'.")
}

const failedAnswerOf = (text: string): FailedAnswer =>
  text === 'hang' ? { kind: 'hang' } : { kind: 'status', status: statusOf('--fail-with', text) }

function failuresOf({ failNext, failEvery, failWith }: MockResponseFlags): MockFailures {
  if (failNext !== null && failEvery !== null)
    throw usageError('--fail-next and --fail-every cannot be used together.', 'Use only one of them.')
  if (failNext !== null) return { kind: 'next', left: answersOf('--fail-next', failNext, 0) }
  if (failEvery !== null) return { kind: 'every', nth: answersOf('--fail-every', failEvery, 1), seen: 0 }
  // How they fail, and not which: all of them.
  return failWith === null ? { kind: 'never' } : { kind: 'every', nth: 1, seen: 0 }
}

/**
 * @returns the mock response, null to end it, undefined when nothing was asked for. What was not given is as in a plain 200.
 * @throws UserError naming the option that is wrong
 */
export function typedMockResponse(flags: MockResponseFlags): MockResponse | null | undefined {
  const { off, status, headers, body, delay, failNext, failEvery, failWith } = flags
  const asksForAny =
    headers.length > 0 || [status, body, delay, failNext, failEvery, failWith].some(one => one !== null)
  if (off && asksForAny) throw usageError('--off cannot be combined with other options.', 'It ends the mock response.')
  if (off) return null
  if (!asksForAny) return undefined
  const mockResponse: MockResponse = {
    status: status === null ? 200 : statusOf('--status', status),
    headers: headers.map(headerOf),
    body: body ?? '',
    delayMs: delay === null ? 0 : delayOf(delay),
    failures: failuresOf(flags),
    failWith: failWith === null ? { kind: 'status', status: 500 } : failedAnswerOf(failWith),
  }
  const problem = mockResponseProblem(mockResponse)
  if (problem !== null) throw usageError(problem.message, problem.hint)
  return mockResponse
}
