/**
 * The search language: what a person types, as the Query that the store compiles. Terms stand side by side and all must
 * hold; `-` in front turns one round; a field's values may be joined by commas, of which one must hold; quotes keep
 * white space and commas together: `type:ach.*,cau.* -is:rejected amount:>100 "last update"`.
 */
import { nearest } from '../text/nearest.ts'
import type { Condition, Query, QueryProblem, Span, Term } from './query.ts'
import { searchField, searchFieldNames } from './search-fields.ts'
import { belongTogether, mostTogether, readingsOf } from './search-shown.ts'
import { quote, quoteValue, type RawTerm, type RawValue, splitTerms } from './search-terms.ts'
import { type Clock, localClock } from './search-time.ts'

export { localZone } from './local-zone.ts'
export { completeQuery } from './search-complete.ts'
export { meantSearch } from './search-meant.ts'
export { type Clock, localClock, zoneClock } from './search-time.ts'

/** The terms that are fine are always in `query`, also when something else is wrong. */
export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly problem: QueryProblem; readonly query: Query }

/** More than anyone types, and far less than SQL refuses. */
const conditionCap = 100

/** Reads a query; never throws. Of several problems the first one is named. */
export function parseQuery(text: string, clock: Clock = localClock()): ParsedQuery {
  const terms: Term[] = []
  let problem: QueryProblem | null = null
  let conditions = 0
  for (const raw of joinShown(splitTerms(text), clock)) {
    conditions += raw.values.length
    const read = conditions > conditionCap ? tooMany(raw.span) : readTerm(raw, clock)
    if ('message' in read) problem ??= read
    else terms.push(read)
  }
  return problem ? { ok: false, problem, query: { terms } } : { ok: true, query: { terms } }
}

/** Words side by side that are one thing as it is shown, such as `Nov 30, 2026`, become one term, as if they were quoted. */
function joinShown(terms: readonly RawTerm[], clock: Clock): RawTerm[] {
  const joined: RawTerm[] = []
  for (let at = 0; at < terms.length; ) {
    const words = terms.slice(at, at + mostTogether)
    const others = words.findIndex(({ negated, field, values }) => negated || field !== null || values[0].quoted)
    const length = longestShown(others === -1 ? words : words.slice(0, others), clock)
    const [first, last] = [words[0], words[length - 1]]
    if (first && last && length > 1) {
      const span = { start: first.span.start, end: last.span.end }
      const text = wordsOf(words.slice(0, length))
      joined.push({ negated: false, field: null, values: [{ text, quoted: true, closed: true, span }], span })
    } else if (first) joined.push(first)
    at += length
  }
  return joined
}

const wordsOf = (terms: readonly RawTerm[]) => terms.map(({ values }) => values[0].text).join(' ')

/** How many of the words belong together; 1 when none do. */
function longestShown(words: readonly RawTerm[], clock: Clock): number {
  for (let length = words.length; length > 1; length -= 1)
    if (belongTogether(wordsOf(words.slice(0, length)), clock)) return length
  return 1
}

function tooMany(span: Span): QueryProblem {
  return { message: `A search has at most ${conditionCap} conditions.`, hint: 'Use fewer conditions.', span }
}

function readTerm(raw: RawTerm, clock: Clock): Term | QueryProblem {
  const conditions: Condition[] = []
  for (const value of raw.values) {
    const condition = readValue(raw, value, clock)
    if ('message' in condition) return condition
    conditions.push(condition)
  }
  const [first, ...others] = conditions
  // There is always a value; the check is for the type's sake.
  return first ? { negated: raw.negated, anyOf: [first, ...others], span: raw.span } : tooMany(raw.span)
}

