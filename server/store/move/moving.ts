/** Writes a file's deliveries to a server, a part after the other, each with what became of it and what is searched of it. */
import { openBodyReader } from '../../bodies/reader.ts'
import type { Sealer } from '../hook-secrets.ts'
import type { Sql } from '../postgres/connection.ts'
import { addSearched } from '../postgres/index/index-rows.ts'
import { createDescriber, type LoggedRow, type Waiting } from '../postgres/index/waiting.ts'
import type { Source } from './source.ts'
import {
  arrivalTable,
  attemptContentTable,
  attemptTable,
  deliveryTable,
  hookTable,
  noteTables,
  simulationTables,
  smallTables,
  type Table,
  verdictTable,
} from './tables.ts'
import { giveIdsBehind, insertRows, sealedHook, updateRows } from './target.ts'

export interface Stretch {
  /** The newest delivery that is there. */
  readonly after: number
  readonly upTo: number
  readonly signal: AbortSignal
  /** So many more are there. */
  moved(count: number): void
}

/** The server has the query of a path, and the origin, beside it. */
const shownTable: Table = { ...deliveryTable, columns: { ...deliveryTable.columns, query: 'text', origin: 'text' } }

function queryOf(path: string): string | null {
  const at = path.indexOf('?')
  return at < 0 ? null : path.slice(at + 1)
}

/** Each part is one transaction: it is there whole or not at all. */
export async function moveDeliveries(source: Source, sql: Sql, { after, upTo, signal, moved }: Stretch): Promise<void> {
  const bodies = openBodyReader()
  try {
    const describe = createDescriber(bodies)
    for (let part = source.part(after, upTo); part !== null; part = source.part(part.last, upTo)) {
      signal.throwIfAborted()
      const { arrivals, deliveries, attempts, contents, verdicts } = part
      const described: Waiting[] = []
      // The columns of a table are those of its row.
      for (const row of arrivals) described.push(await describe(row as unknown as LoggedRow))
      const logged = new Map(described.map(one => [one.logged.id, one.logged]))
      const shown = deliveries.map(row => {
        const { path = '', origin = null } = logged.get(Number(row['id'])) ?? {}
        return { ...row, query: queryOf(path), origin }
      })
      await sql.begin(async tx => {
        await insertRows(tx, arrivalTable, arrivals)
        await insertRows(tx, shownTable, shown)
        await addSearched(tx, described)
        await insertRows(tx, attemptTable, attempts)
        await insertRows(tx, attemptContentTable, contents)
        await insertRows(tx, verdictTable, verdicts)
      })
      moved(arrivals.length)
    }
  } finally {
    await bodies.close()
  }
}

/** What became meanwhile of deliveries that an earlier run has moved. */
export async function refreshDeliveries(source: Source, sql: Sql, upTo: number, signal: AbortSignal): Promise<void> {
  let after = 0
  for (let part = source.part(after, upTo); part !== null; part = source.part(after, upTo)) {
    signal.throwIfAborted()
    const { deliveries, attempts, contents, verdicts, last } = part
    const begin = after
    await sql.begin(async tx => {
      await updateRows(tx, deliveryTable, deliveries)
      await tx`DELETE FROM attempt_content WHERE id IN (SELECT id FROM attempt WHERE delivery > ${begin} AND delivery <= ${last})`
      await tx`DELETE FROM attempt WHERE delivery > ${begin} AND delivery <= ${last}`
      await tx`DELETE FROM verdict_history WHERE delivery > ${begin} AND delivery <= ${last}`
      await insertRows(tx, attemptTable, attempts)
      await insertRows(tx, attemptContentTable, contents)
      await insertRows(tx, verdictTable, verdicts)
    })
    after = last
  }
}

/** Rows that are written at a time. */
const pageRows = 500

/** Hooks with their history, samples, checks, simulations and notes: few rows, which take the place of what an earlier run moved of them. */
export async function moveRest(source: Source, sql: Sql, sealer: Sealer): Promise<void> {
  await sql.begin(async tx => {
    for (const table of [hookTable, ...smallTables]) {
      await tx.unsafe(`DELETE FROM ${table.name}`)
      const rows = source.rows(table)
      await insertRows(tx, table, table === hookTable ? rows.map(row => sealedHook(row, sealer)) : rows)
      if (table.isIdentity) await giveIdsBehind(tx, table, source.largest(table))
    }
    for (const table of noteTables) {
      await tx.unsafe(`DELETE FROM ${table.name} WHERE ${table.only}`)
      await insertRows(tx, table, source.rows(table))
    }
    for (const table of [...simulationTables].reverse())
      await tx.unsafe(`DELETE FROM ${table.name} WHERE ${table.only}`)
    for (const table of simulationTables) {
      for (let after = 0; ; ) {
        const rows = source.page(table, after, pageRows)
        await insertRows(tx, table, rows)
        const last = rows.at(-1)?.['id']
        if (rows.length < pageRows || typeof last !== 'number') break
        after = last
      }
      if (table.isIdentity) await giveIdsBehind(tx, table, source.largest(table))
    }
    // Who has the log open reads its hooks again.
    await tx`SELECT tell(0, ARRAY['hook']::text[], ARRAY[0]::bigint[], ARRAY[NULL]::text[])`
  })
}
