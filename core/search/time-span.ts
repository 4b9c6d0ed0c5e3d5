/** The time that a search is about. */
import type { Query } from './query.ts'

/** Milliseconds since 1970, `to` excluded; null where it is open. */
export interface TimeSpan {
  readonly from: number | null
  readonly to: number | null
}

/** What its terms leave of all time, those that are negated aside. */
export function timeSpanOf({ terms }: Query): TimeSpan {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { negated, anyOf } of terms) {
    const spans = anyOf.flatMap(condition => (condition.field === 'received' ? [condition] : []))
    if (negated || spans.length < anyOf.length) continue
    from = Math.max(from, Math.min(...spans.map(span => span.from ?? Number.NEGATIVE_INFINITY)))
    to = Math.min(to, Math.max(...spans.map(span => span.to ?? Number.POSITIVE_INFINITY)))
  }
  return { from: Number.isFinite(from) ? from : null, to: Number.isFinite(to) ? to : null }
}
