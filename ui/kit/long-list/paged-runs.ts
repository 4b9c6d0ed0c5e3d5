/** The loaded pieces of a long list and the places they have in it; nothing is loaded here, see paged-rows.ts. */

export interface Row {
  readonly id: number
}

export interface RowsPage<T> {
  /** Newest (largest id) first. */
  readonly rows: readonly T[]
  /** `before` of the page that follows; null at the end. */
  readonly next: number | null
}

/** Rows that follow each other in the list without a gap. */
export interface LoadedRun<T> {
  start: number
  rows: T[]
  next: number | null
}

export interface Runs<T> {
  /** Rows in the list, as far as known. */
  readonly total: number
  /** The places that are visible, `last` included; they move along when runs do. */
  wanted: { readonly first: number; readonly last: number }
  rowAt(index: number): T | undefined
  /** The place of a loaded row, or null. */
  indexOf(id: number): number | null
  /** The run at a place or the nearest above it, and the one that follows. */
  around(index: number): readonly [above: LoadedRun<T> | undefined, below: LoadedRun<T> | undefined]
  /** Forgets everything for the newest page. */
  begin(page: RowsPage<T>): void
  /** Puts a page at a place where nothing is loaded, leaving at least one between it and the run above. */
  add(above: LoadedRun<T>, index: number, page: RowsPage<T>): void
  /** Puts a page at the place where its first row should be, unless it is there. */
  place(page: RowsPage<T>): void
  /** The id at a place between two runs, were ids spent evenly. */
  guessId(index: number, above: LoadedRun<T>, below: LoadedRun<T> | undefined): number
  /**
   * Joins neighbours that overlap by id. Neighbours that do not are kept at least one place apart: the empty place
   * between them is what makes the missing rows load when it comes into view.
   */
  settle(): void
  /** Forgets what is far from the head and from what is visible, when there is much of it. */
  forget(): void
  /** @returns whether it counts: when all is loaded, the total is known better */
  tellTotal(count: number): boolean
  /** Puts rows on top, those that are newer than the newest. @returns whether there were any */
  prepend(rows: readonly T[]): boolean
  /** @returns whether it was loaded */
  update(id: number, change: (row: T) => T): boolean
  remove(id: number): boolean
  /** @returns whether its place is loaded, and it was not there */
  insert(row: T): boolean
}

export const runEnd = <T>(run: LoadedRun<T>) => run.start + run.rows.length
const firstId = (run: LoadedRun<Row>) => run.rows[0]?.id ?? 0
export const lastId = (run: LoadedRun<Row>) => run.rows.at(-1)?.id ?? 0

/** Ids that one row of a run spends, on average: what a guess is made with. */
export const spread = (run: LoadedRun<Row>): number =>
  run.rows.length > 1 ? Math.max(1, (firstId(run) - lastId(run)) / (run.rows.length - 1)) : 1

/** The first position in a run whose id is not larger. */
function seek(rows: readonly Row[], id: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.id ?? 0) > id) low = middle + 1
    else high = middle
  }
  return low
}

export interface RunsOptions {
  readonly pageSize: number
  /** Rows to keep around what is visible when there are many. */
  readonly keep: number
  /** Rows from `from` on have moved by `by` places without the list itself having changed. */
  onShift(from: number, by: number): void
}

