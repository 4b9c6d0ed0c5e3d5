/** What both databases are compared by: how many rows a table has, and a digest over all of them in their order. */
import { createHash } from 'node:crypto'
import { columnsOf, type MovedRow, type Table } from './tables.ts'

export interface Digest {
  add(rows: readonly MovedRow[]): void
  readonly count: number
  /** Of all that was added; nothing can be added afterwards. */
  hex(): string
}

export function openDigest(table: Table): Digest {
  const all = createHash('sha256')
  const names = columnsOf(table)
  let count = 0
  return {
    add(rows) {
      for (const row of rows) {
        const values = names.map(name => {
          const value = row[name] ?? null
          return value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value
        })
        all.update(JSON.stringify(values)).update('\n')
        count += 1
      }
    },
    get count() {
      return count
    },
    hex: () => all.digest('hex'),
  }
}
