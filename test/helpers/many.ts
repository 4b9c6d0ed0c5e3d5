/** Many deliveries in a database without the time that receiving them takes: copies of one, each an event of its own. */
import Database from 'better-sqlite3'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { arrival, saleEvent } from './deliveries.ts'

const columnsOf = (db: Database.Database, table: string) =>
  db.prepare<[string], string>("SELECT name FROM pragma_table_info(?) WHERE name <> 'id'").pluck().all(table)

/**
 * Makes a database with so many deliveries; only the first is in the text index.
 * @param body of each; default: a sale
 */
export async function fillDatabase(path: string, count: number, body: object = saleEvent()): Promise<void> {
  const store = openSqlite({ path })
  await store.deliveries.append(arrival({ body }))
  await store.deliveries.settled()
  await store.close()
  const db = new Database(path)
  db.pragma('synchronous = OFF')
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all()
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`)
  for (const table of ['arrival', 'delivery']) {
    const columns = columnsOf(db, table)
    const values = columns.map(name =>
      name === 'event_id' ? "printf('%064x', value)" : name === 'received_at' ? 'received_at + value * 100' : name,
    )
    db.prepare(`INSERT INTO ${table} (id, ${columns.join(', ')})
      WITH RECURSIVE place (value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM place WHERE value < ?)
      SELECT value, ${values.join(', ')} FROM place, ${table} WHERE ${table}.id = 1`).run(count)
  }
  db.prepare('UPDATE counter SET n = n * ?').run(count)
  db.exec(`DELETE FROM delivery_minute;
    INSERT INTO delivery_minute (minute, verdict, n, failed)
    SELECT received_at / 60000, verdict, count(*), sum(failed) FROM delivery GROUP BY 1, 2`)
  for (const { sql } of triggers) db.exec(sql)
  db.close()
}
