/** Copies rows that their table does not lead to any more, by the pages that hold them. */
import type { Database } from 'better-sqlite3'
import { sqliteCode } from '../problem.ts'
import { type LeafRow, leafRows } from './leaves.ts'
import type { Salvaged } from './salvage.ts'

/** Tables whose rows no other table's look like, and of which every one counts. */
const known = ['arrival', 'attempt', 'attempt_content'] as const

const hasLeaves = (table: string): boolean => known.some(name => name === table)

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly pk: number
}

/** The id stands apart from its row, as null in it. */
function fits({ values }: LeafRow, columns: readonly Column[]): boolean {
  if (values.length > columns.length || values.length < columns.length / 2) return false
  return values.every((value, place) => {
    const column = columns[place]
    if (column === undefined) return false
    if (value === null) return column.notnull === 0 || column.pk === 1
    if (column.pk === 1) return false
    if (value instanceof Uint8Array) return column.type === 'BLOB'
    return typeof value === 'string' ? column.type === 'TEXT' : column.type === 'INTEGER' || column.type === 'REAL'
  })
}

/**
 * @param copy the old file, its write-ahead log moved into it
 * @param salvaged by table, what was copied along the trees
 * @returns the same, with what was found besides
 */
export function salvageLeaves(
  copy: string,
  target: Database,
  salvaged: ReadonlyMap<string, Salvaged>,
): ReadonlyMap<string, Salvaged> {
  const searched = [...salvaged]
    .filter(([table, { isWhole }]) => !isWhole && hasLeaves(table))
    .map(([table, { lost }]) => {
      const columns = target
        .prepare<[string], Column>('SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?) WHERE hidden = 0')
        .all(table)
      // Where even the largest id does not read, any row may be one that is missing.
      return { table, columns, lost: lost.length === 0 ? null : new Set(lost), found: new Set<number>() }
    })
  if (searched.length === 0) return salvaged
  for (const row of leafRows(copy)) {
    for (const { table, columns, lost, found } of searched) {
      if (lost?.has(row.rowid) === false || found.has(row.rowid) || !fits(row, columns)) continue
      const names = columns.slice(0, row.values.length).map(({ name }) => name)
      const values = row.values.map((value, place) => (columns[place]?.pk === 1 ? row.rowid : value))
      try {
        const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
        if (target.prepare(insert).run(...values).changes === 1) found.add(row.rowid)
      } catch (error) {
        if (!sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT')) throw error
      }
    }
  }
  const all = new Map(salvaged)
  for (const { table, lost, found } of searched) {
    const before = salvaged.get(table)
    if (before === undefined) continue
    const left = [...(lost ?? [])].filter(id => !found.has(id))
    const isWhole = lost !== null && left.length === 0
    all.set(table, { copied: before.copied + found.size, lost: left, isWhole })
  }
  return all
}
