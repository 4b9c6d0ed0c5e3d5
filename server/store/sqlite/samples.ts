/** Samples of the user's own. */
import type { SampleStore } from '../samples.ts'
import { type SampleRow, toSample } from '../simulation-rows.ts'
import type { Writer } from './writer.ts'

export function createSamples(writer: Writer): SampleStore {
  const { db } = writer
  const list = db.prepare<[], SampleRow>('SELECT * FROM sample ORDER BY name')
  const add = db.prepare(
    'INSERT OR IGNORE INTO sample (name, event_type, body, created_at, delivery) VALUES (?, ?, ?, ?, ?)',
  )
  const remove = db.prepare('DELETE FROM sample WHERE name = ?')
  return {
    list: async () => list.all().map(toSample),
    add: async ({ name, eventType, body, createdAt, delivery }) =>
      writer.writeDurably(() => add.run(name, eventType, body, Date.parse(createdAt), delivery).changes > 0),
    remove: async name => writer.writeDurably(() => remove.run(name).changes > 0),
  }
}
