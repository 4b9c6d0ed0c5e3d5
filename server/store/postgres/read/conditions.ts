/** A Query as SQL, by the same rules as in SQLite. Everything that comes from the query is a bound parameter. */
import { unroutedHook } from '../../../../core/hooks/hook.ts'
import { signatureHeader } from '../../../../core/hooks/origin.ts'
import { credentialHeaders } from '../../../../core/http/credential-headers.ts'
import { typedValue } from '../../../../core/http/headers.ts'
import type { Condition, Query, State, Term, TextCondition } from '../../../../core/search/query.ts'
import { afterPrefix } from '../../search/prefix.ts'
import { typePrefix, typesLike } from '../../search/types-like.ts'
import { anyOf, joined, nothing, ours, type Sql, sql } from './sql.ts'
import { showsText } from './texts.ts'

/** `column` begins with `prefix`, so that an index on the column serves it. */
export function startsWith(column: Sql, prefix: string): Sql {
  const end = afterPrefix(prefix)
  return end === null ? sql`${column} >= ${prefix}` : sql`(${column} >= ${prefix} AND ${column} < ${end})`
}

const comparisons = { '=': ours('='), '<': ours('<'), '<=': ours('<='), '>': ours('>'), '>=': ours('>=') } as const

/** Whole numbers between which a column is, both included; one of a search may be larger than any that is kept. */
export const between = (column: Sql, from: number, to: number): Sql =>
  sql`${column} BETWEEN ${Math.ceil(from)}::bigint AND ${Math.floor(to)}::bigint`

/** A column of whole numbers is at least `from` and below `to`; null where it is open. */
export function within(column: Sql, from: number | null, to: number | null): Sql {
  const parts: Sql[] = []
  if (from !== null) parts.push(sql`${column} >= ${Math.ceil(from)}::bigint`)
  if (to !== null) parts.push(sql`${column} < ${Math.ceil(to)}::bigint`)
  return parts.length === 0 ? sql`${column} IS NOT NULL` : joined(parts, ' AND ')
}

/** The types that a pattern means, or as the event came, in whatever case. */
function typeCondition(pattern: string): Sql {
  const wanted = pattern.toLowerCase()
  const prefix = typePrefix(wanted)
  const types = typesLike(pattern)
  const asItCame =
    prefix === null ? sql`lower(d.event_type) = ${wanted}` : sql`starts_with(lower(d.event_type), ${prefix})`
  if (types.length === 0) return asItCame
  const listed = joined(
    types.map(type => sql`${type}`),
    ', ',
  )
  return sql`(d.type IN (${listed}) OR ${asItCame})`
}

/** The names a code has inside a JSON list, quotes included, so that `retry` is not found in `retry-changed`. */
const listed = (column: Sql, code: string) => sql`strpos(${column}, ${JSON.stringify(code)}) > 0`
const notes = ours('d.notes')

/** True where there is such a row; not EXISTS, for which all such rows of all deliveries may be gathered first. */
const someRow = (from: Sql): Sql => sql`(SELECT TRUE FROM ${from} LIMIT 1)`

const states: Readonly<Record<State, Sql>> = {
  verified: sql`d.verdict = 'verified'`,
  rejected: sql`d.verdict = 'rejected'`,
  unchecked: sql`d.verdict = 'unchecked'`,
  retry: sql`d.repeat = 1`,
  duplicate: sql`d.repeat = 1`,
  unknown: sql`d.unknown = 1`,
  unrouted: sql`d.hook = ${ours(`'${unroutedHook}'`)}`,
  unsubscribed: listed(notes, 'event-not-subscribed'),
  failed: sql`d.failed = 1`,
  forwarded: someRow(sql`attempt f WHERE f.delivery = d.id AND f.source = 'forward'`),
  pinned: sql`d.pinned = 1`,
  test: listed(notes, 'test'),
  noted: sql`d.notes <> '[]'`,
}

/** Events without a reference number of their own that belong to one: of the same object, and the settlement of its batch. */
export const joinedToRef = (refnum: string): Sql => sql`SELECT j.id FROM delivery r
  JOIN delivery_key s ON s.delivery = r.id JOIN delivery_key k ON k.key = s.key JOIN delivery j ON j.id = k.delivery
  WHERE r.refnum = ${refnum} AND j.refnum IS NULL AND (j.family = 'settlement' OR j.object_key = r.object_key)`

