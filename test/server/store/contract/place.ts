/** Where the contract's tests find a store: an engine's database, with a clock that is handed in. */
import { afterEach, beforeEach } from 'vitest'
import type { Store } from '../../../../server/store/store.ts'

export interface ContractOptions {
  /** The clock: milliseconds since 1970. */
  now(): number
  /** How long the store may hold the event loop at a time, milliseconds. */
  readonly sliceMs?: number
}

/** One database of an engine. */
export interface Database {
  open(options: ContractOptions): Store | Promise<Store>
  /** Takes it away; the store is closed. */
  drop(): void | Promise<void>
}

export interface Engine {
  /** A new database, with nothing in it. */
  create(): Database | Promise<Database>
}

export interface ContractPlace {
  readonly store: Store
  now(): number
  /** Moves the clock on. */
  pass(ms: number): void
  /** Closes the store and opens it again. */
  reopen(): Promise<Store>
}

/** A database of its own for each test of the `describe` in which it is called. */
export function usePlace(engine: Engine, options: Pick<ContractOptions, 'sliceMs'> = {}): ContractPlace {
  let opened: { readonly database: Database; store: Store } | undefined
  let time = 0
  const now = () => time
  const current = () => {
    if (!opened) throw new Error('The store is there during a test only')
    return opened
  }
  beforeEach(async () => {
    time = Date.UTC(2026, 10, 23, 12)
    const database = await engine.create()
    opened = { database, store: await database.open({ now, ...options }) }
  })
  afterEach(async () => {
    const { database, store } = current()
    await store.close()
    await database.drop()
  })
  return {
    get store() {
      return current().store
    },
    now,
    pass(ms) {
      time += ms
    },
    async reopen() {
      const place = current()
      await place.store.close()
      place.store = await place.database.open({ now, ...options })
      return place.store
    },
  }
}
