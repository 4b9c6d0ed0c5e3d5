/** Edits of many deliveries that are not done, over the end of the process. */
import type { BulkEditKind } from '../../core/deliveries/bulk-edit.ts'
import { type IdRange, idsIn, rangesOf } from '../../core/text/id-ranges.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { notesInTurn, readUnfinished } from '../store/unfinished.ts'

interface EditRecord {
  readonly kind: BulkEditKind
  readonly ids: readonly IdRange[]
}

export interface EditMemory {
  /** @param ids in any order */
  began(id: string, kind: BulkEditKind, ids: readonly number[]): Promise<void>
  /** All of it is done, it failed, or a person has cancelled it. */
  ended(id: string): Promise<void>
  /** Those that earlier runs did not come to the end of, by their ids; the deliveries ascending. */
  left(): Promise<{ readonly id: string; readonly kind: BulkEditKind; readonly ids: readonly number[] }[]>
}

export function openEditMemory(store: Pick<Store, 'unfinished'>): EditMemory {
  const noteInTurn = notesInTurn(store, 'edit')
  // An edit that is not noted ends with the process; that alone is no reason not to begin it.
  const note = (id: string, record: EditRecord | null) =>
    whereStoreCan(() => noteInTurn(() => new Map([[id, record && JSON.stringify(record)]])))

  return {
    began: (id, kind, ids) => note(id, { kind, ids: rangesOf([...ids].sort((one, other) => one - other)) }),
    ended: id => note(id, null),
    left: async () =>
      [...(await readUnfinished(store, 'edit'))].map(([id, text]) => {
        const { kind, ids } = JSON.parse(text) as EditRecord
        return { id, kind, ids: idsIn(ids) }
      }),
  }
}
