/** Which tables of a damaged database do not read, by reading all of it on a thread of its own. */
import { StoreUnavailable } from '../../problem.ts'
import type { Reader } from '../read/reader.ts'
import { beforeTable } from './derived.ts'

const tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rootpage`

/** @returns names of tables of which a page does not read, or does not fit; their indexes count as well */
export async function damagedTables(reader: Pick<Reader, 'all'>): Promise<string[]> {
  const damaged: string[] = []
  for (const { name } of await reader.all<{ name: string }>(tables, [])) {
    if (name === beforeTable) continue
    try {
      const found = await reader.all<{ quick_check: string }>(`PRAGMA quick_check("${name}")`, [])
      if (found.some(({ quick_check }) => quick_check !== 'ok')) damaged.push(name)
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || error.code !== 'damaged') throw error
      damaged.push(name)
    }
  }
  return damaged
}