function readValue(raw: RawTerm, value: RawValue, clock: Clock): Condition | QueryProblem {
  if (!value.closed) return { message: 'This quote is not closed.', hint: 'Close it with another ".', span: value.span }
  if (raw.field === null) return readText(raw, value, clock)
  const { name, span } = raw.field
  const field = searchField(name)
  if (!field) return unknownField(name, span)
  if (value.text === '')
    return {
      message: `${name}: has no value here.`,
      hint: `Write for instance ${name}:${field.example}`,
      span: raw.span,
    }
  const read = field.read(value.text, clock)
  return 'trouble' in read ? { message: read.trouble, hint: read.hint, span: value.span } : read
}

function readText(raw: RawTerm, value: RawValue, clock: Clock): Condition | QueryProblem {
  if (value.text.trim() !== '') {
    const [first, ...others] = readingsOf(value.text, clock)
    return { field: 'text', text: value.text, phrase: value.quoted, ...(first && { also: [first, ...others] }) }
  }
  return {
    message: value.quoted ? 'The quotes are empty.' : 'A - excludes what follows it, and nothing follows.',
    hint: value.quoted ? 'Write the words to find, or leave the quotes out.' : 'Write for instance -is:rejected',
    span: raw.span,
  }
}

function unknownField(name: string, span: Span): QueryProblem {
  const near = nearest(name, searchFieldNames)
  const meant = near === undefined ? `There are ${searchFieldNames.join(', ')}.` : `Did you mean ${near}:?`
  return { message: `There is no field “${name}”.`, hint: `${meant} To find the text itself, put it in quotes.`, span }
}

/** A query as text that parses to the same terms; times are absolute and in UTC. */
export function formatQuery(query: Query): string {
  return query.terms.map(({ negated, anyOf }) => `${negated ? '-' : ''}${formatConditions(anyOf)}`).join(' ')
}

function formatConditions(conditions: readonly Condition[]): string {
  const parts = conditions.map(formatCondition)
  return parts.map(([field, value], index) => (field === null || index > 0 ? value : `${field}:${value}`)).join(',')
}

function formatCondition(condition: Condition): readonly [field: string | null, value: string] {
  switch (condition.field) {
    case 'text':
      return [null, condition.phrase ? quote(condition.text) : condition.text]
    case 'type':
      return ['type', quoteValue(condition.pattern)]
    case 'family':
      return ['family', condition.family]
    case 'is':
      return ['is', condition.state]
    case 'verdict':
      return ['verdict', condition.verdict]
    case 'reason':
      return ['reason', condition.reason]
    case 'note':
      return ['note', condition.note]
    case 'outcome':
      return ['status', condition.outcome]
    case 'status':
    case 'answered':
    case 'id':
      return [condition.field, formatRange(condition.from, condition.to)]
    case 'key':
    case 'event':
    case 'ref':
      return [condition.field, quoteValue(condition.prefix)]
    case 'amounts':
      return ['amount', `${condition.from}..${condition.to}`]
    case 'header':
      return ['header', quoteValue(condition.text)]
    // Never typed as a field: they come with the text that says them.
    case 'tries':
    case 'size':
    case 'took':
      return [null, '']
    case 'amount':
      return ['amount', `${formatSign(condition.comparison)}${condition.amount}`]
    case 'bytes':
      return ['bytes', `${formatSign(condition.comparison)}${condition.bytes}`]
    case 'received':
      return formatPeriod(condition.from, condition.to)
    case 'hook':
      return ['hook', quoteValue(condition.hook)]
    case 'method':
      return ['method', quoteValue(condition.method)]
  }
}

const formatRange = (from: number, to: number) => (from === to ? String(from) : `${from}-${to}`)
const formatSign = (comparison: string) => (comparison === '=' ? '' : comparison)
const formatMoment = (moment: number) => new Date(moment).toISOString()

function formatPeriod(from: number | null, to: number | null): readonly [field: string, value: string] {
  if (to === null) return ['after', formatMoment(from ?? 0)]
  if (from === null) return ['before', formatMoment(to)]
  // A time written to the millisecond lasts one, so the last one belongs to the period.
  return ['on', `${formatMoment(from)}..${formatMoment(to - 1)}`]
}