export function createRuns<T extends Row>({ pageSize, keep, onShift }: RunsOptions): Runs<T> {
  let runs: LoadedRun<T>[] = []
  let total = 0
  let wanted = { first: 0, last: 0 }

  const find = (id: number): { run: LoadedRun<T>; at: number } | null => {
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
    onShift(from, by)
  }

  /** Where the rows that are not loaded begin and end: places and ids. */
  const gap = (above: LoadedRun<T>, below: LoadedRun<T> | undefined) => {
    const from = { index: runEnd(above) - 1, id: lastId(above) }
    const floor = Math.max(0, from.id - spread(above) * (total - from.index))
    return { from, to: below ? { index: below.start, id: firstId(below) } : { index: total, id: floor } }
  }

  const add = (above: LoadedRun<T>, place: number, { rows, next }: RowsPage<T>) => {
    runs.splice(runs.indexOf(above) + 1, 0, { start: Math.max(runEnd(above) + 1, place), rows: [...rows], next })
  }

  return {
    get total() {
      return total
    },
    get wanted() {
      return wanted
    },
    set wanted(places) {
      wanted = places
    },
    rowAt(index) {
      for (const run of runs) if (index >= run.start && index < runEnd(run)) return run.rows[index - run.start]
      return undefined
    },
    indexOf(id) {
      const found = find(id)
      return found && found.run.start + found.at
    },
    around(index) {
      const position = runs.findLastIndex(run => run.start <= index)
      return [runs[position], runs[position + 1]]
    },
    begin({ rows, next }) {
      runs = [{ start: 0, rows: [...rows], next }]
      wanted = { first: 0, last: 0 }
      total = rows.length
    },
    add,
    place(page) {
      const id = page.rows[0]?.id ?? 0
      const position = runs.findLastIndex(run => lastId(run) > id)
      const [above, below] = [runs[position], runs[position + 1]]
      if (!above || above.next === null || find(id)) return
      const { from, to } = gap(above, below)
      const share = Math.min(1, (from.id - id) / Math.max(1, from.id - to.id))
      const guess = Math.round(from.index + share * (to.index - from.index))
      add(above, page.next === null ? total - page.rows.length : guess, page)
    },
    guessId(index, above, below) {
      const { from, to } = gap(above, below)
      const share = (index - from.index) / Math.max(1, to.index - from.index)
      return Math.ceil(from.id - (from.id - to.id) * share)
    },
    settle() {
      for (let position = 0; position + 1 < runs.length; ) {
        const [above, below] = [runs[position], runs[position + 1]]
        if (!above || !below) break
        if (above.next === null || lastId(above) <= firstId(below)) {
          const fresh = below.rows.slice(seek(below.rows, lastId(above) - 1))
          moveFrom(position + 1, runEnd(above) + fresh.length - runEnd(below))
          if (fresh.length > 0) above.next = below.next
          above.rows = [...above.rows, ...fresh]
          runs.splice(position + 1, 1)
        } else {
          moveFrom(position + 1, Math.max(0, runEnd(above) + 1 - below.start))
          position += 1
        }
      }
      const last = runs.at(-1)
      if (!last) return
      const end = runEnd(last) + (last.next === null ? 0 : 1)
      if (runs.length === 1 && last.next === null) total = end
      else if (last.next === null && end < total) moveFrom(runs.length - 1, total - end)
      else total = Math.max(total, end)
    },
    forget() {
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
      const parts: LoadedRun<T>[] = []
      for (const run of runs) {
        for (const [first = 0, last = 0] of spans) {
          const [start, end] = [Math.max(first, run.start), Math.min(last, runEnd(run))]
          if (start >= end) continue
          const rows = run.rows.slice(start - run.start, end - run.start)
          parts.push({ start, rows, next: end === runEnd(run) ? run.next : (rows.at(-1)?.id ?? null) })
        }
      }
      runs = parts.sort((one, other) => one.start - other.start)
    },
    tellTotal(count) {
      if (runs.length === 0 || (runs.length === 1 && runs[0]?.next === null)) return false
      total = count
      return true
    },
    prepend(rows) {
      const [head] = runs
      const fresh = head ? rows.filter(row => row.id > firstId(head)) : rows
      if (fresh.length === 0) return false
      if (head) head.rows = [...fresh, ...head.rows]
      else runs = [{ start: 0, rows: [...fresh], next: null }]
      for (const run of runs.slice(1)) run.start += fresh.length
      total += fresh.length
      return true
    },
    update(id, change) {
      const found = find(id)
      const row = found?.run.rows[found.at]
      if (!found || !row) return false
      found.run.rows[found.at] = change(row)
      return true
    },
    remove(id) {
      const found = find(id)
      if (!found) return false
      found.run.rows = found.run.rows.toSpliced(found.at, 1)
      for (const run of runs) if (run.start > found.run.start) run.start -= 1
      total = Math.max(0, total - 1)
      return true
    },
    insert(row) {
      for (const [position, run] of runs.entries()) {
        const at = seek(run.rows, row.id)
        if (run.rows[at]?.id === row.id) return false
        const inside = (at > 0 || position === 0) && (at < run.rows.length || run.next === null)
        if (!inside) continue
        run.rows = run.rows.toSpliced(at, 0, row)
        for (const below of runs.slice(position + 1)) below.start += 1
        total += 1
        return true
      }
      return false
    },
  }
}
