/** The search language: what a person types, as the Query that the store compiles. */
import type { Query, QueryProblem, Span } from './query.ts'

/** How the language reads dates and times: handed in, so that parsing is pure. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  readonly now: number
  /** The moment (milliseconds since 1970, UTC) of a local wall-clock time; `month` is 1 to 12. */
  toMoment(
    year: number,
    month: number,
    day: number,
    hour?: number,
    minute?: number,
    second?: number,
    ms?: number,
  ): number
  /** The local day of a moment; `month` is 1 to 12. */
  toDay(moment: number): { readonly year: number; readonly month: number; readonly day: number }
}

/** The terms that are fine are always in `query`, also when something else is wrong. */
export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly problem: QueryProblem; readonly query: Query }

/** One way to go on at the caret. */
export interface CompletionOption {
  /** Replaces the completion's span. */
  readonly insert: string
  readonly label: string
  readonly detail: string
}

export interface Completion {
  readonly span: Span
  readonly options: CompletionOption[]
}

/** The clock of the machine this runs on, in its time zone. */
export function localClock(): Clock {
  return {
    now: Date.now(),
    toMoment: (year, month, day, hour = 0, minute = 0, second = 0, ms = 0) =>
      new Date(year, month - 1, day, hour, minute, second, ms).getTime(),
    toDay(moment) {
      const date = new Date(moment)
      return { year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate() }
    },
  }
}

/** Reads a query; never throws. */
export function parseQuery(text: string, _clock: Clock = localClock()): ParsedQuery {
  const terms: Query['terms'][number][] = []
  for (const word of text.matchAll(/\S+/g)) {
    const span = { start: word.index, end: word.index + word[0].length }
    terms.push({ negated: false, anyOf: [{ field: 'text', text: word[0], phrase: false }], span })
  }
  return { ok: true, query: { terms } }
}

/** What can be typed at the caret: fields, and the values of the field the caret is in. */
export function completeQuery(
  _text: string,
  caret: number,
  _known: { readonly types: readonly string[]; readonly hooks: readonly string[] },
): Completion {
  return { span: { start: caret, end: caret }, options: [] }
}
