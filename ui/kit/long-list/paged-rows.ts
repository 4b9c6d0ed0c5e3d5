/**
 * A long list of which only pieces are loaded. The API pages by id (`before`), so a place in the list is known exactly
 * only where pages connect to the newest row. A jump (dragging the scroll bar) therefore guesses the id at the wanted
 * place, loads there, and puts what came at that place: a run of its own. As the list is scrolled on, runs grow towards
 * each other; where two meet they become one and the places after them are corrected (`onShift`).
 */

import { createRuns, type LoadedRun, lastId, type Row, type RowsPage, type Runs, runEnd, spread } from './paged-runs.ts'

export interface PagedRowsOptions<T> {
  load(before: number | null, limit: number, signal: AbortSignal): Promise<RowsPage<T>>
  /** Something that `rowAt` or `total` says has changed. */
  onChange(): void
  /** Rows from `from` on have moved by `by` places without the list itself having changed. */
  onShift?(from: number, by: number): void
  /** A page could not be loaded; `show` tries again. */
  onFailure(error: unknown): void
  readonly pageSize?: number
  /** Rows to keep around what is visible when there are many. */
  readonly keep?: number
}

export interface PagedRows<T> extends Pick<Runs<T>, 'rowAt' | 'indexOf' | 'update' | 'remove'> {
  /** Rows in the list, as far as known; exact once the end was reached or the total was told. */
  readonly total: number
  /** Loads a row wherever it is, and those that follow it. @returns its place, as far as known; null when it is not in the list */
  locate(id: number): Promise<number | null>
  /** Loads the newest page and forgets the rest; what was there stays until then. Rejects when it cannot be loaded. */
  reset(): Promise<void>
  /** Says which places are visible (`last` inclusive), so that what is missing there is loaded. */
  show(first: number, last: number): void
  /** How many rows there are by another count; not below what is loaded. */
  tellTotal(total: number): void
  /** Puts new rows on top, newest first. */
  prepend(rows: readonly T[]): void
  /** Puts a row back where it belongs, when that place is loaded. */
  insert(row: T): void
  /** Loaded ids between two rows, both included, in list order. */
  idsBetween(one: number, other: number): number[]
  close(): void
}

export function createPagedRows<T extends Row>(options: PagedRowsOptions<T>): PagedRows<T> {
  const { pageSize = 200, keep = 4_000 } = options
  const runs = createRuns<T>({ pageSize, keep, onShift: (from, by) => options.onShift?.(from, by) })
  let pumping = false
  let epoch = new AbortController()

  const extend = async (run: LoadedRun<T>, signal: AbortSignal) => {
    const page = await options.load(run.next, pageSize, signal)
    if (signal.aborted) return
    run.rows = [...run.rows, ...page.rows]
    run.next = page.next
  }

  /** Loads the rows above a run. The API pages downwards only, so it asks from a guessed id above, and guesses better. */
  const extendUp = async (above: LoadedRun<T>, run: LoadedRun<T>, signal: AbortSignal) => {
    const first = run.rows[0]
    if (!first) return
    const ceiling = lastId(above)
    let tooNear = 0
    let tooFar = Number.POSITIVE_INFINITY
    let reach = Math.ceil(spread(run) * pageSize * 0.8)
    for (;;) {
      const before = Math.min(first.id + 1 + reach, ceiling)
      const page = await options.load(before, pageSize, signal)
      if (signal.aborted) return
      const fresh = page.rows.filter(row => row.id > first.id)
      if (fresh.length === page.rows.length && page.next !== null) tooFar = before - first.id - 1
      else if (before === ceiling) {
        above.rows = [...above.rows, ...fresh, first]
        above.next = first.id
        return
      } else if (fresh.length > 0) {
        run.rows = [...fresh, ...run.rows]
        run.start -= fresh.length
        return
      } else tooNear = reach
      reach = tooFar === Number.POSITIVE_INFINITY ? reach * 4 : Math.floor((tooNear + tooFar) / 2)
    }
  }

  /** Loads a page at a place far from what is loaded, at a guessed id. */
  const jump = async (index: number, above: LoadedRun<T>, below: LoadedRun<T> | undefined, signal: AbortSignal) => {
    const ceiling = lastId(above)
    let before = Math.min(ceiling, runs.guessId(index, above, below) + 1)
    for (;;) {
      const page = await options.load(before, pageSize, signal)
      if (signal.aborted) return
      if (page.rows.length === 0 && before < ceiling) {
        // Nothing is that old: look half way up.
        before = Math.ceil((before + ceiling) / 2)
        continue
      }
      if (before === ceiling) {
        above.rows = [...above.rows, ...page.rows]
        above.next = page.next
        return
      }
      runs.add(above, page.next === null ? Math.min(index, runs.total - page.rows.length) : index, page)
      return
    }
  }

  /** Loads one page towards what is wanted. @returns whether something was missing */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    const { first, last } = runs.wanted
    let index = Math.max(0, first)
    while (index <= last && index < runs.total && runs.rowAt(index) !== undefined) index += 1
    if (index > last || index >= runs.total) return false
    const [above, below] = runs.around(index)
    if (!above || above.next === null) return false
    if (index > first) await extend(above, signal)
    else if (below && below.start <= last) await extendUp(above, below, signal)
    else if (index - runEnd(above) < 2 * pageSize) await extend(above, signal)
    else await jump(index, above, below, signal)
    return true
  }

  const pump = async () => {
    if (pumping) return
    pumping = true
    const { signal } = epoch
    try {
      while (!signal.aborted && (await step(signal))) {
        if (signal.aborted) break
        runs.settle()
        runs.forget()
        options.onChange()
      }
    } catch (error) {
      if (!signal.aborted) options.onFailure(error)
    } finally {
      if (epoch.signal === signal) pumping = false
    }
  }

  /** Tells of a change, if it was one. */
  const announce = (changed: boolean) => {
    if (changed) options.onChange()
    return changed
  }

  return {
    get total() {
      return runs.total
    },
    rowAt: runs.rowAt,
    indexOf: runs.indexOf,
    async locate(id) {
      if (runs.indexOf(id) === null) {
        const { signal } = epoch
        const page = await options.load(id + 1, pageSize, signal)
        if (signal.aborted || page.rows[0]?.id !== id) return null
        runs.place(page)
        runs.settle()
        options.onChange()
      }
      return runs.indexOf(id)
    },
    async reset() {
      epoch.abort()
      epoch = new AbortController()
      const { signal } = epoch
      pumping = true
      try {
        const page = await options.load(null, pageSize, signal)
        if (signal.aborted) return
        runs.begin(page)
        runs.settle()
        options.onChange()
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        if (epoch.signal === signal) pumping = false
      }
    },
    show(first, last) {
      runs.wanted = { first, last }
      void pump()
    },
    tellTotal(count) {
      if (!runs.tellTotal(count)) return
      runs.settle()
      options.onChange()
    },
    prepend(rows) {
      announce(runs.prepend(rows))
    },
    update: (id, change) => announce(runs.update(id, change)),
    remove: id => announce(runs.remove(id)),
    insert(row) {
      announce(runs.insert(row))
    },
    idsBetween(one, other) {
      const [from, to] = [runs.indexOf(one), runs.indexOf(other)]
      if (from === null || to === null) return []
      const ids: number[] = []
      for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
        const row = runs.rowAt(index)
        if (row) ids.push(row.id)
      }
      return ids
    },
    close() {
      epoch.abort()
    },
  }
}
