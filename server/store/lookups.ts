/** Deliveries and attempts by their id, their event and their keys: short reads through an index. */

import type { Family } from '../../core/catalogue.ts'
import { batchLinkStart } from '../../core/describe.ts'
import type { Reader, Select } from './reader.ts'
import {
  type ArrivalRow,
  type AttemptContentRow,
  attemptSelect,
  type SummaryRow,
  summarySelect,
  toAttempt,
  toDelivery,
  toSummary,
} from './rows.ts'
import type { Store } from './store.ts'

/** Most deliveries of one event or journey. */
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

type Lookups = Pick<
  Store,
  'get' | 'deliveries' | 'summaries' | 'attempts' | 'attempt' | 'journey' | 'deliveriesOfEvent'
>

export function createLookups(reader: Reader): Lookups {
  const summaries: Lookups['summaries'] = async ids =>
    (await reader.all<SummaryRow>(several, [JSON.stringify(ids)])).map(toSummary)

  const deliveries: Lookups['deliveries'] = async ids => {
    const values = [JSON.stringify(ids)]
    const [rows, came] = await reader.together<[SummaryRow[], ArrivalRow[]]>([
      { text: several, values },
      { text: arrivals, values },
    ])
    const arrivalById = new Map(came.map(arrival => [arrival.id, arrival]))
    return rows.flatMap(row => {
      const arrival = arrivalById.get(row.id)
      return arrival ? [toDelivery(row, arrival)] : []
    })
  }

  return {
    summaries,
    deliveries,
    get: async id => (await deliveries([id]))[0],
    async attempts(delivery) {
      const text = `${attemptSelect} WHERE a.delivery = ? ORDER BY a.id`
      return (await reader.all<AttemptContentRow>(text, [delivery])).map(toAttempt)
    },
    async attempt(id) {
      const [row] = await reader.all<AttemptContentRow>(`${attemptSelect} WHERE a.id = ?`, [id])
      return row && toAttempt(row)
    },
    async journey(id) {
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
    deliveriesOfEvent: async (hook, eventId) => (await reader.all<SummaryRow>(ofEvent, [eventId, hook])).map(toSummary),
  }
}
