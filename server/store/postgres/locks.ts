/**
 * Advisory locks of one connection: whoever holds one loses it with the connection, at once when its process ends. A process
 * has one of its own, by which others see that it is there.
 */

import type { Claim, ClaimStore } from '../claims.ts'
import { StoreUnavailable } from '../problem.ts'
import type { ConnectionOptions, Sql } from './connection.ts'
import { unavailable } from './problem.ts'

/** A process whose lock is free. */
export interface Gone {
  readonly process: number
  /** Forgets it, once what it left is done. */
  forget(): Promise<void>
}

export interface Locks {
  readonly claims: ClaimStore
  /** This process. */
  process(): number
  /** Processes that are gone: none looks for the same ones before they are forgotten. */
  gone(): Promise<Gone[]>
  /** Signs off. */
  close(): Promise<void>
}

export interface LocksOptions {
  connect(options: Pick<ConnectionOptions, 'max' | 'onClose'>): Sql
  failed(error: unknown): void
}

/** All lock ids of processes are apart from those of any other program. */
const family = 0x68_6b_73_63
/** How long others have to come back after the server was away, milliseconds. */
const graceMs = 4000
/** How long the connection may take to answer, milliseconds. */
const longestMs = 5000
const retryMs = 250

interface Held {
  readonly lost: AbortController
}

/** @throws StoreUnavailable */
export async function openLocks({ connect, failed }: LocksOptions): Promise<Locks> {
  const held = new Map<string, Held>()
  /** Seen free, and when first. */
  const seenFree = new Map<number, number>()
  let closed = false
  let lostAt = Number.NEGATIVE_INFINITY
  let signing: Promise<void> | undefined
  let id = 0
  /** Grows with each connection that is lost. */
  let epoch = 0

  let sql = make()

  function make(): Sql {
    const made: Sql = connect({ max: 1, onClose: () => sql === made && dropped() })
    return made
  }

  /** All that this process held is free. */
  function dropped(): void {
    if (closed) return
    epoch += 1
    lostAt = performance.now()
    const all = [...held.values()]
    held.clear()
    for (const { lost } of all) lost.abort()
    signing ??= signInAgain()
  }

  async function signIn(): Promise<void> {
    await sql.begin(async tx => {
      const [row] =
        id === 0
          ? await tx<{ id: number }[]>`INSERT INTO process DEFAULT VALUES RETURNING id`
          : await tx<{ id: number }[]>`INSERT INTO process (id) OVERRIDING SYSTEM VALUE VALUES (${id})
              ON CONFLICT (id) DO UPDATE SET locked_at = clock_timestamp() RETURNING id`
      id = row?.id ?? id
      await tx`SELECT pg_advisory_lock(${family}, ${id})`
    })
  }

  async function signInAgain(): Promise<void> {
    while (!closed)
      try {
        await new Promise(done => setTimeout(done, retryMs))
        const before = epoch
        if (!closed) await signIn()
        // What was signed in on may be lost by now.
        if (epoch === before) break
      } catch (error) {
        failed(error)
      }
    signing = undefined
  }

  /** A connection that does not answer is given up, and what it held with it. */
  async function ask<Result>(work: (on: Sql) => Promise<Result>): Promise<Result> {
    await signing
    if (closed) throw new StoreUnavailable('io', 'The database is closed')
    const on = sql
    let timer: NodeJS.Timeout | undefined
    const giveUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        void on.end({ timeout: 0 })
        if (sql === on) {
          sql = make()
          dropped()
        }
        reject(new StoreUnavailable('gone', 'The database does not answer'))
      }, longestMs)
    })
    try {
      return await Promise.race([work(on), giveUp])
    } finally {
      clearTimeout(timer)
    }
  }

  const keyOf = (name: string) => `hookscope claim ${name}`

  /** Only on the connection that got it: another one may hold it again by now. */
  const letGo = (name: string, backend: number) =>
    ask(on => on`SELECT pg_advisory_unlock(hashtextextended(${keyOf(name)}, 0)) WHERE pg_backend_pid() = ${backend}`)

  async function hold(name: string): Promise<Claim | null> {
    if (held.has(name)) return null
    const entry: Held = { lost: new AbortController() }
    held.set(name, entry)
    try {
      const [row] = await ask(
        on => on<{ got: boolean; backend: number }[]>`
          SELECT pg_try_advisory_lock(hashtextextended(${keyOf(name)}, 0)) AS got, pg_backend_pid() AS backend`,
      )
      // Connections may have been lost while this waited for one: what it got by then is nobody's, and would stay with this process.
      if (row?.got === true && held.get(name) !== entry) await letGo(name, row.backend).catch(failed)
      if (row?.got !== true || held.get(name) !== entry) {
        if (held.get(name) === entry) held.delete(name)
        return null
      }
    } catch (error) {
      if (held.get(name) === entry) held.delete(name)
      if (unavailable(error) === undefined) throw error
      failed(error)
      return null
    }
    return {
      lost: entry.lost.signal,
      async release() {
        if (held.get(name) !== entry) return
        held.delete(name)
        await ask(on => on`SELECT pg_advisory_unlock(hashtextextended(${keyOf(name)}, 0))`).catch(failed)
      },
    }
  }

  await signIn()
  return {
    claims: { isShared: true, hold },
    process: () => id,
    async gone() {
      const others = await ask(
        on => on<{ id: number; isPast: boolean }[]>`
          SELECT id, pg_postmaster_start_time() > locked_at AS "isPast" FROM process WHERE id <> ${id} ORDER BY id`,
      )
      for (const known of seenFree.keys()) if (!others.some(one => one.id === known)) seenFree.delete(known)
      const found: Gone[] = []
      for (const { id: other, isPast } of others) {
        const [row] = await ask(on => on<{ got: boolean }[]>`SELECT pg_try_advisory_lock(${family}, ${other}) AS got`)
        if (row?.got !== true) {
          seenFree.delete(other)
          continue
        }
        const free = () => ask(on => on`SELECT pg_advisory_unlock(${family}, ${other})`)
        const now = performance.now()
        const since = seenFree.get(other) ?? now
        seenFree.set(other, since)
        // Whoever lost the server with this process, or before, may be about to come back.
        if ((isPast || now - lostAt < 2 * graceMs) && now - since < graceMs) {
          await free()
          continue
        }
        found.push({
          process: other,
          async forget() {
            seenFree.delete(other)
            // A lock that is kept would shut out who comes back.
            await ask(on => on`DELETE FROM process WHERE id = ${other}`).finally(free)
          },
        })
      }
      return found
    },
    async close() {
      closed = true
      held.clear()
      // The locks go with the connection.
      await sql`DELETE FROM process WHERE id = ${id}`.catch(() => {})
      await sql.end({ timeout: 1 })
    },
  }
}
