/** Deliveries that an index finds at once, when they are few: then nothing else needs to be looked at. */
import type { Condition, Query, Term } from '../../../../core/search/query.ts'
import type { IdRange } from '../../search/finder.ts'
import type { Grams } from '../schema/grams.ts'
import { amountCondition, between, joinedToRef, startsWith, within } from './conditions.ts'
import type { Reads } from './reads.ts'
import { ours, type Sql, sql } from './sql.ts'
import { few, stateOf } from './states.ts'
import { countAmong, isIndexed, textIds } from './texts.ts'

/** Up to so many ids a condition is looked up at once instead of being searched for window by window. */
const lookupLimit = 2048
/** The same for a stretch of ids. */
const stretchLimit = 512
/** Deliveries, the newest ones, in which a text is looked for first. */
const probed = 512
/** In so many of them it is in too many to look it up. */
const oftenInProbed = 4

/** Ids, and whether they are a part of those that are asked for. */
interface Part {
  readonly range: IdRange
  readonly isPart: boolean
}

/** Statements that together have all ids of a condition between two, each as `id`; null when an index does not tell. */
function lookupsOf(condition: Condition, grams: Grams, part: Part): readonly Sql[] | null {
  const { range, isPart } = part
  if (condition.field === 'text') {
    const { text, also = [] } = condition
    if (!isIndexed(text, grams)) return null
    const readings = also.map(reading => lookupsOf(reading, grams, part))
    if (readings.includes(null)) return null
    return [...textIds(text, range, isPart), ...readings.flatMap(several => several ?? [])]
  }
  if (condition.field === 'is' && condition.state === 'forwarded')
    return [
      sql`SELECT t.delivery AS id FROM attempt t WHERE t.source = 'forward' AND ${between(ours('t.delivery'), range.from, range.to)}`,
    ]
  const one = lookupOf(condition)
  return one && [sql`SELECT id FROM (${one}) found WHERE ${between(ours('id'), range.from, range.to)}`]
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
async function isOften(reads: Reads, { anyOf }: Term, newest: number): Promise<boolean> {
  for (const condition of anyOf) {
    if (condition.field !== 'text') continue
    const [row] = await reads.all<{ n: number }>(countAmong(condition.text, newest - probed + 1, newest))
    if ((row?.n ?? 0) >= oftenInProbed) return true
  }
  return false
}

/** What these find together, the largest first; null where one of them finds more than so many. */
async function gather(reads: Reads, lookups: readonly Sql[], most: number): Promise<readonly number[] | null> {
  const ids = new Set<number>()
  for (const found of lookups) {
    const rows = await reads.all<{ id: number }>(sql`SELECT id FROM (${found}) found LIMIT ${most + 1}::bigint`)
    if (rows.length > most) return null
    for (const { id } of rows) ids.add(id)
  }
  return [...ids].sort((one, other) => other - one)
}

/** How deliveries are found by an index. */
export type Candidates =
  /** These are all that may match, the largest first. */
  | { readonly ids: readonly number[] }
  /** Looks those up that may match between two ids, the largest first; null where they are many. */
  | { look(range: IdRange): Promise<readonly number[] | null> }

/** What of a condition is likely to be in few deliveries: the longer the text. */
const rareness = (condition: Condition) => (condition.field === 'text' ? condition.text.length : 0)
const isByStretches = (condition: Condition) =>
  condition.field === 'text' || (condition.field === 'is' && condition.state === 'forwarded')

/**
 * How an index finds what one term of a query matches.
 * @param range the ids that are asked for
 * @returns null when no term is like that
 */
export async function candidates(
  reads: Reads,
  grams: Grams,
  { terms }: Query,
  range: IdRange,
): Promise<Candidates | null> {
  let fewest: readonly number[] | null = null
  let mostFound = Number.POSITIVE_INFINITY
  let rarest: { readonly term: Term; readonly rareness: number } | null = null
  const lookups = ({ anyOf }: Term, part: Part) => {
    const each = anyOf.map(condition => lookupsOf(condition, grams, part))
    return each.includes(null) ? null : each.flatMap(several => several ?? [])
  }
  for (const term of terms) {
    const all = term.negated ? null : lookups(term, { range, isPart: false })
    if (all === null || (await isOften(reads, term, range.to))) continue
    const ids = await gather(reads, all, lookupLimit)
    const least = Math.min(...term.anyOf.map(rareness))
    if (ids !== null) {
      if (ids.length < mostFound) fewest = ids
      mostFound = Math.min(mostFound, ids.length)
    } else if (term.anyOf.some(isByStretches) && least > (rarest?.rareness ?? -1)) rarest = { term, rareness: least }
  }
  if (fewest !== null) return { ids: fewest }
  if (rarest === null) return null
  const { term } = rarest
  return { look: part => gather(reads, lookups(term, { range: part, isPart: true }) ?? [], stretchLimit) }
}
