/** A hook's deliveries as they are judged again, a page at a time. */
import type { Verdict } from '../../../../core/deliveries/delivery.ts'
import type { DeliveryStore } from '../../deliveries.ts'
import { readHeaders, readVerdict } from '../../rows.ts'
import type { Reader } from './reader.ts'

/** Most deliveries, and about how many bytes of them, in one page. */
const pageRows = 200
const pageBytes = 4 * 1024 * 1024

const ofHook = `SELECT d.id, d.verdict_detail AS verdict, d.kept FROM delivery d
  WHERE d.hook = ? AND d.id > ? AND d.id <= ? AND d.removed_at IS NULL ORDER BY d.id LIMIT ${pageRows}`
const contents = 'SELECT id, headers, body FROM arrival WHERE id IN (SELECT value FROM json_each(?))'

/** @param reader the thread that scans: a page may lie behind many deliveries of other hooks */
export function createOfHook(reader: Reader): DeliveryStore['ofHook'] {
  return async (hook, after, upTo) => {
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
  }
}
