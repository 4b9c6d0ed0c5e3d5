/** A database of the first format, as a hookscope of then left it, with very many deliveries, each sent to an app once. */
import Database from 'better-sqlite3'
import { sampleEvent } from '../../core/events/generator/samples.ts'
import { migrate } from '../../server/store/sqlite/schema/migrations.ts'
import { arrival } from './deliveries.ts'

const samples = 200

/** The first deliveries are written out, the others are copies of theirs with events of their own. */
function fill(db: Database.Database, rows: number): void {
  const { headers, verdict } = arrival()
  const keep = db.prepare(`INSERT INTO arrival (received_at, read_ms, bytes, status, hook, method, http_version,
      remote_address, verdict, path, headers, body)
    VALUES (?, 1, 900, 200, 'main', 'POST', '1.1', '127.0.0.1', ?, '/abc', ?, ?)`)
  const list =
    db.prepare(`INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail,
      notes, repeat, event_id, event_type, event_triggered, type, family, summary, object_key, refnum, amount, tries,
      last_attempt, last_outcome, last_status)
    VALUES (?, ?, 900, 900, 200, 'main', 'POST', ?, ?, '[]', 0, ?, ?, '2026-01-05 10:00:00', ?, 'transaction',
      '$12.50 approved · Test Card', ?, ?, 12.5, 1, ?, 'answered', 200)`)
  const index = db.prepare('INSERT INTO delivery_text (rowid, text) VALUES (?, ?)')
  const type = 'transaction.sale.success'
  db.transaction(() => {
    for (let id = 1; id <= rows; id += 1) {
      const place = id % samples
      const at = 1_700_000_000_000 + id * 1000
      const body = Buffer.from(JSON.stringify({ ...sampleEvent(type, place), event_id: `event-${id}` }))
      keep.run(at, JSON.stringify(verdict), JSON.stringify(headers), body)
      list.run(id, at, verdict.kind, JSON.stringify(verdict), `event-${id}`, type, type, `key-${id}`, `${id}`, id)
      index.run(id, `approved test card invoice ${place} ${id}`)
    }
    db.exec(`INSERT INTO delivery_key SELECT object_key, id FROM delivery;
      INSERT INTO attempt (id, delivery, source, target, started_at, outcome, status, ms)
        SELECT id, id, 'forward', 'http://127.0.0.1:3000/hook', received_at, 'answered', 200, 5 FROM delivery;
      INSERT INTO attempt_content (id, method, url, request_headers, answer_headers, answer_body, answer_bytes)
        SELECT id, 'POST', 'http://127.0.0.1:3000/hook', '[["Host","127.0.0.1:3000"]]', '[["Date","today"]]', x'6f6b', 2
        FROM delivery;
      INSERT INTO hook (id, label, path, saved_secrets)
        VALUES ('main', 'shop', '/abc', '{"basicAuth":null,"signatureKey":null,"sourceKey":null}')`)
  })()
}

/** @param path where nothing is yet */
export function makeFirstFormat(path: string, rows: number): void {
  const db = new Database(path)
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -200000')
  migrate(db, 1)
  // One by one they take most of the time; their sums are of no matter here.
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`)
  fill(db, rows)
  for (const { sql } of triggers) db.exec(sql)
  db.exec(`INSERT INTO counter SELECT 'total', '', count(*) FROM delivery`)
  db.close()
}
