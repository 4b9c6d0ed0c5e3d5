/** Samples of the user's own. */
import type { Sample } from '../../core/simulation.ts'
import { type SampleRow, toSample } from './simulation-rows.ts'
import type { Writer } from './writer.ts'

export interface SampleStore {
  /** By name. */
  list(): Sample[]
  /** @returns false when the name is taken */
  add(sample: Sample): boolean
  /** @returns whether it was there */
  remove(name: string): boolean
}

export function createSamples(writer: Writer): SampleStore {
  const { db } = writer
  const list = db.prepare<[], SampleRow>('SELECT * FROM sample ORDER BY name')
  const add = db.prepare(
    'INSERT OR IGNORE INTO sample (name, event_type, body, created_at, delivery) VALUES (?, ?, ?, ?, ?)',
  )
  const remove = db.prepare('DELETE FROM sample WHERE name = ?')
  return {
    list: () => list.all().map(toSample),
    add: ({ name, eventType, body, createdAt, delivery }) =>
      writer.writeDurably(() => add.run(name, eventType, body, Date.parse(createdAt), delivery).changes > 0),
    remove: name => writer.writeDurably(() => remove.run(name).changes > 0),
  }
}
