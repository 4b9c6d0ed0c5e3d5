/** Which deliveries the next action is about. */
import { signal } from '@preact/signals'

/** Deliveries marked for a bulk action (ctrl or shift and a click, `x`). Empty: actions are about the open delivery. */
export const selectedIds = signal<ReadonlySet<number>>(new Set())

/** The row that j and k move; null before the first move. */
export const cursorId = signal<number | null>(null)

/** Adds a delivery to the marked ones, or takes it out. */
export function toggleSelected(id: number): void {
  const next = new Set(selectedIds.value)
  if (!next.delete(id)) next.add(id)
  selectedIds.value = next
}

/** Marks these as well. */
export function addSelected(ids: Iterable<number>): void {
  selectedIds.value = new Set([...selectedIds.value, ...ids])
}

export function clearSelected(): void {
  if (selectedIds.value.size > 0) selectedIds.value = new Set()
}
