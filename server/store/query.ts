/** A Query as SQL. Everything that comes from the query is a bound parameter. */
import { catalogue } from '../../core/catalogue.ts'
import { unroutedHook } from '../../core/hook.ts'
import type { Condition, Query, State, Term } from '../../core/query.ts'

export type SqlValue = string | number | null
export interface Sql {
  readonly text: string
  readonly values: readonly SqlValue[]
}

const sql = (text: string, ...values: SqlValue[]): Sql => ({ text, values })

/** The smallest text that is greater than every text with this prefix; null when there is none. */
function afterPrefix(prefix: string): string | null {
  const points = [...prefix]
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const code = last.codePointAt(0) ?? 0
    // Step over the surrogates, which UTF-8 text cannot hold.
    const next = code === 0xd7ff ? 0xe000 : code + 1
    if (next <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return points.join('') + String.fromCodePoint(next)
  }
  return null
}

/** `column` begins with `prefix`, so that an index on the column serves it. */
function startsWith(column: string, prefix: string): Sql {
  const end = afterPrefix(prefix)
  return end === null ? sql(`${column} >= ?`, prefix) : sql(`${column} >= ? AND ${column} < ?`, prefix, end)
}

/** Words as full text search splits them; null when there are none to look for. */
function matchExpression(text: string, phrase: boolean): string | null {
  if (!/[\p{L}\p{N}\p{Co}]/u.test(text)) return null
  return `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"${phrase ? '' : ' *'}`
}

/** Every catalogue spelling of the types that a pattern means: `cardupdate.*` means `cau.*` as well. */
function typeCondition(pattern: string): Sql {
  const wanted = pattern.toLowerCase()
  const prefix = wanted.endsWith('*') ? wanted.slice(0, -1) : null
  const fits = (spelling: string) => (prefix === null ? spelling === wanted : spelling.startsWith(prefix))
  const types = catalogue
    .filter(entry => fits(entry.type) || ('alternative' in entry && fits(entry.alternative)))
    .map(entry => entry.type)
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

/** The names a code has inside a JSON list, quotes included, so that `retry` is not found in `retry-changed`. */
const listed = (column: string, code: string) => sql(`instr(${column}, ?) > 0`, JSON.stringify(code))

/** The ids of the deliveries a text is in, between two ids that are bound later as @from and @to. */
function textCondition(text: string, phrase: boolean): Sql {
  const expression = matchExpression(text, phrase)
  return expression === null
    ? sql('instr(lower(d.summary), lower(?)) > 0', text)
    : sql(
        'd.id IN (SELECT rowid FROM delivery_text WHERE delivery_text MATCH ? AND rowid BETWEEN @from AND @to)',
        expression,
      )
}

function compileCondition(condition: Condition): Sql {
  switch (condition.field) {
    case 'text':
      return textCondition(condition.text, condition.phrase)
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
    case 'ref':
      return startsWith('d.refnum', condition.prefix)
    case 'amount':
      return sql(`d.amount ${condition.comparison} ?`, condition.amount)
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
  }
}

function compileTerm({ negated, anyOf }: Term): Sql {
  const parts = anyOf.map(compileCondition)
  const any = parts.map(part => `(${part.text})`).join(' OR ')
  return sql(`(${any}) IS ${negated ? 'NOT TRUE' : 'TRUE'}`, ...parts.flatMap(part => part.values))
}

/**
 * The condition on `delivery d` that a query stands for. Beside its own parameters, in order, it takes the named ones
 * @from and @to: the ids between which it is asked.
 */
export function compileQuery({ terms }: Query): Sql {
  const parts = terms.map(compileTerm)
  return sql(parts.map(part => ` AND ${part.text}`).join(''), ...parts.flatMap(part => part.values))
}

/** Where a condition can be looked up at once: a statement for at most @most ids, newest first. */
export function compileLookup(condition: Condition): Sql | null {
  switch (condition.field) {
    case 'text': {
      const expression = matchExpression(condition.text, condition.phrase)
      return expression === null
        ? null
        : sql(
            'SELECT rowid AS id FROM delivery_text WHERE delivery_text MATCH ? ORDER BY rowid DESC LIMIT @most',
            expression,
          )
    }
    case 'key': {
      const key = startsWith('key', condition.prefix)
      return sql(`SELECT delivery AS id FROM delivery_key WHERE ${key.text} LIMIT @most`, ...key.values)
    }
    case 'event':
    case 'ref': {
      const column = condition.field === 'event' ? 'event_id' : 'refnum'
      const prefix = startsWith(column, condition.prefix)
      return sql(`SELECT id FROM delivery WHERE ${prefix.text} LIMIT @most`, ...prefix.values)
    }
    default:
      return null
  }
}