export const amountCondition = (condition: Extract<Condition, { readonly field: 'amount' | 'amounts' }>): Sql =>
  condition.field === 'amount'
    ? sql`d.amount ${comparisons[condition.comparison]} ${condition.amount}::float8`
    : sql`d.amount BETWEEN ${condition.from}::float8 AND ${condition.to}::float8`

/** What a text is found in, and what it says as a reading of what is shown. */
const textCondition = ({ text, also }: TextCondition): Sql =>
  anyOf([showsText(text), ...(also ?? []).map(compileCondition)])

function compileCondition(condition: Condition): Sql {
  switch (condition.field) {
    case 'text':
      return textCondition(condition)
    case 'type':
      return typeCondition(condition.pattern)
    case 'family':
      return sql`d.family = ${condition.family}`
    case 'is':
      return states[condition.state]
    case 'verdict':
      return sql`d.verdict = ${condition.verdict}`
    case 'reason':
      return listed(ours('d.verdict_detail'), condition.reason)
    case 'note':
      return listed(notes, condition.note)
    case 'status':
      return between(ours('d.last_status'), condition.from, condition.to)
    case 'outcome':
      return sql`d.last_outcome = ${condition.outcome}`
    case 'answered':
      return between(ours('d.status'), condition.from, condition.to)
    case 'key':
      return someRow(sql`delivery_key k WHERE k.delivery = d.id AND ${startsWith(ours('k.key'), condition.prefix)}`)
    case 'event':
      return startsWith(ours('d.event_id'), condition.prefix)
    case 'ref':
      return sql`(${startsWith(ours('d.refnum'), condition.prefix)} OR d.id IN (${joinedToRef(condition.prefix)}))`
    case 'amount':
    case 'amounts':
      return amountCondition(condition)
    case 'bytes':
      return sql`d.bytes ${comparisons[condition.comparison]} ${condition.bytes}::float8`
    case 'received':
      return within(ours('d.received_at'), condition.from, condition.to)
    case 'hook':
      return sql`(d.hook = ${condition.hook}
        OR d.hook IN (SELECT h.id FROM hook h WHERE lower(h.label) = lower(${condition.hook} COLLATE "C")))`
    case 'method':
      return sql`lower(d.method) = lower(${condition.method} COLLATE "C")`
    case 'id':
      return between(ours('d.id'), condition.from, condition.to)
    case 'tries':
      return sql`d.tries = ${condition.tries}::bigint`
    case 'size':
      return within(ours('d.bytes'), condition.from, condition.to)
    case 'took':
      return sql`(SELECT t.ms >= ${condition.from}::float8 AND t.ms < ${condition.to}::float8
        FROM attempt t WHERE t.id = d.last_attempt)`
    case 'header':
      return headerCondition(condition.text)
  }
}

/** Lines that hold secrets are masked on the screen: nothing is found in them. */
const secretLines = ours([...credentialHeaders, signatureHeader.toLowerCase()].map(name => `'${name}'`).join(', '))

/** A header line contains a text; the values are kept one character a byte, so the text is looked for in both readings. */
function headerCondition(text: string): Sql {
  const needles = [...new Set([text.toLowerCase(), typedValue(text.toLowerCase()), typedValue(text)])]
  const line = sql`lower(((h.value ->> 0) || ': ' || (h.value ->> 1)) COLLATE "C")`
  const found = anyOf(needles.map(needle => sql`strpos(${line}, ${needle}) > 0`))
  // JSON can say NUL, and PostgreSQL's text cannot hold it.
  return someRow(sql`arrival a, json_array_elements(replace(a.headers, '\\u0000', '\\ufffd')::json) h
    WHERE a.id = d.id AND a.received_at = d.received_at
      AND lower((h.value ->> 0) COLLATE "C") NOT IN (${secretLines}) AND (${found})`)
}

const compileTerm = ({ negated, anyOf: conditions }: Term): Sql =>
  sql`(${anyOf(conditions.map(compileCondition))}) IS ${ours(negated ? 'NOT TRUE' : 'TRUE')}`

/** The conditions on `delivery d` that a query stands for, each after an AND. */
export const compileQuery = ({ terms }: Query): Sql =>
  terms.reduce((all, term) => sql`${all} AND ${compileTerm(term)}`, nothing)
