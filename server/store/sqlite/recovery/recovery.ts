/** What is done about a damaged database while it runs: what is made of the log is made anew, the rest is said. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { StoreTrouble } from '../../../../core/api/store-trouble.ts'
import { rangeWords } from '../../../../core/text/id-ranges.ts'
import type { Health, Part } from '../../health.ts'
import { repairHint } from '../../repair-hint.ts'
import type { Indexer } from '../index/indexer.ts'
import { isDamage, unavailable } from '../problem.ts'
import { openReader } from '../read/reader.ts'
import { contentOf } from './contents.ts'
import { isDerived } from './derived.ts'
import { damagedTables } from './examine.ts'
import { emptyDerived, endRebuild, remakeIndexes } from './rebuild.ts'

export interface RecoveryOptions {
  readonly db: Database
  readonly path: string
  readonly health: Health
  /** Asked late: it is opened after this. */
  indexer(): Pick<Indexer, 'hold' | 'rebuild' | 'announced' | 'progress'>
}

export interface Recovery {
  /** A part met a page or a row that does not read. */
  damaged(part: Part): void
  /** These deliveries of the log do not read. */
  lost(ids: readonly number[]): void
  /** The index is complete again. */
  rebuilt(): void
  /** A rebuild goes on that a crash cut short. */
  resume(): void
  close(): void
}

/** How often is told how far a rebuild is, milliseconds. */
const tellMs = 250
/** While something stays damaged: how long until all of the database is read again because something met it, milliseconds. */
const lookAgainMs = 60_000
/** After a rebuild: for so long reads that began before it may still fail, milliseconds. */
const echoMs = 5000
/** How long until it is tried again what the disk did not take, milliseconds. */
const retryMs = 1000
/** A rebuild after which damage shows again is made once more, and not for ever. */
const mostRebuilds = 2
/** Of so many stretches of lost deliveries the ids are named. */
const mostRanges = 5

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

export function openRecovery({ db, path, health, indexer }: RecoveryOptions): Recovery {
  let state: 'idle' | 'looking' | 'rebuilding' = 'idle'
  /** Tables that do not read and cannot be made anew. */
  let kept: readonly string[] = []
  const lost = new Set<number>()
  let rebuilds = 0
  let givenUp = false
  /** By this start, of what an earlier one or a repair left. */
  let resumed = false
  let lookedAt = Number.NEGATIVE_INFINITY
  let rebuiltAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const trouble = (message: string, hint: string, rebuilding: StoreTrouble['rebuilding'] = null): StoreTrouble => ({
    ...{ code: 'damaged', message, hint, keeps: true, rebuilding },
  })

  function tell(): void {
    if (state === 'looking')
      health.damage(
        trouble(
          'The database is damaged: hookscope is checking what can still be read.',
          'Deliveries are kept meanwhile; they are shown and sent on after that.',
        ),
      )
    else if (state === 'rebuilding')
      health.damage(
        trouble(
          resumed
            ? 'The list is being rebuilt from the log.'
            : 'The database is damaged: the list is being rebuilt from the log.',
          'Deliveries are kept meanwhile; they are shown and sent on once that is done.',
          indexer().progress(),
        ),
      )
    else health.damage(lasting())
  }

  /** What stays wrong; null when nothing does. */
  function lasting(): StoreTrouble | null {
    const way = `Quit, then: ${repairHint(path)}`
    if (givenUp)
      return trouble(
        'The database is damaged, and the list could not be rebuilt from the log.',
        `Deliveries are kept, but may neither be shown nor sent on until they are in a new file. ${way}`,
      )
    const lostOnes = rangeWords([...lost].sort((one, other) => one - other))
    const which = `${lostOnes.slice(0, mostRanges).join(', ')}${lostOnes.length > mostRanges ? ', …' : ''}`
    const words = new Set([
      ...(lost.size > 0 ? [lost.size === 1 ? `delivery ${which}` : `deliveries ${which}`] : []),
      ...kept
        .map(contentOf)
        .filter(words => words !== 'deliveries' || lost.size === 0)
        .map(words => `some ${words}`),
    ])
    if (words.size === 0) return null
    return trouble(
      `The database is damaged: ${listed([...words])} cannot be read.`,
      `New deliveries are kept, shown and sent on. ${way}`,
    )
  }

  /** @returns tables that do not read */
  async function examine(): Promise<string[]> {
    const fresh = openReader(path)
    try {
      return await damagedTables(fresh)
    } finally {
      await fresh.close()
    }
  }

  /** Makes the indexes of a table anew, should only those be damaged. */
  function remake(table: string): void {
    try {
      remakeIndexes(db, table)
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }

  async function look(): Promise<void> {
    const found = await examine()
    const others = found.filter(table => !isDerived(table))
    for (const table of others) remake(table)
    kept = others.length === 0 ? [] : (await examine()).filter(table => !isDerived(table))
    if (closed) return
    const derived = found.filter(isDerived)
    // Nothing that a check of the pages sees: then it is what the pages hold.
    if (derived.length === 0 && found.length > 0 && indexer().progress() === null) return
    if (rebuilds === mostRebuilds) {
      // What the pages of the log hold, then: rebuilding changes nothing about it.
      if (found.length === 0) kept = ['arrival']
      else givenUp = true
      return
    }
    rebuilds += 1
    resumed = false
    emptyDerived(db, indexer().announced(), derived.includes('feed'))
    indexer().rebuild()
    rebuild()
  }

  function rebuild(): void {
    state = 'rebuilding'
    tell()
    timer = setInterval(tell, tellMs).unref()
  }

  async function run(): Promise<void> {
    indexer().hold(true)
    while (state === 'looking' && !closed) {
      try {
        await look()
        if (state === 'looking') state = indexer().progress() === null ? 'idle' : 'rebuilding'
      } catch (error) {
        if (closed) return
        if (unavailable(error) === undefined) throw error
        if (isDamage(error)) {
          givenUp = true
          state = 'idle'
        } else {
          health.failed('index', error)
          await pause(retryMs, undefined, { ref: false })
        }
      }
    }
    lookedAt = performance.now()
    if (closed) return
    tell()
    // Also then: what comes may well find its place.
    indexer().hold(false)
  }

  return {
    damaged(part) {
      if (state === 'looking' || givenUp || closed) return
      const isKnown = lasting() !== null && performance.now() - lookedAt < lookAgainMs
      const isEcho = part !== 'index' && performance.now() - rebuiltAt < echoMs
      if (state === 'idle' ? isKnown || isEcho : part !== 'index') return
      clearInterval(timer)
      state = 'looking'
      tell()
      // After what met it has said so.
      queueMicrotask(() => void run())
    },
    lost(ids) {
      for (const id of ids) lost.add(id)
      tell()
    },
    rebuilt() {
      clearInterval(timer)
      endRebuild(db)
      rebuiltAt = performance.now()
      if (state === 'rebuilding') state = 'idle'
      tell()
    },
    resume() {
      resumed = true
      rebuild()
    },
    close() {
      closed = true
      clearInterval(timer)
    },
  }
}
