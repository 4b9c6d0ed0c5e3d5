/**
 * A long list of which only pieces are loaded. The API pages by id (`before`), so a place in the list is known exactly
 * only where pages connect to the newest row. A jump (dragging the scroll bar) therefore guesses the id at the wanted
 * place, loads there, and puts what came at that place: a run of its own. As the list is scrolled on, runs grow towards
 * each other; where two meet they become one and the places after them are corrected (`onShift`).
 */

export interface Row {
  readonly id: number
}

export interface RowsPage<T> {
  /** Newest (largest id) first. */
  readonly rows: readonly T[]
  /** `before` of the page that follows; null at the end. */
  readonly next: number | null
}

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

/** Rows that follow each other in the list without a gap. */
interface Run<T> {
  start: number
  rows: T[]
  next: number | null
}

export interface PagedRows<T> {
  /** Rows in the list, as far as known; exact once the end was reached or the total was told. */
  readonly total: number
  rowAt(index: number): T | undefined
  /** The place of a loaded row, or null. */
  indexOf(id: number): number | null
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
  /** Replaces a loaded row by its new state. @returns whether it was loaded */
  update(id: number, change: (row: T) => T): boolean
  remove(id: number): boolean
  /** Puts a row back where it belongs, when that place is loaded. */
  insert(row: T): void
  /** Loaded ids between two rows, both included, in list order. */
  idsBetween(one: number, other: number): number[]
  close(): void
}

