/** Reads back what was moved, and compares it with the file: counts, and digests of every column. */
import type { Sealer } from '../hook-secrets.ts'
import type { Sql } from '../postgres/connection.ts'
import { openDigest } from './digest.ts'
import type { Source } from './source.ts'
import {
  arrivalTable,
  attemptContentTable,
  attemptTable,
  deliveryTable,
  hookTable,
  type MovedRow,
  noteTables,
  simulationTables,
  smallTables,
  type Table,
  verdictTable,
} from './tables.ts'
import { openedHook, readRows } from './target.ts'

export interface Comparing {
  /** The newest delivery that was moved. */
  readonly upTo: number
  /** Compares what nobody changes alone: the server has been in use since. */
  readonly logAlone: boolean
  readonly sealer: Sealer
  readonly signal: AbortSignal
  /** So many more deliveries are compared. */
  compared(count: number): void
}

export interface ComparedLogs {
  /** Rows of each table at the server. */
  readonly counts: ReadonlyMap<Table, number>
  /** Those that differ from the file. */
  readonly different: readonly Table[]
}

/** Rows that are read at a time. */
const pageRows = 500

export async function compareLogs(source: Source, sql: Sql, comparing: Comparing): Promise<ComparedLogs> {
  const { upTo, logAlone, sealer, signal, compared } = comparing
  const counts = new Map<Table, number>()
  const different: Table[] = []

  async function compare(table: Table, here: Iterable<readonly MovedRow[]>, most: number | null): Promise<void> {
    const [theirs, ours] = [openDigest(table), openDigest(table)]
    const inClear = (rows: readonly MovedRow[]) =>
      table === hookTable ? rows.map(row => openedHook(row, sealer)) : rows
    for (const rows of here) {
      signal.throwIfAborted()
      ours.add(inClear(rows))
      if (table === arrivalTable) compared(rows.length)
    }
    await readRows(sql, table, most, rows => {
      signal.throwIfAborted()
      theirs.add(inClear(rows))
    })
    counts.set(table, theirs.count)
    if (theirs.count !== ours.count || theirs.hex() !== ours.hex()) different.push(table)
  }

  await compare(arrivalTable, pagesOf(source, arrivalTable, upTo), upTo)
  if (logAlone) return { counts, different }
  await compare(deliveryTable, pagesOf(source, deliveryTable, upTo), upTo)
  for (const table of [attemptTable, attemptContentTable, verdictTable]) {
    const most = source.largest(table === attemptContentTable ? attemptTable : table)
    await compare(table, pagesOf(source, table, most), most)
  }
  for (const table of [hookTable, ...smallTables, ...noteTables]) await compare(table, [source.rows(table)], null)
  for (const table of simulationTables) {
    const most = source.largest(table)
    await compare(table, pagesOf(source, table, most), most)
  }
  return { counts, different }
}

function* pagesOf(source: Source, table: Table, upTo: number): Generator<readonly MovedRow[]> {
  for (let after = 0; ; ) {
    const page = source.page(table, after, pageRows)
    const rows = page.filter(({ id }) => typeof id === 'number' && id <= upTo)
    yield rows
    const last = rows.at(-1)?.['id']
    if (rows.length < pageRows || typeof last !== 'number') return
    after = last
  }
}
