/** What hookscope is in the middle of, noted. */
import type { UnfinishedStore } from '../unfinished.ts'
import type { Sql } from './connection.ts'
import type { Writer } from './writer.ts'

export const createUnfinished = (sql: Sql, writer: Writer): Pick<UnfinishedStore, 'of' | 'note'> => ({
  async of(kind) {
    const rows = await sql<{ name: string; value: string }[]>`
      SELECT name, value FROM unfinished WHERE kind = ${kind} ORDER BY name`
    return new Map(rows.map(({ name, value }) => [name, value]))
  },
  async note(kind, changes) {
    if (changes.size === 0) return
    await writer.write(async tx => {
      for (const [name, value] of changes)
        if (value === null) await tx`DELETE FROM unfinished WHERE kind = ${kind} AND name = ${name}`
        else
          await tx`INSERT INTO unfinished (kind, name, value) VALUES (${kind}, ${name}, ${value})
            ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value`
    })
  },
})
