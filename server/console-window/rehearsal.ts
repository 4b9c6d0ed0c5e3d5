/** A rehearsed answer, from the command line. */
import { type HeaderList, typedValue } from '../../core/headers.ts'
import { type FailedAnswer, longestDelayMs, type Rehearsal, type RehearsedFailures } from '../../core/rehearsal.ts'
import { rehearsalProblem } from '../../core/rehearsal-rules.ts'
import { clip, printable } from '../../core/text.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { RehearsalFlags } from './options.ts'

const usage = { exitCode: exitCodes.usage }
const most = 1_000_000

const wrong = (option: string, given: string, expected: string, hint: string) =>
  new UserError(`${option} should be ${expected}, not ${clip(printable(given), 60)}.`, hint, usage)

function statusOf(option: string, text: string): number {
  const status = /^\d{3}$/.test(text) ? Number(text) : 0
  if (status >= 200 && status <= 599) return status
  throw wrong(
    option,
    text,
    'a status from 200 to 599',
    'The gateway takes 2xx for a success and tries again otherwise.',
  )
}

function countOf(option: string, text: string, least: number): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : -1
  if (count >= least && count <= most) return count
  throw wrong(option, text, `a number from ${least} to ${most.toLocaleString('en')}`, `Write ${option} 3.`)
}

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

function failuresOf({ failNext, failEvery, failWith }: RehearsalFlags): RehearsedFailures {
  if (failNext !== null && failEvery !== null)
    throw new UserError('--fail-next and --fail-every cannot be used together.', 'Leave one of them out.', usage)
  if (failNext !== null) return { kind: 'next', left: countOf('--fail-next', failNext, 0) }
  if (failEvery !== null) return { kind: 'every', nth: countOf('--fail-every', failEvery, 1), seen: 0 }
  // How they fail, and not which: all of them.
  return failWith === null ? { kind: 'never' } : { kind: 'every', nth: 1, seen: 0 }
}

/**
 * @returns the rehearsal, null to end it, undefined when nothing was asked for. What was not given is as in a plain 200.
 * @throws UserError naming the option that is wrong
 */
export function rehearsalOf(flags: RehearsalFlags): Rehearsal | null | undefined {
  const { off, status, headers, body, delay, failNext, failEvery, failWith } = flags
  const asksForAny =
    headers.length > 0 || [status, body, delay, failNext, failEvery, failWith].some(one => one !== null)
  if (off && asksForAny) throw new UserError('--off goes with no other option.', 'It ends the rehearsal.', usage)
  if (off) return null
  if (!asksForAny) return undefined
  const rehearsal: Rehearsal = {
    status: status === null ? 200 : statusOf('--status', status),
    headers: headers.map(headerOf),
    body: body ?? '',
    delayMs: delay === null ? 0 : delayOf(delay),
    failures: failuresOf(flags),
    failWith: failWith === null ? { kind: 'status', status: 500 } : failedAnswerOf(failWith),
  }
  const problem = rehearsalProblem(rehearsal)
  if (problem !== null) throw new UserError(problem.message, problem.hint, usage)
  return rehearsal
}
