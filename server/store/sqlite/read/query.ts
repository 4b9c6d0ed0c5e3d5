/** A Query as SQL. Everything that comes from the query is a bound parameter. */
import { unroutedHook } from '../../../../core/hooks/hook.ts'
import { signatureHeader } from '../../../../core/hooks/origin.ts'
import { credentialHeaders } from '../../../../core/http/credential-headers.ts'
import { typedValue } from '../../../../core/http/headers.ts'
import type { Condition, Query, State, Term, TextCondition } from '../../../../core/search/query.ts'
import { afterPrefix } from '../../search/prefix.ts'
import { typePrefix, typesLike } from '../../search/types-like.ts'
import { mayShowText, showsText } from '../index/text-index.ts'
import { type Sql, sql } from './sql.ts'
import { lookupState } from './states.ts'

/** `column` begins with `prefix`, so that an index on the column serves it. */
function startsWith(column: string, prefix: string): Sql {
  const end = afterPrefix(prefix)
  return end === null ? sql(`${column} >= ?`, prefix) : sql(`${column} >= ? AND ${column} < ?`, prefix, end)
}

/** The types that a pattern means, or as the event came, in whatever case. */
function typeCondition(pattern: string): Sql {
  const wanted = pattern.toLowerCase()
  const prefix = typePrefix(wanted)
  const types = typesLike(pattern)
  const asItCame =
    prefix === null
      ? sql('lower(d.event_type) = ?', wanted)
      : sql('substr(lower(d.event_type), 1, ?) = ?', [...prefix].length, prefix)
  if (types.length === 0) return asItCame
  const marks = types.map(() => '?').join(', ')
  return sql(`(d.type IN (${marks}) OR ${asItCame.text})`, ...types, ...asItCame.values)
}

const states: Record<State, string> = {
  verified: `d.verdict = 'verified'`,
  rejected: `d.verdict = 'rejected'`,
  unchecked: `d.verdict = 'unchecked'`,
  retry: 'd.repeat = 1',
  duplicate: 'd.repeat = 1',
  unknown: 'd.unknown = 1',
  unrouted: `d.hook = '${unroutedHook}'`,
  unsubscribed: `instr(d.notes, '"event-not-subscribed"') > 0`,
  failed: 'd.failed = 1',
  forwarded: `EXISTS (SELECT 1 FROM attempt f WHERE f.delivery = d.id AND f.source = 'forward')`,
  pinned: 'd.pinned = 1',
  test: `instr(d.notes, '"test"') > 0`,
  noted: `d.notes <> '[]'`,
}

/** Events without a reference number of their own that belong to one: of the same object, and the settlement of its batch. */
const joinedToRef = `SELECT j.id FROM delivery r JOIN delivery_key s ON s.delivery = r.id
  JOIN delivery_key k ON k.key = s.key JOIN delivery j ON j.id = k.delivery
  WHERE r.refnum = ? AND j.refnum IS NULL AND (j.family = 'settlement' OR j.object_key = r.object_key)`

/** The names a code has inside a JSON list, quotes included, so that `retry` is not found in `retry-changed`. */
const listed = (column: string, code: string) => sql(`instr(${column}, ?) > 0`, JSON.stringify(code))

interface How {
  readonly unfilled: number | null
  readonly texts: 'index' | 'text'
}

/** What a text is found in, and what it says as a reading of what is shown. */
function textCondition({ text, also }: TextCondition, how: How): Sql {
  const parts = [
    showsText(text, how.unfilled, how.texts),
    ...(also ?? []).map(reading => compileCondition(reading, how)),
  ]
  return sql(parts.map(part => `(${part.text})`).join(' OR '), ...parts.flatMap(part => part.values))
}

function compileCondition(condition: Condition, how: How): Sql {
  switch (condition.field) {
    case 'text':
      return textCondition(condition, how)
    case 'type':
      return typeCondition(condition.pattern)
    case 'family':
      return sql('d.family = ?', condition.family)
    case 'is':
      return sql(states[condition.state])
    case 'verdict':
      return sql('d.verdict = ?', condition.verdict)
    case 'reason':
      return listed('d.verdict_detail', condition.reason)
    case 'note':
      return listed('d.notes', condition.note)
    case 'status':
      return sql('d.last_status BETWEEN ? AND ?', condition.from, condition.to)
    case 'outcome':
      return sql('d.last_outcome = ?', condition.outcome)
    case 'answered':
      return sql('d.status BETWEEN ? AND ?', condition.from, condition.to)
    case 'key': {
      const key = startsWith('k.key', condition.prefix)
      return sql(`EXISTS (SELECT 1 FROM delivery_key k WHERE k.delivery = d.id AND ${key.text})`, ...key.values)
    }
    case 'event':
      return startsWith('d.event_id', condition.prefix)
    case 'ref': {
      const own = startsWith('d.refnum', condition.prefix)
      return sql(`(${own.text}) OR d.id IN (${joinedToRef})`, ...own.values, condition.prefix)
    }
    case 'amount':
      return sql(`d.amount ${condition.comparison} ?`, condition.amount)
    case 'amounts':
      return sql('d.amount BETWEEN ? AND ?', condition.from, condition.to)
    case 'bytes':
      return sql(`d.bytes ${condition.comparison} ?`, condition.bytes)
    case 'received':
      return sql(
        'd.received_at >= coalesce(?, d.received_at) AND d.received_at < coalesce(?, d.received_at + 1)',
        condition.from,
        condition.to,
      )
    case 'hook':
      return sql(
        '(d.hook = ? OR d.hook IN (SELECT id FROM hook WHERE label = ? COLLATE NOCASE))',
        condition.hook,
        condition.hook,
      )
    case 'method':
      return sql('d.method = ? COLLATE NOCASE', condition.method)
    case 'id':
      return sql('d.id BETWEEN ? AND ?', condition.from, condition.to)
    case 'tries':
      return sql('d.tries = ?', condition.tries)
    case 'size':
      return sql('d.bytes >= ? AND d.bytes < ?', condition.from, condition.to)
    case 'took':
      return sql(
        '(SELECT t.ms >= ? AND t.ms < ? FROM attempt t WHERE t.id = d.last_attempt)',
        condition.from,
        condition.to,
      )
    case 'header':
      return headerCondition(condition.text)
  }
}

