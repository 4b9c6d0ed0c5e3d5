/** Hooks as they are kept, and what became of them. */
import type { EventType } from '../../core/catalogue.ts'
import type { Store, StoredHook } from './store.ts'
import type { Writer } from './writer.ts'

interface HookRow {
  readonly id: string
  readonly label: string
  readonly path: string
  readonly saved_secrets: string
  readonly custom_url: string | null
  readonly events: string | null
  readonly rehearsal: string | null
  readonly created_at: number
}

function toHook(row: HookRow): StoredHook {
  const savedSecrets: StoredHook['savedSecrets'] = JSON.parse(row.saved_secrets)
  const events: EventType[] | null = row.events === null ? null : JSON.parse(row.events)
  const rehearsal: StoredHook['rehearsal'] = row.rehearsal === null ? null : JSON.parse(row.rehearsal)
  const { id, label, path, custom_url: customUrl, created_at: createdAt } = row
  return { id, label, path, savedSecrets, customUrl, events, rehearsal, createdAt }
}

const jsonOrNull = (value: unknown) => (value === null ? null : JSON.stringify(value))

type HookTable = Pick<
  Store,
  | 'hooks'
  | 'removedHooks'
  | 'saveHook'
  | 'setRehearsal'
  | 'removeHook'
  | 'restoreHook'
  | 'addHookHistory'
  | 'countOfHook'
>

export function createHookTable(writer: Writer, now: () => number): HookTable {
  const { db } = writer
  const those = (which: string) =>
    db.prepare<[], HookRow>(`SELECT * FROM hook WHERE removed_at IS ${which} ORDER BY created_at, id`)
  const present = those('NULL')
  const removed = those('NOT NULL')
  const save = db.prepare(`INSERT INTO hook (id, label, path, saved_secrets, custom_url, events, rehearsal, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET (label, path, saved_secrets, custom_url, events, rehearsal, created_at) =
      (excluded.label, excluded.path, excluded.saved_secrets, excluded.custom_url, excluded.events, excluded.rehearsal,
       excluded.created_at)`)
  const rehearse = db.prepare('UPDATE hook SET rehearsal = ? WHERE id = ?')
  const takeAway = db.prepare('UPDATE hook SET removed_at = ? WHERE id = ? AND removed_at IS NULL')
  const bringBack = db.prepare('UPDATE hook SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL')
  const addHistory = db.prepare('INSERT INTO hook_history (hook, at, entry) VALUES (?, ?, ?)')
  const count = db.prepare<[string], number>("SELECT n FROM counter WHERE facet = 'hook' AND name = ?").pluck()
  return {
    hooks: () => present.all().map(toHook),
    removedHooks: () => removed.all().map(toHook),
    saveHook({ id, label, path, savedSecrets, customUrl, events, rehearsal, createdAt }) {
      const rest = [customUrl, jsonOrNull(events), jsonOrNull(rehearsal), createdAt]
      writer.writeDurably(() => save.run(id, label, path, JSON.stringify(savedSecrets), ...rest))
    },
    setRehearsal(hook, rehearsal) {
      writer.write(() => rehearse.run(jsonOrNull(rehearsal), hook))
    },
    removeHook: id => writer.writeDurably(() => takeAway.run(now(), id).changes > 0),
    restoreHook: id => writer.writeDurably(() => bringBack.run(id).changes > 0),
    addHookHistory(hook, entry) {
      writer.write(() => addHistory.run(hook, now(), JSON.stringify(entry)))
    },
    countOfHook: hook => count.get(hook) ?? 0,
  }
}
