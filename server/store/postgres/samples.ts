/** Samples of the user's own. */
import type { SampleStore } from '../samples.ts'
import { type SampleRow, toSample } from '../simulation-rows.ts'
import type { Sql } from './connection.ts'
import { storable, storableOrNull } from './storable.ts'
import type { Writer } from './writer.ts'

export const createSamples = (sql: Sql, writer: Writer): SampleStore => ({
  async list() {
    const rows = await sql<SampleRow[]>`SELECT * FROM sample ORDER BY name`
    return rows.map(toSample)
  },
  add: ({ name, eventType, body, createdAt, delivery }) =>
    writer.write(async tx => {
      const [row] = await tx`
        INSERT INTO sample (name, event_type, body, created_at, delivery)
        VALUES (${storable(name)}, ${storableOrNull(eventType)}, ${storable(body)}, ${Date.parse(createdAt)}, ${delivery})
        ON CONFLICT DO NOTHING RETURNING name`
      return row !== undefined
    }),
  remove: name =>
    writer.write(async tx => {
      const [row] = await tx`DELETE FROM sample WHERE name = ${storable(name)} RETURNING name`
      return row !== undefined
    }),
})
