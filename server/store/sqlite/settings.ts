/** Small settings that last. */
import type { SettingStore } from '../store.ts'
import type { Writer } from './writer.ts'

export function createSettings(writer: Writer): SettingStore {
  const { db } = writer
  const read = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck()
  const save = db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)')
  const drop = db.prepare('DELETE FROM setting WHERE name = ?')
  return {
    get: async name => read.get(name) ?? null,
    async set(name, value) {
      writer.writeDurably(() => (value === null ? drop.run(name) : save.run(name, value)))
    },
    // One process owns the file.
    onChanged: () => () => {},
  }
}
