import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPagedRows, type PagedRows } from '../../../../ui/kit/long-list/paged-rows.ts'
import type { Row } from '../../../../ui/kit/long-list/paged-runs.ts'

/** A server that pages by id, newest first, as the API does. */
function serve(ids: number[]) {
  const newestFirst = ids.toSorted((one, other) => other - one)
  let loads = 0
  return {
    get loads() {
      return loads
    },
    load: async (before: number | null, limit: number) => {
      loads += 1
      const from = before === null ? newestFirst : newestFirst.filter(id => id < before)
      const rows = from.slice(0, limit).map(id => ({ id }))
      return { rows, next: from.length > limit ? (rows.at(-1)?.id ?? null) : null }
    },
  }
}

/** Waits until a list has loaded all that is visible. */
async function shown(list: PagedRows<Row>, view: { first: number; rows: number }, changed: () => Promise<void>) {
  for (;;) {
    list.show(view.first, Math.min(list.total - 1, view.first + view.rows - 1))
    const last = Math.min(list.total - 1, view.first + view.rows - 1)
    const visible = Array.from({ length: Math.max(0, last - view.first + 1) }, (_, index) =>
      list.rowAt(view.first + index),
    )
    if (visible.every(row => row !== undefined)) return visible.map(row => row.id)
    await changed()
  }
}

/** A list with a view on it that follows shifts as the screen does. */
async function open(ids: number[], options: { pageSize?: number; keep?: number; total?: number } = {}) {
  const server = serve(ids)
  const view = { first: 0, rows: 8 }
  let wake = () => {}
  const list = createPagedRows<Row>({
    load: server.load,
    pageSize: options.pageSize ?? 20,
    keep: options.keep ?? 10_000,
    onChange: () => wake(),
    onShift: (from, by) => {
      if (view.first >= from) view.first += by
    },
    onFailure: error => {
      throw error
    },
  })
  await list.reset()
  list.tellTotal(options.total ?? ids.length)
  const changed = () =>
    new Promise<void>(resolve => {
      wake = resolve
    })
  return {
    list,
    server,
    view,
    look: (at: number) => {
      view.first = Math.max(0, Math.min(at, list.total - view.rows))
      return shown(list, view, changed)
    },
  }
}

const dense = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('a long list of which only pieces are loaded', () => {
  it('jumps to the middle of a million rows with a handful of pages', async () => {
    const ids = dense(100_000)
    const { look, server, list } = await open(ids, { pageSize: 200 })
    const seen = await look(50_000)
    expect(seen[0]).toBeGreaterThan(49_000)
    expect(seen[0]).toBeLessThan(51_000)
    expect((await look(list.total - 8)).at(-1)).toBe(1)
    expect(server.loads).toBeLessThan(6)
  })

  it('shows every row once when it is scrolled from a jump up to the top and down to the end', async () => {
    const { look, view, list } = await open(
      dense(700).filter(id => id % 7 !== 3 && (id < 200 || id > 290)),
      { total: 400 },
    )
    await look(300)
    const up: number[] = []
    for (;;) {
      up.unshift(...(await look(view.first)).filter(id => !up.includes(id)))
      if (view.first === 0) break
      view.first = Math.max(0, view.first - 5)
    }
    const down: number[] = []
    for (;;) {
      down.push(...(await look(view.first)).filter(id => !down.includes(id)))
      if (view.first + view.rows >= list.total) break
      view.first += 5
    }
    expect(down).toEqual(
      dense(700)
        .filter(id => id % 7 !== 3 && (id < 200 || id > 290))
        .reverse(),
    )
    expect(up).toEqual(down.slice(0, up.length))
  })

  it('never shows neighbours with a row missing between them, wherever one scrolls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 600 }),
        fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -600, max: 600 })), { maxLength: 25 }),
        fc.double({ min: 0.3, max: 2, noNaN: true }),
        async (ids, moves, told) => {
          const { look, view } = await open(ids, { pageSize: 20, keep: 30, total: Math.round(ids.length * told) })
          const sorted = ids.toSorted((one, other) => other - one)
          for (const move of moves) {
            const seen = await look(view.first + move)
            const at = sorted.indexOf(seen[0] ?? 0)
            expect(seen).toEqual(sorted.slice(at, at + seen.length))
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('finds any row by its id with one page, and its neighbours around it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { minLength: 60, maxLength: 400 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0.3, max: 2, noNaN: true }),
        async (ids, picks, told) => {
          const { look, list } = await open(ids, { pageSize: 20, total: Math.round(ids.length * told) })
          const sorted = ids.toSorted((one, other) => other - one)
          for (const pick of picks) {
            const id = ids[pick % ids.length] ?? 0
            const at = await list.locate(id)
            expect(at === null ? null : list.rowAt(at)?.id).toBe(id)
            const seen = await look((at ?? 0) - 3)
            const from = sorted.indexOf(seen[0] ?? 0)
            expect(seen).toEqual(sorted.slice(from, from + seen.length))
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('knows a row far down at its exact place when no id is missing, and none that is not in the list', async () => {
    const { list, server } = await open(
      dense(100_000).filter(id => id !== 7),
      { pageSize: 200 },
    )
    const before = server.loads
    expect(await list.locate(40_000)).toBe(60_000)
    expect(server.loads).toBe(before + 1)
    expect(await list.locate(7)).toBeNull()
    expect(await list.locate(1)).toBe(99_998)
  })

  it('takes new rows on top, changes, removals and returns, and knows where each row is', async () => {
    const { list } = await open(dense(50))
    list.prepend([{ id: 52 }, { id: 51 }, { id: 50 }])
    expect([list.total, list.rowAt(0)?.id, list.rowAt(2)?.id]).toEqual([52, 52, 50])
    expect(list.remove(51)).toBe(true)
    expect([list.total, list.indexOf(50), list.indexOf(51)]).toEqual([51, 1, null])
    list.insert({ id: 51 })
    expect([list.total, list.indexOf(51)]).toEqual([52, 1])
    expect(list.idsBetween(48, 51)).toEqual([51, 50, 49, 48])
    expect(list.update(7, row => row)).toBe(false)
  })

  it('keeps what is shown when a reload fails, and when it was overtaken by another', async () => {
    const server = serve(dense(30))
    let fails = false
    const list = createPagedRows<Row>({
      load: (before, limit) => (fails ? Promise.reject(new Error('gone')) : server.load(before, limit)),
      pageSize: 20,
      onChange: () => {},
      onFailure: () => {},
    })
    await list.reset()
    fails = true
    await expect(list.reset()).rejects.toThrow('gone')
    expect(list.rowAt(0)?.id).toBe(30)
  })
})
