/** A store in a folder of its own for each test, with a clock that is handed in. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach } from 'vitest'
import { openSqlite, type StoreOptions } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'

export interface StorePlace {
  readonly store: Store
  readonly folder: string
  readonly path: string
  now(): number
  /** Closes the store and opens it again. */
  reopen(options?: Partial<StoreOptions>): Promise<Store>
  /** What the file holds, through a connection of its own. */
  rows(select: string): unknown[]
}

const now = () => Date.UTC(2026, 10, 23, 12)

/** Call once at the top of a test file. */
export function useStore(options: Partial<StoreOptions> = {}): StorePlace {
  let folder = ''
  let store: Store | undefined
  const path = () => join(folder, 'hookscope.db')
  const current = () => {
    if (!store) throw new Error('The store is there during a test only')
    return store
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
    store = openSqlite({ path: path(), now, ...options })
  })
  afterEach(async () => {
    await current().close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    get store() {
      return current()
    },
    get folder() {
      return folder
    },
    get path() {
      return path()
    },
    now,
    async reopen(changed = {}) {
      await current().close()
      store = openSqlite({ path: path(), now, ...options, ...changed })
      return store
    },
    rows(select) {
      const db = new Database(path(), { readonly: true })
      try {
        return db.prepare(select).all()
      } finally {
        db.close()
      }
    },
  }
}
