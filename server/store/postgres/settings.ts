/** Small settings that last. */
import type { SettingStore } from '../store.ts'
import type { Following } from './changes.ts'
import type { Sql } from './connection.ts'
import type { Writer } from './writer.ts'

export const createSettings = (sql: Sql, writer: Writer, following: Following): SettingStore => ({
  async get(name) {
    const [row] = await sql<{ value: string }[]>`SELECT value FROM setting WHERE name = ${name}`
    return row?.value ?? null
  },
  set: (name, value) =>
    writer.write(async (tx, changed) => {
      if (value === null) await tx`DELETE FROM setting WHERE name = ${name}`
      else
        await tx`INSERT INTO setting (name, value) VALUES (${name}, ${value})
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`
      changed('setting', 0)
    }),
  onChanged: listener => following.onOthers('setting', listener),
})
