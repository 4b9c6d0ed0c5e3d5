/** Moving through the list by keyboard: the cursor row, what it opens, what it marks. */
import { effect, signal } from '@preact/signals'
import { closeDelivery, openDelivery, openId } from '../../app/route.ts'
import { isCounted, list, listState, listVersion } from './deliveries.ts'
import { addSelected, clearSelected, cursorId, selectedIds } from './selection.ts'

/** The row to bring into view, with a count so that the same row can be asked for twice. */
export const reveal = signal<{ readonly index: number; readonly turn: number }>({ index: 0, turn: 0 })

let opening: ReturnType<typeof setTimeout> | undefined

function place(index: number): void {
  const row = list.rowAt(index)
  reveal.value = { index, turn: reveal.peek().turn + 1 }
  if (!row) return
  cursorId.value = row.id
  if (openId.peek() === null) return
  // A held key runs through many rows: open where it stops.
  clearTimeout(opening)
  opening = setTimeout(() => openDelivery(row.id, true), 60)
}

/** Moves the cursor by rows, and the open delivery with it. `extend` marks what is passed. */
export function moveCursor(by: number, extend = false): void {
  const from = cursorId.peek() ?? openId.peek()
  const at = from === null ? null : list.indexOf(from)
  const to = at === null ? 0 : Math.max(0, Math.min(list.total - 1, at + by))
  const target = list.rowAt(to)
  if (extend && from !== null && target) addSelected([from, target.id])
  place(to)
}

/** Moves the cursor to the newest or to the oldest row. */
export function moveCursorToEnd(end: 'first' | 'last'): void {
  const index = end === 'first' ? 0 : Math.max(0, list.total - 1)
  if (list.rowAt(index)) {
    place(index)
    return
  }
  // Far rows are loaded when they come into view; the cursor follows then.
  reveal.value = { index, turn: reveal.peek().turn + 1 }
  const stop = effect(() => {
    listVersion.value
    const last = list.rowAt(Math.max(0, list.total - 1))
    if (!last) return
    cursorId.value = last.id
    queueMicrotask(() => stop())
  })
}

/** Opens the row under the cursor. */
export function openCursor(): void {
  if (cursorId.value !== null) openDelivery(cursorId.value)
}

/** Marks every loaded row between the cursor and this one. */
export function extendTo(id: number): void {
  const from = cursorId.peek() ?? id
  addSelected(list.idsBetween(from, id))
  cursorId.value = id
}

/** One step back: first the marks, then the open delivery. */
export function stepBack(): void {
  if (selectedIds.value.size > 0) clearSelected()
  else closeDelivery()
}

/** The open delivery that was brought into view last: it is not brought again when the list is scrolled or searched. */
let brought: number | null = null

function show(index: number): void {
  reveal.value = { index, turn: reveal.peek().turn + 1 }
}

/** A link to a delivery, the way back, a step among its related events: brings its row into view, however far down it is. */
effect(() => {
  const id = openId.value
  if (id === null || id === brought || listState.value !== 'ready') {
    if (id === null) brought = null
    return
  }
  const index = list.indexOf(id)
  // The place of a row far down is guessed from how many there are.
  if (index === null && !isCounted.value) return
  brought = id
  if (index !== null) show(index)
  else void bring(id)
})

async function bring(id: number): Promise<void> {
  try {
    const index = await list.locate(id)
    // Once the list has been drawn with the place in it.
    if (index !== null) requestAnimationFrame(() => openId.peek() === id && show(list.indexOf(id) ?? index))
  } catch {
    // The delivery shows all the same, and the list says itself when it cannot load.
  }
}
