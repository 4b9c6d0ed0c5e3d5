/** Edits of many deliveries: they run on the server; here they are begun, followed, cancelled and undone. */
import { signal } from '@preact/signals'
import type { BulkEdit, BulkEditKind } from '../../../core/deliveries/bulk-edit.ts'
import { api, call, failureText, zone } from '../../client/api.ts'
import { showToast } from '../../kit/toasts.ts'

/** The edits that were begun here: their ends are shown, however soon they come. */
export const ownEdits = signal<ReadonlySet<string>>(new Set())

async function follow(begin: () => Promise<{ edit: BulkEdit }>): Promise<void> {
  try {
    const { edit } = await begin()
    ownEdits.value = new Set([...ownEdits.peek(), edit.id])
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
  }
}

/** Begins an edit of deliveries by their ids, or of all that a search finds. */
export const startEdit = (
  kind: BulkEditKind,
  which: { readonly ids: readonly number[] } | { readonly q: string },
): Promise<void> =>
  follow(() => call(api.edits.$post({ json: 'q' in which ? { kind, q: which.q, zone } : { kind, ids: which.ids } })))

/** Undoes what an edit that has ended changed; that is an edit, too. */
export const undoEdit = (id: string): Promise<void> =>
  follow(() => call(api.edits[':id'].undo.$post({ param: { id }, json: {} })))

/** Stops an edit; what is changed by then stays changed. */
export async function cancelEdit(id: string): Promise<void> {
  try {
    await call(api.edits[':id'].$delete({ param: { id } }))
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
  }
}
