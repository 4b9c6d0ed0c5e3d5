/** Hooks as they are kept, and what became of them. */
import type { HookHistoryEntry } from '../../../core/hooks/hook.ts'
import { type KeptHookRow, readMockResponse, toHook } from '../hook-rows.ts'
import { keptSecrets, type Sealer, sealedAnew } from '../hook-secrets.ts'
import type { HookStore, StoredHook } from '../hooks.ts'
import { isoTime } from '../rows.ts'
import type { Following } from './changes.ts'
import type { Sql } from './connection.ts'
import { storable, storableOrNull } from './storable.ts'
import type { Writer } from './writer.ts'

export interface HooksOptions {
  readonly sql: Sql
  readonly writer: Writer
  readonly following: Following
  /** null: keys and passwords are kept in clear. */
  readonly sealer: Sealer | null
  now(): number
}

const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value))

export function createHooks({ sql, writer, following, sealer, now }: HooksOptions): HookStore {
  const rowOf = ({ id, label, path, savedSecrets, customUrl, events, rehearsal, forward, createdAt }: StoredHook) => ({
    ...{ id: storable(id), label: storable(label), path: storable(path), custom_url: storableOrNull(customUrl) },
    saved_secrets: keptSecrets(savedSecrets, id, sealer),
    ...{ events: jsonOrNull(events), rehearsal: jsonOrNull(rehearsal), created_at: Math.round(createdAt) },
    forward: forward.length === 0 ? null : JSON.stringify(forward),
  })
  return {
    async list() {
      const rows = await sql<KeptHookRow[]>`SELECT * FROM hook WHERE removed_at IS NULL ORDER BY created_at, id`
      return rows.map(row => toHook(row, sealer))
    },
    async removed() {
      const rows = await sql<KeptHookRow[]>`SELECT * FROM hook WHERE removed_at IS NOT NULL ORDER BY created_at, id`
      return rows.map(row => toHook(row, sealer))
    },
    save: hook =>
      writer.write(async (tx, changed) => {
        await tx`
          INSERT INTO hook ${tx(rowOf(hook))} ON CONFLICT (id) DO UPDATE SET
            (label, path, saved_secrets, custom_url, events, rehearsal, forward, created_at) =
            (excluded.label, excluded.path, excluded.saved_secrets, excluded.custom_url, excluded.events, excluded.rehearsal,
             excluded.forward, excluded.created_at)`
        changed('hook', 0)
      }),
    add: hook =>
      writer.write(async (tx, changed) => {
        const [row] = await tx`INSERT INTO hook ${tx(rowOf(hook))} ON CONFLICT (id) DO NOTHING RETURNING id`
        if (row) changed('hook', 0)
        return row !== undefined
      }),
    async sealAnew() {
      if (sealer === null) return 0
      const count = await writer.write(async (tx, changed) => {
        const rows = await tx<Pick<KeptHookRow, 'id' | 'saved_secrets'>[]>`
          SELECT id, saved_secrets FROM hook ORDER BY id FOR UPDATE`
        const anew = rows.flatMap(({ id, saved_secrets: kept }) => {
          const sealed = sealedAnew(kept, id, sealer)
          return sealed === null ? [] : [{ id, sealed }]
        })
        for (const { id, sealed } of anew) await tx`UPDATE hook SET saved_secrets = ${sealed} WHERE id = ${id}`
        if (anew.length > 0) changed('hook', 0)
        return anew.length
      })
      // The table is written anew: its file of before, with what was in clear, is gone.
      if (count > 0) await sql`VACUUM FULL hook`
      return count
    },
    countMockResponse: (hook, count) =>
      writer.write(async (tx, changed) => {
        const [row] = await tx<Pick<KeptHookRow, 'rehearsal'>[]>`
          SELECT rehearsal FROM hook WHERE id = ${hook} AND removed_at IS NULL FOR UPDATE`
        const now = readMockResponse(row?.rehearsal ?? null)
        const { after, counted } = count(now)
        if (after !== now) {
          await tx`UPDATE hook SET rehearsal = ${jsonOrNull(after)} WHERE id = ${hook}`
          changed('hook', 0)
        }
        return counted
      }),
    remove: id =>
      writer.write(async (tx, changed) => {
        const [row] = await tx`
          UPDATE hook SET removed_at = ${now()} WHERE id = ${id} AND removed_at IS NULL RETURNING id`
        if (row) changed('hook', 0)
        return row !== undefined
      }),
    restore: id =>
      writer.write(async (tx, changed) => {
        const [row] = await tx`
          UPDATE hook SET removed_at = NULL WHERE id = ${id} AND removed_at IS NOT NULL RETURNING id`
        if (row) changed('hook', 0)
        return row !== undefined
      }),
    addHistory: async (hook, entry) => {
      const at = now()
      await writer.write(
        tx => tx`INSERT INTO hook_history (hook, at, entry) VALUES (${hook}, ${at}, ${JSON.stringify(entry)})`,
      )
    },
    async history(hook) {
      const rows = await sql<{ at: number; entry: string }[]>`
        SELECT at, entry FROM hook_history WHERE hook = ${hook} ORDER BY id`
      return rows.map(({ at, entry: text }) => {
        const entry: HookHistoryEntry['entry'] = JSON.parse(text)
        return { at: isoTime(at), entry }
      })
    },
    onChanged: listener => following.onOthers('hook', listener),
  }
}
