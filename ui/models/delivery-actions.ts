/** What can be done to deliveries besides replaying them: pin, delete (and undo it), export. */
import { signal } from '@preact/signals'
import { api, call, explain, zone } from '../api.ts'
import { closeDelivery, openId } from './route.ts'
import { clearSelected } from './selection.ts'
import { countText } from './time.ts'
import { showToast } from './toasts.ts'

/** “1 delivery”, “1,200 deliveries”. */
export function deliveriesText(count: number): string {
  return count === 1 ? '1 delivery' : `${countText(count)} deliveries`
}

/** The same for a count that may have stopped early. */
export function countedText({ count, capped }: { readonly count: number; readonly capped: boolean }): string {
  return capped ? `${countText(count)} or more deliveries` : deliveriesText(count)
}

/** Pins or unpins; a pinned delivery is never dropped. */
export async function pinDeliveries(ids: readonly number[], pinned: boolean): Promise<void> {
  try {
    await call(api.deliveries.pin.$post({ json: { ids: [...ids], pinned } }))
    showToast(`${pinned ? 'Pinned' : 'Unpinned'} ${deliveriesText(ids.length)}.`)
  } catch (error) {
    showToast(explain(error), { tone: 'bad' })
  }
}

/** Deletes, and offers to undo it. */
export const removeDeliveries = (ids: readonly number[]): Promise<void> => remove({ ids: [...ids] })

/** Deletes all that a search finds, and offers to undo it. */
export const removeMatching = (q: string): Promise<void> => remove({ q, zone })

async function remove(json: { ids: number[] } | { q: string; zone: string }): Promise<void> {
  try {
    const removed = await call(api.deliveries.remove.$post({ json }))
    const open = openId.peek()
    if (open !== null && removed.ids.includes(open)) closeDelivery()
    clearSelected()
    showToast(`Deleted ${deliveriesText(removed.ids.length)}.`, {
      action: { label: 'Undo', run: () => void restoreDeliveries(removed.ids) },
    })
  } catch (error) {
    showToast(explain(error), { tone: 'bad' })
  }
}

async function restoreDeliveries(ids: readonly number[]): Promise<void> {
  try {
    await call(api.deliveries.restore.$post({ json: { ids: [...ids] } }))
    showToast(`Brought back ${deliveriesText(ids.length)}.`, { tone: 'ok' })
  } catch (error) {
    showToast(explain(error), { tone: 'bad' })
  }
}

/** What fits into a URL that every server takes. */
const longestIds = 7_000

/** Saves deliveries as a file; secrets and card data are masked in it. */
export function exportDeliveries(ids: readonly number[], format: 'ndjson' | 'csv'): void {
  const joined = ids.join(',')
  if (joined.length > longestIds) {
    showToast('These are too many to export one by one. Search for them, and export all that match.', {
      tone: 'bad',
    })
    return
  }
  download({ ids: joined, format, zone })
}

/** Saves all that a search finds as a file, masked likewise. */
export const exportMatching = (q: string, format: 'ndjson' | 'csv'): void => download({ q, format, zone })

function download(query: {
  readonly format: string
  readonly zone: string
  readonly ids?: string
  readonly q?: string
}): void {
  const link = document.createElement('a')
  link.href = `/api/deliveries/export?${new URLSearchParams(query)}`
  // A named download is what the router leaves to the browser.
  link.download = `hookscope-deliveries.${query.format}`
  link.click()
}

/** Whether the window that asks for a delivery to compare with is open. */
export const choosingOther = signal(false)