export function createPagedRows<T extends Row>(options: PagedRowsOptions<T>): PagedRows<T> {
  const { pageSize = 200, keep = 4_000 } = options
  let runs: Run<T>[] = []
  let total = 0
  let wanted = { first: 0, last: 0 }
  let pumping = false
  let epoch = new AbortController()

  const endOf = (run: Run<T>) => run.start + run.rows.length
  const firstId = (run: Run<T>) => run.rows[0]?.id ?? 0
  const lastId = (run: Run<T>) => run.rows.at(-1)?.id ?? 0

  const rowAt = (index: number): T | undefined => {
    for (const run of runs) if (index >= run.start && index < endOf(run)) return run.rows[index - run.start]
    return undefined
  }

  /** The first position in a run whose id is not larger. */
  const seek = (rows: readonly T[], id: number): number => {
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((rows[middle]?.id ?? 0) > id) low = middle + 1
      else high = middle
    }
    return low
  }

  const find = (id: number): { run: Run<T>; at: number } | null => {
    for (const run of runs) {
      const at = seek(run.rows, id)
      if (run.rows[at]?.id === id) return { run, at }
    }
    return null
  }

  /** Moves runs from this one on by `by` places; what is visible there moves along. */
  const moveFrom = (position: number, by: number) => {
    const from = runs[position]?.start
    if (by === 0 || from === undefined) return
    for (const run of runs.slice(position)) run.start += by
    if (wanted.first >= from) wanted = { first: wanted.first + by, last: wanted.last + by }
    options.onShift?.(from, by)
  }

  /**
   * Joins neighbours that overlap by id. Neighbours that do not are kept at least one place apart: the empty place
   * between them is what makes the missing rows load when it comes into view.
   */
  const settle = () => {
    for (let position = 0; position + 1 < runs.length; ) {
      const [above, below] = [runs[position], runs[position + 1]]
      if (!above || !below) break
      if (above.next === null || lastId(above) <= firstId(below)) {
        const fresh = below.rows.slice(seek(below.rows, lastId(above) - 1))
        moveFrom(position + 1, endOf(above) + fresh.length - endOf(below))
        if (fresh.length > 0) above.next = below.next
        above.rows = [...above.rows, ...fresh]
        runs.splice(position + 1, 1)
      } else {
        moveFrom(position + 1, Math.max(0, endOf(above) + 1 - below.start))
        position += 1
      }
    }
    const last = runs.at(-1)
    if (!last) return
    const end = endOf(last) + (last.next === null ? 0 : 1)
    if (runs.length === 1 && last.next === null) total = end
    else if (last.next === null && end < total) moveFrom(runs.length - 1, total - end)
    else total = Math.max(total, end)
  }

  /** Forgets what is far from the head and from what is visible. */
  const forget = () => {
    const loaded = runs.reduce((sum, run) => sum + run.rows.length, 0)
    if (loaded <= keep * 4) return
    const from = wanted.first - keep
    const spans =
      from <= pageSize
        ? [[0, wanted.last + keep]]
        : [
            [0, pageSize],
            [from, wanted.last + keep],
          ]
    const parts: Run<T>[] = []
    for (const run of runs) {
      for (const [first = 0, last = 0] of spans) {
        const [start, end] = [Math.max(first, run.start), Math.min(last, endOf(run))]
        if (start >= end) continue
        const rows = run.rows.slice(start - run.start, end - run.start)
        parts.push({ start, rows, next: end === endOf(run) ? run.next : (rows.at(-1)?.id ?? null) })
      }
    }
    runs = parts.sort((one, other) => one.start - other.start)
  }

  /** Ids that one row of a run spends, on average: what a guess is made with. */
  const spread = (run: Run<T> | undefined): number =>
    run && run.rows.length > 1 ? Math.max(1, (firstId(run) - lastId(run)) / (run.rows.length - 1)) : 1

  const extend = async (run: Run<T>, signal: AbortSignal) => {
    const page = await options.load(run.next, pageSize, signal)
    if (signal.aborted) return
    run.rows = [...run.rows, ...page.rows]
    run.next = page.next
  }

  /** Loads the rows above a run. The API pages downwards only, so it asks from a guessed id above, and guesses better. */
  const extendUp = async (above: Run<T>, run: Run<T>, signal: AbortSignal) => {
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
  const jump = async (index: number, above: Run<T>, below: Run<T> | undefined, signal: AbortSignal) => {
    const from = { index: endOf(above) - 1, id: lastId(above) }
    const floor = Math.max(0, from.id - spread(above) * (total - from.index))
    const to = below ? { index: below.start, id: firstId(below) } : { index: total, id: floor }
    const share = (index - from.index) / Math.max(1, to.index - from.index)
    let before = Math.min(from.id, Math.ceil(from.id - (from.id - to.id) * share) + 1)
    for (;;) {
      const page = await options.load(before, pageSize, signal)
      if (signal.aborted) return
      if (page.rows.length === 0 && before < from.id) {
        // Nothing is that old: look half way up.
        before = Math.ceil((before + from.id) / 2)
        continue
      }
      if (before === from.id) {
        above.rows = [...above.rows, ...page.rows]
        above.next = page.next
        return
      }
      const end = page.next === null ? total - page.rows.length : index
      runs.push({ start: Math.max(endOf(above) + 1, Math.min(index, end)), rows: [...page.rows], next: page.next })
      runs.sort((one, other) => one.start - other.start)
      return
    }
  }

  /** Puts a page that was loaded by its id at the place where its first row should be. */
  const place = (page: RowsPage<T>) => {
    const id = page.rows[0]?.id ?? 0
    const position = runs.findLastIndex(run => lastId(run) > id)
    const [above, below] = [runs[position], runs[position + 1]]
    if (!above || above.next === null || find(id)) return
    const from = { index: endOf(above) - 1, id: lastId(above) }
    const floor = Math.max(0, from.id - spread(above) * (total - from.index))
    const to = below ? { index: below.start, id: firstId(below) } : { index: total, id: floor }
    const share = Math.min(1, (from.id - id) / Math.max(1, from.id - to.id))
    const guess = Math.round(from.index + share * (to.index - from.index))
    const start = Math.max(endOf(above) + 1, page.next === null ? total - page.rows.length : guess)
    runs.splice(position + 1, 0, { start, rows: [...page.rows], next: page.next })
  }

  /** Loads one page towards what is wanted. @returns whether something was missing */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    let index = Math.max(0, wanted.first)
    while (index <= wanted.last && index < total && rowAt(index) !== undefined) index += 1
    if (index > wanted.last || index >= total) return false
    const position = runs.findLastIndex(run => run.start <= index)
    const [above, below] = [runs[position], runs[position + 1]]
    if (!above || above.next === null) return false
    if (index > wanted.first) await extend(above, signal)
    else if (below && below.start <= wanted.last) await extendUp(above, below, signal)
    else if (index - endOf(above) < 2 * pageSize) await extend(above, signal)
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
        settle()
        forget()
        options.onChange()
      }
    } catch (error) {
      if (!signal.aborted) options.onFailure(error)
    } finally {
      if (epoch.signal === signal) pumping = false
    }
  }

  return {
    get total() {
      return total
    },
    rowAt,
    indexOf(id) {
      const found = find(id)
      return found && found.run.start + found.at
    },
    async locate(id) {
      if (find(id) === null) {
        const { signal } = epoch
        const page = await options.load(id + 1, pageSize, signal)
        if (signal.aborted || page.rows[0]?.id !== id) return null
        place(page)
        settle()
        options.onChange()
      }
      return this.indexOf(id)
    },
    async reset() {
      epoch.abort()
      epoch = new AbortController()
      const { signal } = epoch
      pumping = true
      try {
        const page = await options.load(null, pageSize, signal)
        if (signal.aborted) return
        runs = [{ start: 0, rows: [...page.rows], next: page.next }]
        wanted = { first: 0, last: 0 }
        total = page.rows.length
        settle()
        options.onChange()
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        if (epoch.signal === signal) pumping = false
      }
    },
    show(first, last) {
      wanted = { first, last }
      void pump()
    },
    tellTotal(count) {
      if (runs.length === 0 || (runs.length === 1 && runs[0]?.next === null)) return
      total = count
      settle()
      options.onChange()
    },
    prepend(rows) {
      const [head] = runs
      const fresh = head ? rows.filter(row => row.id > firstId(head)) : rows
      if (fresh.length === 0) return
      if (head) head.rows = [...fresh, ...head.rows]
      else runs = [{ start: 0, rows: [...fresh], next: null }]
      for (const run of runs.slice(1)) run.start += fresh.length
      total += fresh.length
      options.onChange()
    },
    update(id, change) {
      const found = find(id)
      const row = found?.run.rows[found.at]
      if (!found || !row) return false
      found.run.rows[found.at] = change(row)
      options.onChange()
      return true
    },
    remove(id) {
      const found = find(id)
      if (!found) return false
      found.run.rows = found.run.rows.toSpliced(found.at, 1)
      for (const run of runs) if (run.start > found.run.start) run.start -= 1
      total = Math.max(0, total - 1)
      options.onChange()
      return true
    },
    insert(row) {
      for (const [position, run] of runs.entries()) {
        const at = seek(run.rows, row.id)
        if (run.rows[at]?.id === row.id) return
        const inside = (at > 0 || position === 0) && (at < run.rows.length || run.next === null)
        if (!inside) continue
        run.rows = run.rows.toSpliced(at, 0, row)
        for (const below of runs.slice(position + 1)) below.start += 1
        total += 1
        options.onChange()
        return
      }
    },
    idsBetween(one, other) {
      const [from, to] = [this.indexOf(one), this.indexOf(other)]
      if (from === null || to === null) return []
      const ids: number[] = []
      for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
        const row = rowAt(index)
        if (row) ids.push(row.id)
      }
      return ids
    },
    close() {
      epoch.abort()
    },
  }
}
