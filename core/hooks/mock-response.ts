/** What a hook answers on trial, in place of hookscope's own 200: to watch how the gateway retries. */
import type { HeaderList } from '../http/headers.ts'

/** Which of the accepted deliveries fail. Rejected ones are answered 401 as always. */
export type MockFailures =
  | { readonly kind: 'never' }
  /** The next so many; `left` counts down to 0, from where on all goes well again. */
  | { readonly kind: 'next'; readonly left: number }
  /** Every nth: 2 fails the second, fourth, …; `seen` counts the deliveries since it was set. */
  | { readonly kind: 'every'; readonly nth: number; readonly seen: number }

/** How a failing delivery is answered: a status, or nothing for `hangMs`, past the gateway's read time-out of 45 s. */
export type FailedAnswer = { readonly kind: 'status'; readonly status: number } | { readonly kind: 'hang' }

/** The largest number that a rehearsal counts to: the next N, every Nth. */
export const mostMockAnswers = 1_000_000

/** How long a hanging answer takes, milliseconds. */
export const hangMs = 50_000
/** The longest delay that can be rehearsed, milliseconds. */
export const longestDelayMs = 120_000

export interface MockResponse {
  /** 200 to 599. */
  readonly status: number
  /** Added to the answer; none that concern the connection or the body's length. */
  readonly headers: HeaderList
  /** UTF-8 text. */
  readonly body: string
  /** Before the answer goes out, milliseconds. */
  readonly delayMs: number
  readonly failures: MockFailures
  readonly failWith: FailedAnswer
}

/** What one delivery is answered on trial. */
export interface MockAnswer extends Pick<MockResponse, 'status' | 'headers' | 'body' | 'delayMs'> {
  /** Nothing goes out for `hangMs`; the rest is of no concern then. */
  readonly hangs: boolean
}

/**
 * The answer to the next accepted delivery.
 * @returns it, and what is left of the rehearsal after it: the same object when nothing is counted
 */
export function nextMockAnswer(rehearsal: MockResponse): { answer: MockAnswer; after: MockResponse } {
  const { failures, failWith, status, headers, body, delayMs } = rehearsal
  const fails = failures.kind === 'next' ? failures.left > 0 : failures.kind === 'every' && isNth(failures)
  const hangs = fails && failWith.kind === 'hang'
  const given = fails && failWith.kind === 'status' ? failWith.status : status
  return {
    answer: { status: given, headers, body, delayMs, hangs },
    after: countedOn(rehearsal),
  }
}

const isNth = ({ nth, seen }: { readonly nth: number; readonly seen: number }) => (seen + 1) % nth === 0

function countedOn(rehearsal: MockResponse): MockResponse {
  const { failures } = rehearsal
  switch (failures.kind) {
    case 'never':
      return rehearsal
    case 'next':
      return failures.left === 0 ? rehearsal : { ...rehearsal, failures: { kind: 'next', left: failures.left - 1 } }
    case 'every':
      return { ...rehearsal, failures: { ...failures, seen: failures.seen + 1 } }
  }
}
