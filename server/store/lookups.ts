/** Deliveries by their id, their event and their keys: short reads through an index, so they may run beside the receiver. */
import type { Database } from 'better-sqlite3'
import { type ArrivalRow, type SummaryRow, summarySelect, toDelivery, toSummary } from './rows.ts'
import type { Store } from './store.ts'

/** Most deliveries of one event or journey. */
const longestList = 200

export function createLookups(db: Database): Pick<Store, 'get' | 'summaries' | 'journey' | 'deliveriesOfEvent'> {
  const one = db.prepare<[number], SummaryRow>(`${summarySelect} AND d.id = ?`)
  const arrival = db.prepare<[number], ArrivalRow>('SELECT * FROM arrival WHERE id = ?')
  const several = db.prepare<[string], SummaryRow>(
    `${summarySelect} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id`,
  )
  const ofEvent = db.prepare<[string, string], SummaryRow>(
    `${summarySelect} AND d.event_id = ? AND d.hook = ? ORDER BY d.id LIMIT ${longestList}`,
  )
  // The object's own key first: the deliveries of a large batch must not crowd out those of the sale.
  const keys = db
    .prepare<[number, number], string>(`SELECT key FROM delivery_key WHERE delivery = ?
      ORDER BY key = (SELECT object_key FROM delivery WHERE id = ?) DESC, key`)
    .pluck()
  const withKey = db
    .prepare<[string], number>(`SELECT k.delivery FROM delivery_key k JOIN delivery d ON d.id = k.delivery
      WHERE k.key = ? AND d.removed_at IS NULL ORDER BY k.delivery DESC LIMIT ${longestList}`)
    .pluck()

  return {
    get(id) {
      const row = one.get(id)
      const came = row && arrival.get(id)
      return came && toDelivery(row, came)
    },
    summaries: ids => several.all(JSON.stringify(ids)).map(toSummary),
    journey(id) {
      const ids = new Set([id])
      for (const key of keys.all(id, id))
        for (const linked of withKey.all(key)) if (ids.size < longestList) ids.add(linked)
      const triggered = (text: string | null) => text ?? ''
      return several
        .all(JSON.stringify([...ids]))
        .map(toSummary)
        .sort((one, two) => {
          const [first, second] = [triggered(one.eventTriggered), triggered(two.eventTriggered)]
          return first < second ? -1 : first > second ? 1 : one.id - two.id
        })
    },
    deliveriesOfEvent: (hook, eventId) => ofEvent.all(eventId, hook).map(toSummary),
  }
}
