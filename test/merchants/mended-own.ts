/** What the code of the readiness check leaves to the reader: a database, what an event does, and the worker that comes later. */
export const ownCode = `import Database from 'better-sqlite3'
const sqlite = new Database(':memory:')
sqlite.exec('CREATE TABLE seen (event_id text PRIMARY KEY)')
sqlite.exec('CREATE TABLE inbox (event_id text PRIMARY KEY, body blob, done integer DEFAULT 0)')
sqlite.exec('CREATE TABLE orders (event_id text, sale text)')
globalThis.orders = () => sqlite.prepare('SELECT count(*) FROM orders').pluck().get()
const query = async (sql, values) => {
  const named = Object.fromEntries(values.map((value, index) => [index + 1, value]))
  return { rowCount: sqlite.prepare(sql).run(named).changes }
}
let before = Promise.resolve()
globalThis.db = {
  query,
  // One connection: its transactions wait for each other.
  transaction(work) {
    const run = before.then(async () => {
      sqlite.exec('BEGIN')
      try {
        await work({ query })
        sqlite.exec('COMMIT')
      } catch (error) {
        sqlite.exec('ROLLBACK')
        throw error
      }
    })
    before = run.catch(() => {})
    return run
  },
}
const insert = sqlite.prepare('INSERT INTO orders VALUES ($id, $sale)')
const order = sqlite.prepare('INSERT INTO orders SELECT $id, $sale WHERE NOT EXISTS (SELECT 1 FROM orders WHERE event_id = $id)')
const remove = sqlite.prepare('DELETE FROM orders WHERE sale = ?')
const acting = statement => ({
  'transaction.sale.success': async ({ event_id: id, event_body: { object } }) => statement.run({ id, sale: object.key }),
  'ach.returned': async ({ event_body: { object } }) => remove.run(object.key),
})
globalThis.apply = async (_, event) => acting(insert)[event.event_type]?.(event)
globalThis.handlers = acting(order)
const undone = sqlite.prepare('UPDATE inbox SET done = 1 WHERE done = 0 RETURNING event_id, body')
setInterval(() => {
  for (const { body } of undone.all()) apply(null, JSON.parse(body))
}, 20)
`
