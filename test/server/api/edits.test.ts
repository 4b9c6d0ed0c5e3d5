import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BulkEdit } from '../../../core/deliveries/bulk-edit.ts'
import { openBulkEdits } from '../../../server/deliveries/bulk-edits.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { type Answer, openDoor, type TestDoor } from './door.ts'

let door: TestDoor
let ids: number[]
const count = 100

beforeEach(async () => {
  door = await openDoor({ ui: false, store: { indexSliceMs: 0 } })
  ids = await door.add(
    ...Array.from({ length: count }, (_, at) => arrival({ body: saleEvent({ id: `${at}`, key: 'edited' }) })),
  )
})
afterEach(() => door.close())

const editOf = (answer: Answer) => (answer.json as { edit: BulkEdit }).edit
const begin = async (body: object) => editOf(await door.call('/api/edits', { body }))
const total = async () => (await door.store.deliveries.facets()).total

/** What the status says of an edit once that is so. */
const told = (id: string, isSo: (edit: BulkEdit) => boolean) =>
  new Promise<BulkEdit>(resolve => {
    const look = () => {
      const edit = door.status().edits.find(one => one.id === id)
      if (edit === undefined || !isSo(edit)) return
      stop()
      resolve(edit)
    }
    const stop = door.onStatus(look)
    look()
  })
const ended = (id: string) => told(id, ({ state }) => state !== 'finding' && state !== 'running')

describe('edits of many deliveries', () => {
  it('go on behind the answer, tell how far they are, and are undone', async () => {
    const begun = await begin({ kind: 'remove', q: 'key:edited' })
    expect(begun).toMatchObject({ kind: 'remove', state: 'finding', done: 0, canUndo: false })
    expect(await ended(begun.id)).toMatchObject({ state: 'done', total: count, done: count, changed: count })
    expect(await total()).toBe(0)
    const undone = editOf(await door.call(`/api/edits/${begun.id}/undo`, { body: {} }))
    expect(await ended(undone.id)).toMatchObject({ kind: 'restore', state: 'done', changed: count })
    expect(await total()).toBe(count)
    const again = await door.call(`/api/edits/${begun.id}/undo`, { body: {} })
    expect([again.status, again.json]).toMatchObject([409, { error: { code: 'not-undoable' } }])
  })

  it('stop when they are cancelled: what is done by then stays done, and can be undone', async () => {
    const { store } = door
    /** The door's store, and a person who cancels after the first step. */
    const edits = openBulkEdits({
      deliveries: store.deliveries,
      unfinished: store.unfinished,
      claims: store.claims,
      edits: {
        ...store.edits,
        setPinned: (ids, pinned, { onStep, ...options } = {}) =>
          store.edits.setPinned(ids, pinned, {
            ...options,
            onStep(step) {
              onStep?.(step)
              if (!pinned) return
              now = edits.list().at(-1)
              cancelled.push(edits.cancel(now?.id ?? ''))
            },
          }),
      },
    })
    const cancelled: boolean[] = []
    let now: BulkEdit | undefined
    const { id } = edits.start('pin', { ids })
    await expect.poll(() => edits.list()[0]?.state).toBe('cancelled')
    const [edit] = edits.list()
    expect(now).toMatchObject({ state: 'running', total: count, canUndo: false })
    expect(now?.done).toBeLessThan(count)
    expect([cancelled, edit?.changed, edit?.canUndo]).toEqual([[true], now?.done, true])
    expect((await store.deliveries.facets()).pinned).toBe(now?.done)
    expect(edits.cancel(id)).toBe(false)
    edits.undo(id)
    await expect.poll(() => edits.list()[1]?.canUndo).toBe(true)
    expect((await store.deliveries.facets()).pinned).toBe(0)
    await edits.close()
  })

  it.each(['killed', 'closed'])(
    'go on at the next start where hookscope was %s in the middle, and are undone as a whole',
    async how => {
      const { deliveries, unfinished, edits, claims } = door.store
      let stop = () => {}
      const isHalf = new Promise<void>(resolve => {
        stop = resolve
      })
      const first = openBulkEdits({
        deliveries,
        unfinished,
        claims,
        edits: {
          ...edits,
          async remove(all, { signal, onStep } = {}) {
            const changed = await edits.remove(all.slice(0, count / 2))
            onStep?.({ done: changed.length, changed })
            stop()
            // A process that is killed comes no further, one that is closed is told to stop.
            return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
          },
        },
      })
      const { id } = first.start('remove', { ids })
      await isHalf
      if (how === 'closed') await first.close()
      expect(await total()).toBe(count / 2)
      const said: string[] = []
      const next = openBulkEdits(door.store, line => said.push(line))
      await next.resume()
      expect(said).toEqual([`hookscope ended while it deleted ${count} deliveries: that continues now.`])
      await expect.poll(() => next.list()).toMatchObject([{ id, kind: 'remove', state: 'done', changed: count }])
      expect(await total()).toBe(0)
      next.undo(id)
      await expect.poll(() => next.list()[1]).toMatchObject({ kind: 'restore', state: 'done', changed: count })
      expect(await total()).toBe(count)
      await next.close()
      // What came to its end is not done once more.
      const third = openBulkEdits(door.store)
      await third.resume()
      expect(third.list()).toEqual([])
      await third.close()
    },
  )

  it.each([
    ['an unknown kind', { kind: 'forget', ids: [1] }, 400],
    ['ids that are none', { kind: 'pin', ids: [1, -2] }, 400],
    ['a search with a mistake', { kind: 'pin', q: 'is:nothing' }, 400],
  ])('are refused for %s', async (_, body, status) => {
    expect((await door.call('/api/edits', { body })).status).toBe(status)
    expect(door.status().edits).toEqual([])
  })

  it('are not known by another id', async () => {
    expect((await door.call('/api/edits/none/undo', { body: {} })).status).toBe(404)
    expect((await door.call('/api/edits/none', { method: 'DELETE' })).status).toBe(404)
  })
})
