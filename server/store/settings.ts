/** Small settings that last. */
import type { Store } from './store.ts'
import type { Writer } from './writer.ts'

export function createSettings(writer: Writer): Pick<Store, 'setting' | 'setSetting'> {
  const { db } = writer
  const read = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck()
  const save = db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)')
  const drop = db.prepare('DELETE FROM setting WHERE name = ?')
  return {
    setting: name => read.get(name) ?? null,
    setSetting(name, value) {
      writer.writeDurably(() => (value === null ? drop.run(name) : save.run(name, value)))
    },
  }
}
