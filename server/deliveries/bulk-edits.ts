/** Edits of many deliveries: behind everything else, with progress, to be cancelled and to be undone. */
import { randomUUID } from 'node:crypto'
import type { BulkEdit, BulkEditKind } from '../../core/deliveries/bulk-edit.ts'
import { inverseOf } from '../../core/deliveries/bulk-edit.ts'
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import type { Query } from '../../core/search/query.ts'
import { errorLine } from '../lib/errors.ts'
import { openNotifier } from '../sender/notifier.ts'
import type { EditOptions } from '../store/edits.ts'
import { StoreUnavailable, whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { openEditMemory } from './edit-memory.ts'

/** Which deliveries: by their ids, or all that a query finds when it is asked. */
export type EditedDeliveries = { readonly ids: readonly number[] } | { readonly query: Query }

export interface BulkEdits {
  /** Begins an edit; several go on side by side. */
  start(kind: BulkEditKind, which: EditedDeliveries): BulkEdit
  /** What was changed by then stays changed. @returns whether there was such a running edit */
  cancel(id: string): boolean
  /** Begins the inverse of an edit that has ended, for what it changed. @returns null when there is nothing of it to undo */
  undo(id: string): BulkEdit | null
  /** Goes on with what the end of earlier runs cut short, and that of other processes from then on: a person has asked for it. */
  resume(): Promise<void>
  /** Running ones and the last that ended, oldest first. */
  list(): readonly BulkEdit[]
  /** Called when an edit has come further. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Stops what runs, which the next run may go on with, and resolves when it has stopped. */
  close(): Promise<void>
}

interface Entry {
  now: BulkEdit
  readonly changed: number[]
  /** What an undo is about where that is more than what changed in this run. */
  readonly undone?: readonly number[]
  readonly stop: AbortController
  ended: Promise<void>
}

/** How many ended edits are remembered, with the ids that it takes to undo them. */
const remembered = 5
/** While another process takes up what was left: how long until it is asked again, milliseconds. */
const againMs = 2000

/** @param log takes a line about an edit that failed for a reason that is none of the disk's */
export function openBulkEdits(
  store: Pick<Store, 'deliveries' | 'edits' | 'unfinished' | 'claims'>,
  log: (line: string) => void = () => {},
): BulkEdits {
  const entries = new Map<string, Entry>()
  const notifier = openNotifier()
  const memory = openEditMemory(store)
  let isClosed = false
  let stopLeft: (() => void) | null = null

  const edit = (kind: BulkEditKind, ids: readonly number[], options: EditOptions) =>
    kind === 'remove'
      ? store.edits.remove(ids, options)
      : kind === 'restore'
        ? store.edits.restore(ids, options)
        : store.edits.setPinned(ids, kind === 'pin', options)

  function tell(entry: Entry, further: Partial<BulkEdit>): void {
    entry.now = { ...entry.now, ...further }
    notifier.changed()
  }

  async function idsOf(entry: Entry, which: EditedDeliveries, signal: AbortSignal): Promise<readonly number[]> {
    if ('ids' in which) return which.ids
    const found: number[] = []
    await store.deliveries.matching(
      which.query,
      ids => {
        for (const id of ids) found.push(id)
        tell(entry, { total: found.length })
      },
      signal,
    )
    return found
  }

  async function work(entry: Entry, which: EditedDeliveries): Promise<void> {
    const { signal } = entry.stop
    const ids = await idsOf(entry, which, signal)
    await memory.began(entry.now.id, entry.now.kind, ids)
    tell(entry, { total: ids.length, state: 'running' })
    await edit(entry.now.kind, ids, {
      signal,
      onStep({ done, changed }) {
        for (const id of changed) entry.changed.push(id)
        tell(entry, { done, changed: entry.undone === undefined ? entry.changed.length : done })
      },
    })
  }

  async function run(entry: Entry, which: EditedDeliveries): Promise<void> {
    let state: BulkEdit['state'] = 'done'
    let problem: string | null = null
    try {
      await work(entry, which)
    } catch (error) {
      if (!entry.stop.signal.aborted) {
        state = 'failed'
        problem = error instanceof StoreUnavailable ? error.message : 'An unexpected error ended it.'
        if (!(error instanceof StoreUnavailable)) log(`A change of many deliveries failed: ${errorLine(error)}`)
      }
    }
    if (entry.stop.signal.aborted && entry.now.done < entry.now.total) state = 'cancelled'
    if (state !== 'cancelled' || !isClosed) await memory.ended(entry.now.id)
    tell(entry, { state, problem, canUndo: entry.now.changed > 0 })
    const ended = [...entries.values()].filter(({ now }) => !isRunning(now))
    for (const { now } of ended.slice(0, -remembered)) entries.delete(now.id)
  }

  function begin(id: string, kind: BulkEditKind, which: EditedDeliveries, undone?: readonly number[]): BulkEdit {
    const now: BulkEdit = {
      id,
      kind,
      total: 'ids' in which ? which.ids.length : 0,
      done: 0,
      changed: 0,
      state: 'ids' in which ? 'running' : 'finding',
      problem: null,
      canUndo: false,
    }
    const stop = new AbortController()
    const entry: Entry = { now, changed: [], ...(undone && { undone }), stop, ended: Promise.resolve() }
    entries.set(now.id, entry)
    entry.ended = run(entry, which)
    notifier.changed()
    return now
  }

  /** One process goes on with an edit. */
  async function takeUp(): Promise<void> {
    const claim = await store.claims.hold('edits')
    if (claim === null) {
      setTimeout(() => isClosed || void whereStoreCan(takeUp), againMs).unref()
      return
    }
    try {
      for (const { id, kind, ids } of await memory.left()) {
        if (isClosed) return
        if (entries.has(id)) continue
        // Nobody else goes on with it from now on.
        await memory.began(id, kind, ids)
        // What was deleted before the end is so no less by this edit; which pins there were is not known any more.
        begin(id, kind, { ids }, kind === 'remove' || kind === 'restore' ? ids : undefined)
        log(`hookscope ended while it ${doing[kind]} ${deliveriesWords(ids.length)}: that continues now.`)
      }
    } finally {
      await claim.release()
    }
  }

  const start = (kind: BulkEditKind, which: EditedDeliveries) => begin(randomUUID(), kind, which)

  return {
    start,
    cancel(id) {
      const entry = entries.get(id)
      if (entry === undefined || !isRunning(entry.now)) return false
      entry.stop.abort()
      return true
    },
    undo(id) {
      const entry = entries.get(id)
      if (!entry?.now.canUndo) return null
      tell(entry, { canUndo: false })
      return start(inverseOf[entry.now.kind], { ids: entry.undone ?? entry.changed })
    },
    resume() {
      stopLeft ??= store.unfinished.onLeft(() => void whereStoreCan(takeUp))
      return takeUp()
    },
    list: () => [...entries.values()].map(({ now }) => now),
    onChange: notifier.on,
    async close() {
      isClosed = true
      stopLeft?.()
      for (const { stop } of entries.values()) stop.abort()
      await Promise.all([...entries.values()].map(({ ended }) => ended))
      notifier.close()
    },
  }
}

/** What an edit does, as part of a sentence. */
const doing: Readonly<Record<BulkEditKind, string>> = {
  remove: 'deleted',
  restore: 'restored',
  pin: 'pinned',
  unpin: 'unpinned',
}

const isRunning = ({ state }: BulkEdit) => state === 'finding' || state === 'running'