/** Lines that hold secrets are masked on the screen: nothing is found in them. */
const secretLines = [...credentialHeaders, signatureHeader.toLowerCase()].map(name => `'${name}'`).join(', ')

/** A header line contains a text; the values are kept one character a byte, so the text is looked for in both readings. */
function headerCondition(text: string): Sql {
  const needles = [...new Set([text.toLowerCase(), typedValue(text.toLowerCase()), typedValue(text)])]
  const line = "lower(json_extract(h.value, '$[0]') || ': ' || json_extract(h.value, '$[1]'))"
  return sql(
    `EXISTS (SELECT 1 FROM arrival a, json_each(a.headers) h WHERE a.id = d.id
      AND lower(json_extract(h.value, '$[0]')) NOT IN (${secretLines})
      AND (${needles.map(() => `instr(${line}, ?) > 0`).join(' OR ')}))`,
    ...needles,
  )
}

function compileTerm({ negated, anyOf }: Term, how: How): Sql {
  const parts = anyOf.map(condition => compileCondition(condition, how))
  const any = parts.map(part => `(${part.text})`).join(' OR ')
  return sql(`(${any}) IS ${negated ? 'NOT TRUE' : 'TRUE'}`, ...parts.flatMap(part => part.values))
}

/**
 * The condition on `delivery d` that a query stands for. Beside its own parameters, in order, it takes the named ones
 * @from and @to: the ids between which it is asked.
 * @param unfilled the newest delivery that the text index lacks; null when it has all
 * @param texts where text is looked for: in the index between the ids, or in each delivery itself, and then there are no named ones
 */
export function compileQuery({ terms }: Query, unfilled: number | null, texts: How['texts'] = 'index'): Sql {
  const parts = terms.map(term => compileTerm(term, { unfilled, texts }))
  return sql(parts.map(part => ` AND ${part.text}`).join(''), ...parts.flatMap(part => part.values))
}

/**
 * Where a condition can be looked up at once: statements that together have all its ids, each at most @most.
 * @returns null when it cannot
 */
export function compileLookups(condition: Condition): readonly Sql[] | null {
  if (condition.field !== 'text') return each(lookupOf(condition))
  const lookups = [mayShowText(condition.text), ...(condition.also ?? []).map(lookupOf)]
  return lookups.includes(null) ? null : lookups.flatMap(lookup => lookup ?? [])
}

const each = (lookup: Sql | null) => (lookup === null ? null : [lookup])

function lookupOf(condition: Condition): Sql | null {
  switch (condition.field) {
    case 'key': {
      const key = startsWith('key', condition.prefix)
      return sql(`SELECT delivery AS id FROM delivery_key WHERE ${key.text} LIMIT @most`, ...key.values)
    }
    case 'event': {
      const prefix = startsWith('event_id', condition.prefix)
      return sql(`SELECT id FROM delivery WHERE ${prefix.text} LIMIT @most`, ...prefix.values)
    }
    case 'ref': {
      const prefix = startsWith('refnum', condition.prefix)
      const own = `SELECT id FROM delivery WHERE ${prefix.text}`
      return sql(`SELECT id FROM (${own} UNION ${joinedToRef}) LIMIT @most`, ...prefix.values, condition.prefix)
    }
    case 'id':
      return sql('SELECT id FROM delivery WHERE id BETWEEN ? AND ? LIMIT @most', condition.from, condition.to)
    case 'received':
      return sql(
        'SELECT id FROM delivery WHERE removed_at IS NULL AND received_at >= ? AND received_at < ? LIMIT @most',
        condition.from ?? 0,
        condition.to ?? Number.MAX_SAFE_INTEGER,
      )
    case 'amount':
      return sql(`SELECT id FROM delivery WHERE amount ${condition.comparison} ? LIMIT @most`, condition.amount)
    case 'amounts':
      return sql('SELECT id FROM delivery WHERE amount BETWEEN ? AND ? LIMIT @most', condition.from, condition.to)
    default:
      return lookupState(condition)
  }
}
