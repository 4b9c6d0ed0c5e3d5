/** Deliveries that an index finds at once, when they are few: then nothing else needs to be looked at. */
import type { Condition, Query } from '../../../../core/search/query.ts'
import type { IdRange } from '../../search/finder.ts'
import type { Grams } from '../schema/grams.ts'
import { amountCondition, between, joinedToRef, startsWith, within } from './conditions.ts'
import type { Reads } from './reads.ts'
import { nothing, ours, type Sql, sql } from './sql.ts'
import { few, stateOf } from './states.ts'
import { answeredIds, countAmong, isIndexed, labelledIds, textIds } from './texts.ts'

/** So many ids at most are looked up for a condition: others are searched for window by window. */
const lookupLimit = 4096
/** Deliveries, the newest ones, in which a text is looked for first. */
const probed = 512
/** In so many of them it is in too many to look it up. */
const oftenInProbed = 4

/** A statement that has all ids of a condition, each as `id`. */
interface Lookup {
  readonly found: Sql
  /** It has to find all of them to tell any, or can tell the largest ones first. */
  readonly isOrdered: boolean
}

const ordered = (found: Sql): Lookup => ({ found, isOrdered: true })
const unordered = (found: Sql): Lookup => ({ found, isOrdered: false })

/** Statements that together have all ids of a condition; null when an index does not tell. */
function lookupsOf(condition: Condition, grams: Grams): readonly Lookup[] | null {
  if (condition.field === 'text') {
    const { text, also = [] } = condition
    if (!isIndexed(text, grams)) return null
    const readings = also.map(reading => lookupsOf(reading, grams))
    if (readings.includes(null)) return null
    return [
      ...[ordered(textIds(text)), ordered(answeredIds(text)), unordered(labelledIds(text))],
      ...readings.flatMap(several => several ?? []),
    ]
  }
  if (condition.field === 'is' && condition.state === 'forwarded')
    return [ordered(sql`SELECT t.delivery AS id FROM attempt t WHERE t.source = 'forward'`)]
  const one = lookupOf(condition)
  return one === null ? null : [unordered(one)]
}

function lookupOf(condition: Condition): Sql | null {
  switch (condition.field) {
    case 'key':
      return sql`SELECT k.delivery AS id FROM delivery_key k WHERE ${startsWith(ours('k.key'), condition.prefix)}`
    case 'event':
      return sql`SELECT d.id FROM delivery d WHERE ${startsWith(ours('d.event_id'), condition.prefix)}`
    case 'ref':
      return sql`SELECT d.id FROM delivery d WHERE ${startsWith(ours('d.refnum'), condition.prefix)}
        UNION ALL ${joinedToRef(condition.prefix)}`
    case 'id':
      return sql`SELECT d.id FROM delivery d WHERE ${between(ours('d.id'), condition.from, condition.to)}`
    case 'received':
      return sql`SELECT d.id FROM delivery d
        WHERE d.removed_at IS NULL AND ${within(ours('d.received_at'), condition.from, condition.to)}`
    case 'amount':
    case 'amounts':
      return sql`SELECT d.id FROM delivery d WHERE ${amountCondition(condition)}`
    default:
      return fewIds(condition)
  }
}

/** Those of a state that few are in; null where a condition is about none. */
function fewIds(condition: Condition): Sql | null {
  const state = stateOf(condition)
  return state && sql`SELECT d.id FROM delivery d WHERE ${few[state]} AND d.removed_at IS NULL`
}

/** Whether the newest deliveries show a text so often that looking it up would find too many. */
async function isOften(reads: Reads, { anyOf }: Query['terms'][number], newest: number): Promise<boolean> {
  for (const condition of anyOf) {
    if (condition.field !== 'text') continue
    const [row] = await reads.all<{ n: number }>(countAmong(condition.text, newest - probed + 1, newest))
    if ((row?.n ?? 0) >= oftenInProbed) return true
  }
  return false
}

/** Ids that may match. */
export interface Candidates {
  /** The largest first. */
  readonly ids: readonly number[]
  /** What is smaller may match as well; null: nothing else does. */
  readonly below: number | null
}

/** What these find together; null where one of them finds too many. */
async function gather(reads: Reads, lookups: readonly Lookup[], { from, to }: IdRange): Promise<Candidates | null> {
  const ids = new Set<number>()
  let below: number | null = null
  for (const { found, isOrdered } of lookups) {
    const largest = sql`WHERE id BETWEEN ${from}::bigint AND ${to}::bigint ORDER BY id DESC`
    const rows = await reads.all<{ id: number }>(
      sql`SELECT id FROM (${found}) found ${isOrdered ? largest : nothing} LIMIT ${lookupLimit + 1}::bigint`,
    )
    for (const { id } of rows) ids.add(id)
    if (rows.length <= lookupLimit) continue
    if (!isOrdered) return null
    below = Math.max(below ?? 0, rows.at(-1)?.id ?? 0)
  }
  const known = [...ids].filter(id => id >= (below ?? 0))
  return { ids: known.sort((one, other) => other - one), below }
}

/** Fewer, or known further down. */
const isBetter = (one: Candidates, other: Candidates | null) =>
  other === null ||
  (one.below ?? 0) < (other.below ?? 0) ||
  (one.below === other.below && one.ids.length < other.ids.length)

/**
 * The ids of one term of a query that an index finds at once.
 * @param range the ids that are asked for
 * @returns null when no term is like that
 */
export async function candidates(
  reads: Reads,
  grams: Grams,
  { terms }: Query,
  range: IdRange,
): Promise<Candidates | null> {
  let best: Candidates | null = null
  for (const term of terms) {
    const lookups = term.anyOf.map(condition => lookupsOf(condition, grams))
    if (term.negated || lookups.includes(null)) continue
    if (await isOften(reads, term, range.to)) continue
    const found = await gather(
      reads,
      lookups.flatMap(several => several ?? []),
      range,
    )
    if (found !== null && isBetter(found, best)) best = found
  }
  return best
}
