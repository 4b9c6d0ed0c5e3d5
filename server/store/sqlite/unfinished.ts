/** What hookscope is in the middle of: noted in few words, the rest is told by the log and the attempts. */
import type { Note, Verdict } from '../../../core/deliveries/delivery.ts'
import type { UnfinishedStore, UnsentRow } from '../unfinished.ts'
import type { Reader } from './read/reader.ts'
import type { Writer } from './writer.ts'

const unsent = `SELECT d.id, d.hook, d.event_type AS eventType, d.received_at AS receivedAt, d.notes, a.verdict, length(a.body) = a.bytes AS isWhole
  FROM delivery d JOIN arrival a ON a.id = d.id
  WHERE d.id IN (SELECT value FROM json_each(?) UNION SELECT id FROM delivery WHERE id > ? AND id <= ?)
    AND d.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM attempt t WHERE t.delivery = d.id AND t.target = ? AND t.laptop IS NULL AND t.id > ?
      AND t.changes = '[]')
  ORDER BY d.id`

/** The newest, should there be more than can be offered at once. */
const missed = `SELECT DISTINCT f.delivery AS id FROM attempt f JOIN delivery d ON d.id = f.delivery
  WHERE f.id > ? AND f.id <= ? AND f.target = ? AND f.laptop IS NULL AND f.source = 'forward'
    AND d.removed_at IS NULL
    AND (f.status IN (SELECT value FROM json_each(?)) OR f.error ->> 'code' IN (SELECT value FROM json_each(?))
      OR f.id IN (SELECT value FROM json_each(?)))
    AND NOT EXISTS (SELECT 1 FROM attempt t WHERE t.delivery = f.delivery AND t.target = f.target AND t.laptop IS NULL AND t.id > f.id
      AND t.changes = '[]' AND t.outcome = 'answered' AND t.status BETWEEN 200 AND 299)
  ORDER BY f.delivery DESC LIMIT 100000`

export function createUnfinished(writer: Writer, reader: Reader): UnfinishedStore {
  const { db } = writer
  const all = db.prepare<[string], { name: string; value: string }>('SELECT name, value FROM unfinished WHERE kind = ?')
  const save = db.prepare('INSERT OR REPLACE INTO unfinished (kind, name, value) VALUES (?, ?, ?)')
  const drop = db.prepare('DELETE FROM unfinished WHERE kind = ? AND name = ?')
  const newestAttempt = db.prepare<[], number | null>('SELECT max(id) FROM attempt').pluck()
  return {
    // The file is one process's alone.
    onLeft: () => () => {},
    of: async kind => new Map(all.all(kind).map(({ name, value }) => [name, value])),
    async note(kind, changes) {
      if (changes.size === 0) return
      writer.write(() => {
        for (const [name, value] of changes) value === null ? drop.run(kind, name) : save.run(kind, name, value)
      })
    },
    async unsent({ target, ids, after, upTo, sinceAttempt }) {
      const values = [JSON.stringify(ids), after, upTo, target, sinceAttempt]
      const rows = await reader.all<
        Omit<UnsentRow, 'notes' | 'verdict' | 'isWhole'> & { notes: string; verdict: string; isWhole: number }
      >(unsent, values)
      return rows.map(row => {
        const notes: Note[] = JSON.parse(row.notes)
        const verdict: Verdict = JSON.parse(row.verdict)
        return { ...row, notes, verdict: verdict.kind, isWhole: row.isWhole === 1 }
      })
    },
    async missed({ target, sinceAttempt, upToAttempt, statuses, codes, attempts }) {
      const ended = [statuses, codes, attempts].map(values => JSON.stringify(values))
      const values = [sinceAttempt, upToAttempt, target, ...ended]
      const rows = await reader.all<{ id: number }>(missed, values)
      return rows.map(({ id }) => id).reverse()
    },
    newestAttempt: async () => newestAttempt.get() ?? 0,
  }
}
