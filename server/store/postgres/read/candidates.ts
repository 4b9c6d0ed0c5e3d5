/** Deliveries that an index finds at once, when they are few: then nothing else needs to be looked at. */
import type { Condition, Query } from '../../../../core/search/query.ts'
import { fewOf } from '../../search/states.ts'
import type { Grams } from '../schema/grams.ts'
import { amountCondition, between, joinedToRef, startsWith, within } from './conditions.ts'
import type { Reads } from './reads.ts'
import { ours, type Sql, sql } from './sql.ts'
import { few } from './states.ts'
import { countAmong, elsewhere, isIndexed, textIds } from './texts.ts'

/** Up to so many ids a condition is looked up at once instead of being searched for window by window. */
const lookupLimit = 4096
/** Deliveries, the newest ones, in which a text is looked for first. */
const probed = 512
/** In so many of them it is in too many to look it up. */
const oftenInProbed = 4

/** Statements that together have all ids of a condition, each as `id`; null when an index does not tell. */
function lookupsOf(condition: Condition, grams: Grams): readonly Sql[] | null {
  if (condition.field === 'text') {
    if (!isIndexed(condition.text, grams)) return null
    const also = (condition.also ?? []).map(reading => lookupsOf(reading, grams))
    if (also.includes(null)) return null
    return [textIds(condition.text), elsewhere(condition.text), ...also.flatMap(several => several ?? [])]
  }
  const one = lookupOf(condition)
  return one === null ? null : [one]
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
    case 'is':
      // As many rows as there are attempts: those of one delivery count once.
      if (condition.state === 'forwarded') return sql`SELECT t.delivery AS id FROM attempt t WHERE t.source = 'forward'`
      return fewIds(condition)
    default:
      return fewIds(condition)
  }
}

/** Those of a state that few are in; null where a condition is about none. */
function fewIds(condition: Condition): Sql | null {
  const state = fewOf(condition)
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

/**
 * The ids of one term of a query that an index finds at once.
 * @param newest the largest id
 * @returns null when no term is like that
 */
export async function candidates(
  reads: Reads,
  grams: Grams,
  { terms }: Query,
  newest: number,
): Promise<readonly number[] | null> {
  let fewest: readonly number[] | null = null
  for (const term of terms) {
    const lookups = term.anyOf.map(condition => lookupsOf(condition, grams))
    if (term.negated || lookups.includes(null)) continue
    if (await isOften(reads, term, newest)) continue
    const ids = new Set<number>()
    for (const found of lookups.flatMap(several => several ?? [])) {
      if (ids.size > lookupLimit) break
      const rows = await reads.all<{ id: number }>(
        sql`SELECT id FROM (${found}) found LIMIT ${lookupLimit + 1}::bigint`,
      )
      for (const { id } of rows) ids.add(id)
    }
    if (ids.size <= lookupLimit && ids.size < (fewest?.length ?? Number.POSITIVE_INFINITY)) fewest = [...ids]
  }
  return fewest
}
