/** Transactions, and the change log that grows with them. */
import type { Queries, Sql } from './connection.ts'
import { isConflict, unavailable } from './problem.ts'

export type ChangeKind = 'delivery' | 'attempt' | 'simulated' | 'hook' | 'setting' | 'simulation' | 'offer'
/** What listeners of all processes are called for. */
export type ChangeEvent = 'indexed' | 'dropped' | 'removed' | 'restored' | 'ended' | 'corrected' | 'done'

export interface FeedEntry {
  readonly kind: ChangeKind | 'begin'
  /** 0 where the kind says it all. */
  readonly id: number
  readonly event: ChangeEvent | null
  readonly process: number
}

/** Entries that a transaction put on the change log; the numbers of the first and the last. */
export interface Told {
  readonly first: number
  readonly last: number
  readonly entries: readonly FeedEntry[]
}

/** Puts a change on the change log, with the transaction. */
export type Changed = (kind: ChangeKind, id: number, event?: ChangeEvent) => void
/** What a transaction does; it may be done again. */
export type Work<Result> = (tx: Queries, changed: Changed) => Promise<Result>

/** Both resolve once it is durable and those who listen in this process were told. */
export interface Writer {
  /**
   * Small writes, in the order they were asked: those that wait share a transaction.
   * @throws StoreUnavailable when the server does not take it
   */
  write<Result>(work: Work<Result>): Promise<Result>
  /** The same for a long one, in a transaction of its own that others do not wait for. */
  alone<Result>(work: Work<Result>): Promise<Result>
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
}

export interface WriterOptions {
  /** One connection. */
  readonly writes: Sql
  /** A few connections. */
  readonly alone: Sql
  process(): number
  /** Resolves once those who listen are told. */
  told(told: Told): Promise<void>
}

interface Waiting {
  readonly work: Work<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Most writes in one transaction. */
const largestGroup = 100
/** How often what stood in another one's way is done again. */
const mostTries = 8

export function openWriter({ writes, alone, process, told }: WriterOptions): Writer {
  let queue: Waiting[] = []
  let running: Promise<void> | undefined
  const long = new Set<Promise<unknown>>()

  async function once<Result>(sql: Sql, work: Work<Result>): Promise<{ result: Result; all: Told | null }> {
    const entries = new Map<string, FeedEntry>()
    const who = process()
    const done = await sql.begin(async tx => {
      const result = await work(tx, (kind, id, event) => {
        entries.set(`${kind} ${id} ${event}`, { kind, id, event: event ?? null, process: who })
      })
      if (entries.size === 0) return { result, all: null }
      const list = [...entries.values()]
      const [kinds, ids, events] = [list.map(one => one.kind), list.map(({ id }) => id), list.map(one => one.event)]
      const [numbers] = await tx<{ first: number; last: number }[]>`
        SELECT first, last FROM tell(${who}, ${kinds}::text[], ${ids}::bigint[], ${events}::text[])`
      return { result, all: numbers ? { ...numbers, entries: list } : null }
    })
    return done as { result: Result; all: Told | null }
  }

  async function transact<Result>(sql: Sql, work: Work<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1)
      try {
        const { result, all } = await once(sql, work)
        if (all !== null) await told(all)
        return result
      } catch (error) {
        if (!isConflict(error) || tries === mostTries) throw unavailable(error) ?? error
      }
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await transact(writes, async (tx, changed) => {
        const each: unknown[] = []
        for (const { work } of group) each.push(await work(tx, changed))
        return each
      })
      for (const [index, { resolve }] of group.entries()) resolve(results[index])
    } catch (error) {
      // One that fails by itself must not fail its neighbours.
      if (group.length > 1 && unavailable(error) === undefined) for (const waiting of group) await commit([waiting])
      else for (const { reject } of group) reject(error)
    }
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.slice(0, largestGroup)
      queue = queue.slice(largestGroup)
      await commit(group)
    }
    running = undefined
  }

  return {
    write: <Result>(work: Work<Result>) =>
      new Promise<Result>((resolve, reject) => {
        queue.push({ work, resolve: result => resolve(result as Result), reject })
        running ??= run()
      }),
    alone(work) {
      const done = transact(alone, work)
      const settled = done.catch(() => {}).finally(() => long.delete(settled))
      long.add(settled)
      return done
    },
    async drained() {
      await running
      await Promise.all(long)
    },
  }
}
