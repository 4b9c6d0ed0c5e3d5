/** Edits of many deliveries: they run on the server; here they are begun, followed, cancelled and undone. */
import { signal } from '@preact/signals'
import type { BulkEdit, BulkEditKind } from '../../../core/deliveries/bulk-edit.ts'
import { orToast } from '../../app/or-toast.ts'
import { api, call, zone } from '../../client/api.ts'

/** The edits that were begun here: their ends are shown, however soon they come. */
export const ownEdits = signal<ReadonlySet<string>>(new Set())

async function follow(begin: () => Promise<{ edit: BulkEdit }>): Promise<void> {
  await orToast(async () => {
    const { edit } = await begin()
    ownEdits.value = new Set([...ownEdits.peek(), edit.id])
  })
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
  await orToast(() => call(api.edits[':id'].$delete({ param: { id } })))
}
