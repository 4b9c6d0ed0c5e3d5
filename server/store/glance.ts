/** A look into a database from outside, also while a hookscope has it open: what a shell completes with. */
import Database from 'better-sqlite3'
import { checkSqlite } from './native.ts'

export interface Glance {
  /** Labels of the hooks. */
  readonly hooks: readonly string[]
  /** Samples of the person's own, each with its JSON. */
  readonly samples: readonly { readonly name: string; readonly body: string }[]
}

const nothing: Glance = { hooks: [], samples: [] }

/** Reads without waiting and without changing anything. @returns nothing for a database that is not there or of another version */
export function glance(path: string): Glance {
  try {
    checkSqlite()
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 100 })
    try {
      return {
        hooks: db
          .prepare<[], string>('SELECT label FROM hook WHERE removed_at IS NULL ORDER BY created_at')
          .pluck()
          .all(),
        samples: db
          .prepare<[], { name: string; body: string }>('SELECT name, body FROM sample ORDER BY name LIMIT 1000')
          .all(),
      }
    } finally {
      db.close()
    }
  } catch {
    return nothing
  }
}
