/** Deliveries by their id, their event and their keys: short reads through an index. */
import { batchLinkStart } from '../../../../core/deliveries/describe.ts'
import type { Family } from '../../../../core/events/catalogue.ts'
import type { DeliveryStore } from '../../deliveries.ts'
import { type ArrivalRow, type SummaryRow, toDelivery, toSummary } from '../../rows.ts'
import { summarySelect } from '../select.ts'
import type { Reader } from './reader.ts'
import type { Select } from './thread.ts'

/** Most deliveries of one event, or about one object. */
const longestList = 200

const several = `${summarySelect} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id`
const arrivals = 'SELECT * FROM arrival WHERE id IN (SELECT value FROM json_each(?))'
const ofEvent = `${summarySelect} AND d.event_id = ? AND d.hook = ? ORDER BY d.id LIMIT ${longestList}`
// The object's own key first: the sales of a large batch must not crowd out its other events.
const linksOf = `SELECT k.key, k.key IS d.object_key AS own, d.family FROM delivery_key k
  JOIN delivery d ON d.id = k.delivery WHERE k.delivery = ? ORDER BY own DESC, k.key`
const withKey = `SELECT k.delivery FROM delivery_key k JOIN delivery d ON d.id = k.delivery
  WHERE k.key = ? AND d.removed_at IS NULL ORDER BY k.delivery DESC LIMIT ${longestList}`
/** The settlements of the batches that any event with this key names. */
const settlementsOf = `SELECT s.delivery FROM delivery_key s JOIN delivery d ON d.id = s.delivery
  WHERE s.key IN (SELECT b.key FROM delivery_key o JOIN delivery_key b ON b.delivery = o.delivery
    WHERE o.key = ? AND substr(b.key, 1, ${batchLinkStart.length}) = '${batchLinkStart}')
  AND d.family = 'settlement' AND d.removed_at IS NULL ORDER BY s.delivery DESC LIMIT ${longestList}`

interface LinkRow {
  readonly key: string
  readonly own: number
  readonly family: Family | null
}

/** What a link leads to: of a sale's batch only the settlement, not all the other sales in it. */
function selectsOf({ key, own, family }: LinkRow): Select[] {
  if (family !== 'transaction') return [{ text: withKey, values: [key] }]
  if (own === 0) return []
  return [withKey, settlementsOf].map(text => ({ text, values: [key] }))
}

export type Lookups = Pick<DeliveryStore, 'get' | 'getMany' | 'summaries' | 'related' | 'ofEvent'>

export function createLookups(reader: Reader): Lookups {
  const summaries: Lookups['summaries'] = async ids =>
    (await reader.all<SummaryRow>(several, [JSON.stringify(ids)])).map(toSummary)

  const getMany: Lookups['getMany'] = async ids => {
    const values = [JSON.stringify(ids)]
    const [rows, came] = await reader.together<[SummaryRow[], ArrivalRow[]]>([
      { text: several, values },
      { text: arrivals, values },
    ])
    const arrivalById = new Map(came.map(logged => [logged.id, logged]))
    return rows.flatMap(row => {
      const logged = arrivalById.get(row.id)
      return logged ? [toDelivery(row, logged)] : []
    })
  }

  return {
    summaries,
    getMany,
    get: async id => (await getMany([id]))[0],
    async related(id) {
      const links = await reader.all<LinkRow>(linksOf, [id])
      const found = await reader.together<{ delivery: number }[][]>(links.flatMap(selectsOf))
      const ids = new Set([id])
      for (const { delivery } of found.flat()) if (ids.size < longestList) ids.add(delivery)
      const triggered = (text: string | null) => text ?? ''
      return (await summaries([...ids])).sort((one, two) => {
        const [first, second] = [triggered(one.eventTriggered), triggered(two.eventTriggered)]
        return first < second ? -1 : first > second ? 1 : one.id - two.id
      })
    },
    ofEvent: async (hook, eventId) => (await reader.all<SummaryRow>(ofEvent, [eventId, hook])).map(toSummary),
  }
}
