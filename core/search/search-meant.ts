/** “Did you mean”, for a search that finds nothing because it says a time in words: `yesterday`, `on yesterday`, `since 2h`. */
import { mostTogether } from './search-shown.ts'
import { quoteValue, type RawTerm, splitTerms } from './search-terms.ts'
import { type Clock, localClock, parsePeriod } from './search-time.ts'

/** What a person writes before a time, and the field that says it. */
const fieldsOf: ReadonlyMap<string, string> = new Map([
  ['on', 'on'],
  ['at', 'on'],
  ['after', 'after'],
  ['since', 'after'],
  ['from', 'after'],
  ['before', 'before'],
  ['until', 'before'],
])
/** These are times by themselves; a date alone is found as it is shown. */
const days: ReadonlySet<string> = new Set(['today', 'yesterday'])

/** @returns the same search with times as terms of their fields; null where it says none in words */
export function meantSearch(text: string, clock: Clock = localClock()): string | null {
  const terms = splitTerms(text)
  const meant: string[] = []
  let isOther = false
  for (let at = 0; at < terms.length; ) {
    const found = timeAt(terms, at, clock)
    isOther ||= found !== null
    const { start, end } = terms[at]?.span ?? { start: 0, end: 0 }
    meant.push(found?.term ?? text.slice(start, end))
    at += found?.words ?? 1
  }
  return isOther ? meant.join(' ') : null
}

const wordOf = (term: RawTerm | undefined): string | null =>
  term === undefined || term.negated || term.field !== null || term.values[0].quoted ? null : term.values[0].text

function timeAt(terms: readonly RawTerm[], at: number, clock: Clock): { term: string; words: number } | null {
  const first = wordOf(terms[at])?.toLowerCase()
  if (first === undefined) return null
  if (days.has(first)) return { term: `on:${first}`, words: 1 }
  const field = fieldsOf.get(first)
  if (field === undefined) return null
  for (let words = mostTogether; words > 0; words -= 1) {
    const said = Array.from({ length: words }, (_, place) => wordOf(terms[at + 1 + place]))
    if (said.includes(null)) continue
    const time = said.join(' ')
    const period = parsePeriod(time, clock)
    // A moment is nothing that a delivery can come in.
    if (period !== null && (field !== 'on' || period.from < period.to))
      return { term: `${field}:${quoteValue(time)}`, words: words + 1 }
  }
  return null
}
