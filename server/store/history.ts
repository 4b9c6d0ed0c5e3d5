/** What became of hooks and of verdicts, and a hook's deliveries as they are judged again: read behind everything else. */
import type { Verdict } from '../../core/delivery.ts'
import type { HookHistoryEntry } from '../../core/hook.ts'
import type { Reader } from './reader.ts'
import { isoTime, readHeaders, readVerdict } from './rows.ts'
import type { Store } from './store.ts'

/** Most deliveries, and about how many bytes of them, in one page. */
const pageRows = 200
const pageBytes = 4 * 1024 * 1024

const ofHook = `SELECT d.id, d.verdict_detail AS verdict, d.kept FROM delivery d
  WHERE d.hook = ? AND d.id > ? AND d.id <= ? AND d.removed_at IS NULL ORDER BY d.id LIMIT ${pageRows}`
const contents = 'SELECT id, headers, body FROM arrival WHERE id IN (SELECT value FROM json_each(?))'

/** @param reader the thread that scans: a page may lie behind many deliveries of other hooks */
export function createHistory(reader: Reader): Pick<Store, 'verdictHistory' | 'hookHistory' | 'deliveriesOfHook'> {
  return {
    async verdictHistory(delivery) {
      const rows = await reader.all<{ at: number; before: string; after: string; reason: string }>(
        'SELECT at, before, after, reason FROM verdict_history WHERE delivery = ? ORDER BY id',
        [delivery],
      )
      return rows.map(({ at, before, after, reason }) => ({
        at: isoTime(at),
        before: readVerdict(before),
        after: readVerdict(after),
        reason,
      }))
    },
    async hookHistory(hook) {
      const rows = await reader.all<{ at: number; entry: string }>(
        'SELECT at, entry FROM hook_history WHERE hook = ? ORDER BY id',
        [hook],
      )
      return rows.map(({ at, entry: text }) => {
        const entry: HookHistoryEntry['entry'] = JSON.parse(text)
        return { at: isoTime(at), entry }
      })
    },
    async deliveriesOfHook(hook, after, upTo) {
      const rows = await reader.all<{ id: number; verdict: string; kept: number }>(ofHook, [hook, after, upTo])
      const verdicts = new Map<number, Verdict>()
      let bytes = 0
      for (const { id, verdict, kept } of rows) {
        bytes += kept
        if (verdicts.size > 0 && bytes > pageBytes) break
        verdicts.set(id, readVerdict(verdict))
      }
      const ids = JSON.stringify([...verdicts.keys()])
      const came = await reader.all<{ id: number; headers: string; body: Uint8Array }>(contents, [ids])
      const contentById = new Map(came.map(row => [row.id, row]))
      const deliveries = [...verdicts].flatMap(([id, verdict]) => {
        const content = contentById.get(id)
        return content ? [{ id, verdict, headers: readHeaders(content.headers), body: content.body }] : []
      })
      return { deliveries, next: [...verdicts.keys()].at(-1) ?? null }
    },
  }
}
