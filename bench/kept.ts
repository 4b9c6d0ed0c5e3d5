/** A database of very many deliveries for benches: what a month of a busy shop looks like, indexed by the store's own functions. */
import { existsSync, renameSync } from 'node:fs'
import type { NewDelivery, Verdict } from '../core/deliveries/delivery.ts'
import type { EventType } from '../core/events/catalogue.ts'
import { sampleEvent } from '../core/events/generator/samples.ts'
import { describeLogged } from '../server/store/index/described.ts'
import { takeDatabase } from '../server/store/sqlite/file/database.ts'
import { createIndexRows } from '../server/store/sqlite/index/index-rows.ts'
import { openLogRows } from '../server/store/sqlite/index/log-rows.ts'
import { createWriter } from '../server/store/sqlite/writer.ts'
import { arrival } from '../test/helpers/deliveries.ts'

/** Of a hundred deliveries; the rest are sales that were approved. */
const rarer: readonly (readonly [type: EventType | 'custom.thing', ofHundred: number])[] = [
  ['transaction.sale.failure', 9],
  ['transaction.refund.success', 4],
  ['transaction.sale.voided', 3],
  ['transaction.sale.captured', 4],
  ['ach.submitted', 3],
  ['ach.settled', 3],
  ['settlement.batch.success', 2],
  ['product.inventory.ordered', 2],
  ['custom.thing', 1],
]
const types = rarer.flatMap(([type, times]) => Array.from({ length: times }, () => type))
const monthMs = 30 * 24 * 3600_000
/** The end of the month, so that every run searches the same time. */
const untilMs = Date.UTC(2026, 10, 30)
/** Deliveries in one transaction. */
const batch = 5000

/** A number that looks drawn, the same for the same place. */
function drawn(place: number, below: number): number {
  let value = Math.imul(place ^ 0x9e3779b9, 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return ((value ^ (value >>> 16)) >>> 0) % below
}

function bodyOf(place: number): object {
  const type = types[drawn(place, 100)] ?? 'transaction.sale.success'
  const sample = sampleEvent(type === 'custom.thing' ? 'transaction.sale.success' : type, place) as unknown as {
    event_body: { object: object }
  }
  if (type === 'custom.thing') return { ...sample, event_type: type }
  if (!('invoice' in sample.event_body.object)) return sample
  return {
    ...sample,
    event_body: { ...sample.event_body, object: { ...sample.event_body.object, invoice: `INV-${place}` } },
  }
}

function verdictOf(place: number): Verdict {
  const kind = drawn(place + 7, 100)
  if (kind < 2) return { kind: 'rejected', reasons: ['signature-wrong'] }
  return kind < 12 ? { kind: 'unchecked' } : { kind: 'verified', key: 'signature-key', basic: true }
}

/** One of so many deliveries, the same at the same place. @param place from 1 */
export function keptOne(place: number, count: number): NewDelivery {
  const verdict = verdictOf(place)
  return arrival({
    ...{ verdict, receivedAt: untilMs - monthMs + Math.floor((place / count) * monthMs), body: bodyOf(place) },
    hook: ['main', 'main', 'main', 'store-2', 'subscriptions'][drawn(place + 3, 5)] ?? 'main',
    status: verdict.kind === 'rejected' ? 401 : 200,
  })
}

/**
 * Makes the database where it is not there; one that a run was cut off in is no database yet.
 * @param say how far it is
 */
export function keepMany(path: string, count: number, say: (line: string) => void): void {
  if (existsSync(path)) return
  const unfinished = `${path}.unfinished`
  const { db, release } = takeDatabase(unfinished, {})
  const writer = createWriter(db, () => {}, { enter() {}, leave() {} })
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -200000')
  // Counted once at the end.
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`)
  const log = db.prepare(`INSERT INTO arrival
    (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path, headers, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const rows = createIndexRows(writer)
  const logged = openLogRows(db)
  for (let first = 1; first <= count; first += batch) {
    writer.write(() => {
      for (let place = first; place < Math.min(first + batch, count + 1); place += 1) {
        const one = keptOne(place, count)
        log.run(
          ...[one.receivedAt, one.readMs, one.bytes, one.status, one.hook, one.method, one.httpVersion],
          ...[one.remoteAddress, JSON.stringify(one.verdict), one.path, JSON.stringify(one.headers), one.body],
        )
      }
      for (const row of logged.following(first - 1, batch)) {
        const described = describeLogged({ ...row, body: row.body ?? new Uint8Array() })
        const besides = rows.besides(row, false, null)
        rows.add(row, described, besides)
        rows.link(row.id, described, besides)
      }
    })
    if ((first - 1) % (batch * 20) === 0) say(`${first - 1} of ${count} deliveries are kept`)
  }
  writer.write(() => {
    // Of a hundred two were forwarded, and of four of these the app refused one.
    db.exec(`INSERT INTO attempt (delivery, source, target, started_at, outcome, status, ms, line)
      SELECT id, 'forward', 'http://127.0.0.1:3000/hook', received_at, 'answered',
        CASE WHEN id % 200 = 0 THEN 500 ELSE 200 END, 5, CASE WHEN id % 200 = 0 THEN 'out of stock' END
      FROM delivery WHERE id % 50 = 0;
      UPDATE delivery SET (last_attempt, last_outcome, last_status) =
        (SELECT id, outcome, status FROM attempt WHERE delivery = delivery.id) WHERE id % 50 = 0;`)
    for (const { sql } of triggers) db.exec(sql)
    const facets = [
      ...["'total', '', count(*)", "'bytes', '', sum(kept)"],
      ...['verdict', 'hook'].map(column => `'${column}', ${column}, count(*)`),
      "'type', coalesce(type, event_type), count(*)",
      ...['repeat', 'unknown', 'failed', 'pinned'].map(
        column => `'${column === 'repeat' ? 'duplicates' : column}', '', sum(${column})`,
      ),
    ]
    for (const facet of facets) db.exec(`INSERT INTO counter SELECT ${facet} FROM delivery GROUP BY 2`)
    db.exec(`INSERT INTO delivery_minute (minute, verdict, n, failed)
      SELECT received_at / 60000, verdict, count(*), sum(failed) FROM delivery GROUP BY 1, 2`)
  })
  release()
  renameSync(unfinished, path)
}
