/** Deliveries and attempts by their id, their event and their keys: short reads through an index. */

import type { Reader } from './reader.ts'
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
// The object's own key first: the deliveries of a large batch must not crowd out those of the sale.
const keysOf = `SELECT key FROM delivery_key WHERE delivery = ?
  ORDER BY key = (SELECT object_key FROM delivery WHERE id = ?) DESC, key`
const withKey = `SELECT k.delivery FROM delivery_key k JOIN delivery d ON d.id = k.delivery
  WHERE k.key = ? AND d.removed_at IS NULL ORDER BY k.delivery DESC LIMIT ${longestList}`

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
      const keys = await reader.all<{ key: string }>(keysOf, [id, id])
      const linked = await reader.together<{ delivery: number }[][]>(
        keys.map(({ key }) => ({ text: withKey, values: [key] })),
      )
      const ids = new Set([id])
      for (const { delivery } of linked.flat()) if (ids.size < longestList) ids.add(delivery)
      const triggered = (text: string | null) => text ?? ''
      return (await summaries([...ids])).sort((one, two) => {
        const [first, second] = [triggered(one.eventTriggered), triggered(two.eventTriggered)]
        return first < second ? -1 : first > second ? 1 : one.id - two.id
      })
    },
    deliveriesOfEvent: async (hook, eventId) => (await reader.all<SummaryRow>(ofEvent, [eventId, hook])).map(toSummary),
  }
}
