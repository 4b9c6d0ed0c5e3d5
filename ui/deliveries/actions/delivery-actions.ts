/** What can be done to deliveries besides replaying them: pin, delete (and undo it), export. */
import { signal } from '@preact/signals'
import type { ExportFormat } from '../../../core/api/export-formats.ts'
import { editedAtOnce } from '../../../core/deliveries/bulk-edit.ts'
import { orToast } from '../../app/or-toast.ts'
import { closeDelivery, openId } from '../../app/route.ts'
import { saveFile } from '../../app/save-file.ts'
import { api, call, zone } from '../../client/api.ts'
import { countText, deliveriesText } from '../../kit/count.ts'
import { showToast } from '../../kit/toasts.ts'
import { clearSelected } from '../list/selection.ts'
import { startEdit } from './bulk-edits.ts'

/** The same for a count that may have stopped early. */
export function countedText({ count, capped }: { readonly count: number; readonly capped: boolean }): string {
  return capped ? `${countText(count)} or more deliveries` : deliveriesText(count)
}

/** Pins or unpins; a pinned delivery is never dropped. */
export async function pinDeliveries(ids: readonly number[], pinned: boolean): Promise<void> {
  if (ids.length > editedAtOnce) return startEdit(pinned ? 'pin' : 'unpin', { ids })
  await orToast(async () => {
    await call(api.deliveries.pin.$post({ json: { ids, pinned } }))
    showToast(`${pinned ? 'Pinned' : 'Unpinned'} ${deliveriesText(ids.length)}.`)
  })
}

/** Deletes, and offers to undo it. */
export const removeDeliveries = (ids: readonly number[]): Promise<void> =>
  ids.length > editedAtOnce ? removeMany({ ids }) : remove({ ids })

/** Deletes all that a search finds, and offers to undo it. @param count how many it finds, as far as that is known */
export const removeMatching = (q: string, count: number): Promise<void> =>
  count > editedAtOnce ? removeMany({ q }) : remove({ q, zone })

async function removeMany(which: Parameters<typeof startEdit>[1]): Promise<void> {
  await startEdit('remove', which)
  clearSelected()
}

async function remove(json: { ids: readonly number[] } | { q: string; zone: string }): Promise<void> {
  await orToast(async () => {
    const removed = await call(api.deliveries.remove.$post({ json }))
    const open = openId.peek()
    if (open !== null && removed.ids.includes(open)) closeDelivery()
    clearSelected()
    showToast(`Deleted ${deliveriesText(removed.ids.length)}.`, {
      action: { label: 'Undo', run: () => void restoreDeliveries(removed.ids) },
    })
  })
}

async function restoreDeliveries(ids: readonly number[]): Promise<void> {
  await orToast(async () => {
    await call(api.deliveries.restore.$post({ json: { ids } }))
    showToast(`Restored ${deliveriesText(ids.length)}.`, { tone: 'ok' })
  })
}

/** What fits into a URL that every server takes. */
const longestIds = 7_000

/** Saves deliveries as a file; secrets and card data are masked in it, unless it is a capture. */
export function saveDeliveries(ids: readonly number[], format: ExportFormat, anonymize = false): void {
  const joined = ids.join(',')
  if (joined.length > longestIds) {
    showToast('These are too many to export one by one. Search for them, then export all that match.', {
      tone: 'bad',
    })
    return
  }
  void saveExport({ ids: joined, format, ...howTo(anonymize) })
}

/** Saves a delivery as a page, with all that happened to its object. */
export async function saveRelated(id: number): Promise<void> {
  await orToast(async () => {
    const { deliveries } = await call(api.deliveries[':id'].journey.$get({ param: { id: `${id}` } }))
    saveDeliveries([...new Set([...deliveries.map(one => one.id), id])], 'html')
  })
}

/** Saves all that a search finds as a file, masked likewise. */
export const exportMatching = (q: string, format: ExportFormat, anonymize: boolean): void =>
  void saveExport({ q, format, ...howTo(anonymize) })

const howTo = (anonymize: boolean) => ({ zone, ...(anonymize && { anonymize: '1' }) })

const saveExport = (query: {
  readonly format: string
  readonly zone: string
  readonly anonymize?: string
  readonly ids?: string
  readonly q?: string
}) => saveFile(`/api/deliveries/export?${new URLSearchParams(query)}`, `hookscope-deliveries.${query.format}`)

/** Whether the window that asks for a delivery to compare with is open. */
export const choosingOther = signal(false)
