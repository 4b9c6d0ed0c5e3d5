/** A look into a database from outside, also while a hookscope has it open: what a shell completes with. */
import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { checkSqlite } from './native.ts'

export interface Glance {
  /** Labels of the hooks. */
  readonly hooks: readonly string[]
  /** Samples of the person's own, each with its JSON. */
  readonly samples: readonly { readonly name: string; readonly body: string }[]
}

const nothing: Glance = { hooks: [], samples: [] }

const largestSample = 1_048_576

/**
 * Reads without waiting and without changing anything: a config file of a stranger's folder may name a pipe, or a database
 * whose views never end.
 * @returns nothing for a database that is not there or of another version
 */
export function glance(path: string): Glance {
  try {
    if (!statSync(path).isFile()) return nothing
    checkSqlite()
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 100 })
    try {
      const isTable = db
        .prepare<[string], number>("SELECT 1 FROM sqlite_schema WHERE name = ? AND type = 'table'")
        .pluck()
      if (['hook', 'sample'].some(name => isTable.get(name) === undefined)) return nothing
      return {
        hooks: db
          .prepare<[], string>('SELECT label FROM hook WHERE removed_at IS NULL ORDER BY created_at LIMIT 1000')
          .pluck()
          .all(),
        samples: db
          .prepare<[number], { name: string; body: string }>(
            'SELECT name, body FROM sample WHERE length(body) <= ? ORDER BY name LIMIT 1000',
          )
          .all(largestSample),
      }
    } finally {
      db.close()
    }
  } catch {
    return nothing
  }
}
