/** The search language, fetched when something is searched for: the list of everything is there without it. */
import { signal } from '@preact/signals'
import type { QueryProblem } from '../../../core/search/query.ts'
import { type TimeSpan, timeSpanOf } from '../../../core/search/time-span.ts'

/** null until it is there. */
export const language = signal<typeof import('../../../core/search/search.ts') | null>(null)
let fetching: Promise<void> | undefined

/** Fetches it, unless it is there; when that fails, the server's word on a search is the only one. */
export function fetchLanguage(): Promise<void> {
  fetching ??= import('../../../core/search/search.ts').then(
    fetched => {
      language.value = fetched
    },
    () => {
      fetching = undefined
    },
  )
  return fetching
}

/** What is wrong with a search; null when nothing is, and while the language is on its way. */
export function searchProblem(text: string): QueryProblem | null {
  const parsed = language.value?.parseQuery(text)
  return parsed === undefined || parsed.ok ? null : parsed.problem
}

/** The time that a search is about; open while the language is on its way. */
export function searchedSpan(text: string): TimeSpan {
  const parsed = language.value?.parseQuery(text)
  return parsed?.ok ? timeSpanOf(parsed.query) : { from: null, to: null }
}
