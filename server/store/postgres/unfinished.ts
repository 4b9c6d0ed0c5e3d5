/** What hookscope is in the middle of, noted with who is at it. */
import { createListeners } from '../../lib/listeners.ts'
import type { UnfinishedStore } from '../unfinished.ts'
import type { Sql } from './connection.ts'
import type { Writer } from './writer.ts'

export interface Unfinished extends Pick<UnfinishedStore, 'of' | 'note' | 'onLeft'> {
  /** Looks whether a process that is gone has left something that nobody here was told of. */
  look(): Promise<void>
}

export function createUnfinished(sql: Sql, writer: Writer, process: () => number): Unfinished {
  const left = createListeners<void>()
  /** Left by others, as it was at the last look. */
  let seen: ReadonlySet<string> = new Set()

  return {
    async of(kind) {
      const rows = await sql<{ name: string; value: string }[]>`
        SELECT name, value FROM unfinished u WHERE kind = ${kind}
          AND (process = ${process()} OR NOT EXISTS (SELECT FROM process p WHERE p.id = u.process)) ORDER BY name`
      return new Map(rows.map(({ name, value }) => [name, value]))
    },
    async note(kind, changes) {
      if (changes.size === 0) return
      // What was on its way, every process tells of.
      const who = kind === 'interrupted' ? null : process()
      await writer.write(async tx => {
        for (const [name, value] of changes)
          if (value === null) await tx`DELETE FROM unfinished WHERE kind = ${kind} AND name = ${name}`
          else
            await tx`INSERT INTO unfinished (kind, name, value, process) VALUES (${kind}, ${name}, ${value}, ${who})
              ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, process = excluded.process`
      })
    },
    onLeft: left.add,
    async look() {
      const rows = await sql<{ kind: string; name: string }[]>`
        SELECT kind, name FROM unfinished u WHERE process IS DISTINCT FROM ${process()}
          AND NOT EXISTS (SELECT FROM process p WHERE p.id = u.process)`
      const now = new Set(rows.map(({ kind, name }) => `${kind} ${name}`))
      const isMore = [...now].some(one => !seen.has(one))
      seen = now
      if (isMore) left.call()
    },
  }
}
