/** What stands in the window of mock responses. */
import {
  longestDelayMs,
  type MockFailures,
  type MockResponse,
  mostMockAnswers,
} from '../../../core/hooks/mock-response.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { withCommas } from '../../../core/text/text.ts'

/** Numbers are kept as they are typed. */
export interface MockResponseForm {
  readonly status: string
  /** Seconds. */
  readonly delay: string
  readonly body: string
  readonly failures: MockFailures['kind']
  readonly next: string
  readonly nth: string
  readonly failWith: 'status' | 'hang'
  readonly failStatus: string
}

export type MockResponseProblems = Partial<Record<keyof MockResponseForm, string>>

/** Answers as hookscope does by itself. */
const usualForm: MockResponseForm = {
  status: '200',
  delay: '0',
  body: '',
  failures: 'never',
  next: '3',
  nth: '2',
  failWith: 'status',
  failStatus: '500',
}

/** What a merchant wants to see most, a click each. */
export const mockResponsePresets: readonly { readonly name: string; readonly form: MockResponseForm }[] = [
  { name: 'Fail the next 3', form: { ...usualForm, failures: 'next' } },
  { name: 'Fail every 2nd', form: { ...usualForm, failures: 'every' } },
  { name: 'Always 503', form: { ...usualForm, status: '503' } },
  { name: 'Time out once', form: { ...usualForm, failures: 'next', next: '1', failWith: 'hang' } },
  { name: 'Slow: 30 s', form: { ...usualForm, delay: '30' } },
]

/** The window as it opens. */
export function mockResponseFormOf(rehearsal: MockResponse | null): MockResponseForm {
  if (!rehearsal) return usualForm
  const { status, delayMs, body, failures, failWith } = rehearsal
  return {
    ...usualForm,
    status: String(status),
    delay: String(delayMs / 1000),
    body,
    failures: failures.kind,
    ...(failures.kind === 'next' ? { next: String(failures.left) } : {}),
    ...(failures.kind === 'every' ? { nth: String(failures.nth) } : {}),
    failWith: failWith.kind,
    ...(failWith.kind === 'status' ? { failStatus: String(failWith.status) } : {}),
  }
}

const most = withCommas(mostMockAnswers)
const isWhole = (text: string, least: number, most: number) =>
  /^\d{1,7}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

const statusProblem = (text: string) =>
  isWhole(text, 200, 599) ? undefined : 'A status is a whole number from 200 to 599.'

const delayProblem = (text: string) =>
  /^\d+(?:\.\d{1,3})?$/.test(text.trim()) && Number(text) * 1000 <= longestDelayMs
    ? undefined
    : `Enter seconds, from 0 to ${longestDelayMs / 1000}.`

/** Only what counts for the kind of failures that is chosen is looked at. */
export function mockResponseProblems(form: MockResponseForm): MockResponseProblems {
  const failing = form.failures !== 'never'
  const problems = {
    status: statusProblem(form.status),
    delay: delayProblem(form.delay),
    next:
      form.failures !== 'next' || isWhole(form.next, 0, mostMockAnswers)
        ? undefined
        : `Enter a number from 0 to ${most}.`,
    nth:
      form.failures !== 'every' || isWhole(form.nth, 1, mostMockAnswers)
        ? undefined
        : `Enter a number from 1 to ${most}.`,
    failStatus: failing && form.failWith === 'status' ? statusProblem(form.failStatus) : undefined,
  }
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== undefined))
}

function failuresOf(form: MockResponseForm): MockFailures {
  if (form.failures === 'next') return { kind: 'next', left: Number(form.next) }
  if (form.failures === 'every') return { kind: 'every', nth: Number(form.nth), seen: 0 }
  return { kind: 'never' }
}

/** @param form without problems */
export function mockResponseOf(form: MockResponseForm, headers: HeaderList): MockResponse {
  return {
    status: Number(form.status),
    headers,
    body: form.body,
    delayMs: Math.round(Number(form.delay) * 1000),
    failures: failuresOf(form),
    failWith: form.failWith === 'hang' ? { kind: 'hang' } : { kind: 'status', status: Number(form.failStatus) },
  }
}
