/** The tables of people who sign in. They are no part of the store's schema: a new file gets them as the old one has them. */
import type { Database } from 'better-sqlite3'
import { isPeople } from '../recovery/contents.ts'
import { leafRows } from './leaves.ts'

/** Makes them, empty, with their indexes. Rows whose person does not read will not fit, and are left out. */
export function makePeopleTables(old: Database, made: Database): void {
  const rows = old
    .prepare<[], { tbl_name: string; sql: string }>(
      'SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid',
    )
    .all()
  made.transaction(() => {
    for (const { tbl_name: table, sql } of rows) if (isPeople(table)) made.exec(sql)
  })()
}

/**
 * Where the schema does not read: which of them were there, by its pages. Their rows are not looked for in pages: removed people
 * and ended sessions would come back. Nor is what stands there run as SQL: a stranger's body may look like it.
 * @param copy the old file, its write-ahead log moved into it
 */
export function peopleTablesIn(copy: string): string[] {
  const found = new Set<string>()
  for (const { values } of leafRows(copy)) {
    const [type, name] = values
    if (values.length === 5 && type === 'table' && typeof name === 'string' && isPeople(name)) found.add(name)
  }
  return [...found]
}
