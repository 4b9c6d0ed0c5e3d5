/** What lasts beside deliveries: hooks, and small settings. */
import type { Store, StoredHook } from './store.ts'
import type { Writer } from './writer.ts'

interface HookRow {
  readonly id: string
  readonly label: string
  readonly path: string
  readonly saved_secrets: string
}

function toHook({ id, label, path, saved_secrets: saved }: HookRow): StoredHook {
  const savedSecrets: StoredHook['savedSecrets'] = JSON.parse(saved)
  return { id, label, path, savedSecrets }
}

export function createSettings(writer: Writer): Pick<Store, 'hooks' | 'saveHook' | 'setting' | 'setSetting'> {
  const { db } = writer
  const hooks = db.prepare<[], HookRow>('SELECT * FROM hook ORDER BY label, id')
  const saveHook = db.prepare('INSERT OR REPLACE INTO hook (id, label, path, saved_secrets) VALUES (?, ?, ?, ?)')
  const read = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck()
  const save = db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)')
  const drop = db.prepare('DELETE FROM setting WHERE name = ?')
  return {
    hooks: () => hooks.all().map(toHook),
    saveHook({ id, label, path, savedSecrets }) {
      writer.writeDurably(() => saveHook.run(id, label, path, JSON.stringify(savedSecrets)))
    },
    setting: name => read.get(name) ?? null,
    setSetting(name, value) {
      writer.writeDurably(() => (value === null ? drop.run(name) : save.run(name, value)))
    },
  }
}
