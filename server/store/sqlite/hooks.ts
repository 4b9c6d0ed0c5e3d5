/** Hooks as they are kept, and what became of them. */
import type { HookHistoryEntry } from '../../../core/hooks/hook.ts'
import { type KeptHookRow, readMockResponse, toHook } from '../hook-rows.ts'
import { keptSecrets, type Sealer, sealedAnew } from '../hook-secrets.ts'
import type { HookStore, StoredHook } from '../hooks.ts'
import { isoTime } from '../rows.ts'
import type { Reader } from './read/reader.ts'
import type { Writer } from './writer.ts'

const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value))

export interface HookStoreOptions {
  readonly writer: Writer
  /** The thread that scans: a history may be long. */
  readonly reader: Reader
  readonly now: () => number
  /** Seals keys and passwords; null: they are kept in clear. */
  readonly sealer: Sealer | null
  /** Begins the write-ahead log anew: until then it holds what was overwritten. */
  emptyLog(): Promise<void>
}

export function createHooks({ writer, reader, now, sealer, emptyLog }: HookStoreOptions): HookStore {
  const { db } = writer
  const those = (which: string) =>
    db.prepare<[], KeptHookRow>(`SELECT * FROM hook WHERE removed_at IS ${which} ORDER BY created_at, id`)
  const present = those('NULL')
  const removed = those('NOT NULL')
  const insert = `INSERT INTO hook (id, label, path, saved_secrets, custom_url, events, rehearsal, forward, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
  const add = db.prepare(`${insert} ON CONFLICT (id) DO NOTHING`)
  const save = db.prepare(`${insert}
    ON CONFLICT (id) DO UPDATE SET (label, path, saved_secrets, custom_url, events, rehearsal, forward, created_at) =
      (excluded.label, excluded.path, excluded.saved_secrets, excluded.custom_url, excluded.events, excluded.rehearsal,
       excluded.forward, excluded.created_at)`)
  const rehearsalOf = db
    .prepare<[string], string | null>('SELECT rehearsal FROM hook WHERE id = ? AND removed_at IS NULL')
    .pluck()
  const rehearse = db.prepare('UPDATE hook SET rehearsal = ? WHERE id = ?')
  const takeAway = db.prepare('UPDATE hook SET removed_at = ? WHERE id = ? AND removed_at IS NULL')
  const bringBack = db.prepare('UPDATE hook SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL')
  const secretRows = db.prepare<[], Pick<KeptHookRow, 'id' | 'saved_secrets'>>('SELECT id, saved_secrets FROM hook')
  const setSecrets = db.prepare('UPDATE hook SET saved_secrets = ? WHERE id = ?')
  const addHistory = db.prepare('INSERT INTO hook_history (hook, at, entry) VALUES (?, ?, ?)')

  /** @returns whether a row was written */
  function keep(how: typeof save, hook: StoredHook): boolean {
    const { id, label, path, savedSecrets, customUrl, events, rehearsal, forward, createdAt } = hook
    const own = forward.length === 0 ? null : JSON.stringify(forward)
    const rest = [customUrl, jsonOrNull(events), jsonOrNull(rehearsal), own, createdAt]
    return writer.writeDurably(
      () => how.run(id, label, path, keptSecrets(savedSecrets, id, sealer), ...rest).changes > 0,
    )
  }

  return {
    list: async () => present.all().map(row => toHook(row, sealer)),
    removed: async () => removed.all().map(row => toHook(row, sealer)),
    add: async hook => keep(add, hook),
    async save(hook) {
      keep(save, hook)
    },
    async sealAnew() {
      if (sealer === null) return 0
      const anew = secretRows.all().flatMap(({ id, saved_secrets }) => {
        const kept = sealedAnew(saved_secrets, id, sealer)
        return kept === null ? [] : [{ id, kept }]
      })
      if (anew.length === 0) return 0
      // Zeros in place of what was in clear, also in pages that get free by it.
      db.pragma('secure_delete = ON')
      try {
        writer.writeDurably(() => {
          for (const { id, kept } of anew) setSecrets.run(kept, id)
        })
      } finally {
        db.pragma('secure_delete = FAST')
      }
      await emptyLog()
      return anew.length
    },
    async countMockResponse(hook, count) {
      const now = readMockResponse(rehearsalOf.get(hook) ?? null)
      const { after, counted } = count(now)
      if (after !== now) writer.write(() => rehearse.run(jsonOrNull(after), hook))
      return counted
    },
    remove: async id => writer.writeDurably(() => takeAway.run(now(), id).changes > 0),
    restore: async id => writer.writeDurably(() => bringBack.run(id).changes > 0),
    async addHistory(hook, entry) {
      writer.write(() => addHistory.run(hook, now(), JSON.stringify(entry)))
    },
    // One process owns the file.
    onChanged: () => () => {},
    async history(hook) {
      const rows = await reader.all<{ at: number; entry: string }>(
        'SELECT at, entry FROM hook_history WHERE hook = ? ORDER BY id',
        [hook],
      )
      return rows.map(({ at, entry: text }) => {
        const entry: HookHistoryEntry['entry'] = JSON.parse(text)
        return { at: isoTime(at), entry }
      })
    },
  }
}
