/** Deliveries by their id, their event and their keys: short reads through an index. */
import { batchLinkStart } from '../../../../core/deliveries/describe.ts'
import type { Family } from '../../../../core/events/catalogue.ts'
import type { DeliveryStore } from '../../deliveries.ts'
import { type ArrivalRow, type SummaryRow, toDelivery, toSummary } from '../../rows.ts'
import { summarySelect } from '../select.ts'
import type { Reads } from './reads.ts'
import { idList, ours, type Sql, sql } from './sql.ts'

/** Most deliveries of one event, or about one object. */
const longest = 200
const longestList = ours(String(longest))

const several = ours(summarySelect)
const idsIn = (ids: readonly number[]) => sql`d.id = ANY(${idList(ids)}::bigint[])`

/** With what came: of one moment, because no delivery is in only one of the two. */
const withArrival = (ids: readonly number[]) => sql`
  SELECT s.*, c.read_ms, c.http_version, c.remote_address, c.path, c.headers, c.body FROM (${several} AND ${idsIn(ids)}) s
  JOIN arrival c ON c.id = s.id AND c.received_at = s.received_at ORDER BY s.id`

// The object's own key first: the sales of a large batch must not crowd out its other events.
const linksOf = (id: number) => sql`SELECT k.key, k.key IS NOT DISTINCT FROM d.object_key AS own, d.family
  FROM delivery_key k JOIN delivery d ON d.id = k.delivery WHERE k.delivery = ${id}::bigint ORDER BY own DESC, k.key`
const withKey = (key: string) => sql`SELECT k.delivery FROM delivery_key k JOIN delivery d ON d.id = k.delivery
  WHERE k.key = ${key} AND d.removed_at IS NULL ORDER BY k.delivery DESC LIMIT ${longestList}`
/** The settlements of the batches that any event with this key names. */
const settlementsOf = (key: string) => sql`SELECT s.delivery FROM delivery_key s JOIN delivery d ON d.id = s.delivery
  WHERE s.key IN (SELECT b.key FROM delivery_key o JOIN delivery_key b ON b.delivery = o.delivery
    WHERE o.key = ${key} AND starts_with(b.key, ${batchLinkStart}))
  AND d.family = 'settlement' AND d.removed_at IS NULL ORDER BY s.delivery DESC LIMIT ${longestList}`

interface LinkRow {
  readonly key: string
  readonly own: boolean
  readonly family: Family | null
}

/** What a link leads to: of a sale's batch only the settlement, not all the other sales in it. */
function selectsOf({ key, own, family }: LinkRow): Sql[] {
  if (family !== 'transaction') return [withKey(key)]
  return own ? [withKey(key), settlementsOf(key)] : []
}

export type Lookups = Pick<DeliveryStore, 'get' | 'getMany' | 'summaries' | 'related' | 'ofEvent'>

export function createLookups(reads: Reads): Lookups {
  const summaries: Lookups['summaries'] = async ids =>
    ids.length === 0
      ? []
      : (await reads.all<SummaryRow>(sql`${several} AND ${idsIn(ids)} ORDER BY d.id`)).map(toSummary)

  const getMany: Lookups['getMany'] = async ids =>
    ids.length === 0
      ? []
      : (await reads.all<SummaryRow & ArrivalRow>(withArrival(ids))).map(row => toDelivery(row, row))

  return {
    summaries,
    getMany,
    get: async id => (await getMany([id]))[0],
    async related(id) {
      const links = await reads.all<LinkRow>(linksOf(id))
      const ids = new Set([id])
      for (const select of links.flatMap(selectsOf)) {
        if (ids.size >= longest) break
        for (const { delivery } of await reads.all<{ delivery: number }>(select))
          if (ids.size < longest) ids.add(delivery)
      }
      const triggered = (text: string | null) => text ?? ''
      return (await summaries([...ids])).sort((one, two) => {
        const [first, second] = [triggered(one.eventTriggered), triggered(two.eventTriggered)]
        return first < second ? -1 : first > second ? 1 : one.id - two.id
      })
    },
    ofEvent: async (hook, eventId) =>
      (
        await reads.all<SummaryRow>(sql`
          ${several} AND d.event_id = ${eventId} AND d.hook = ${hook} ORDER BY d.id LIMIT ${longestList}`)
      ).map(toSummary),
  }
}
