/** Writes rows of a file into the tables of a server, and reads them back. */
import { keptSecrets, type Sealer, secretsOf } from '../hook-secrets.ts'
import type { Queries, Sql } from '../postgres/connection.ts'
import { joined } from '../postgres/connection.ts'
import { columnsOf, type MovedRow, type Table, type Value } from './tables.ts'

/** Rows as parameters of a statement, which has them as a table `given`. */
function givenRows(table: Table, rows: readonly MovedRow[]) {
  const params: unknown[] = []
  const given: string[] = []
  const sources: string[] = []
  const values: string[] = []
  const param = (value: unknown, type: string) => `$${params.push(value)}::${type}`
  for (const [name, type] of Object.entries(table.columns)) {
    const all = rows.map(row => row[name] ?? null)
    if (type === 'bytea') {
      // Bodies are one parameter, which is cut on the server.
      const bytes = joined(all.map(value => (value instanceof Uint8Array ? value : new Uint8Array())))
      const lengths = bytes.lengths.map((length, index) => (all[index] === null ? null : length))
      sources.push(param(bytes.at, 'integer[]'), param(lengths, 'integer[]'))
      given.push(`${name}_at`, `${name}_length`)
      values.push(`substring(${param(bytes.all, 'bytea')} FROM ${name}_at FOR ${name}_length) AS ${name}`)
    } else {
      sources.push(param(all, `${type}[]`))
      given.push(name)
      values.push(name)
    }
  }
  return { params, values, from: `unnest(${sources.join(', ')}) AS given (${given.join(', ')})` }
}

/** Rows of a table, all in one statement. */
export async function insertRows(tx: Queries, table: Table, rows: readonly MovedRow[]): Promise<void> {
  if (rows.length === 0) return
  const { params, values, from } = givenRows(table, rows)
  const extra = Object.entries(table.extra ?? {})
  const names = [...columnsOf(table), ...extra.map(([name]) => name)]
  await tx.unsafe(
    `INSERT INTO ${table.name} (${names.join(', ')}) ${table.isIdentity ? 'OVERRIDING SYSTEM VALUE' : ''}
     SELECT ${[...values, ...extra.map(([, value]) => value)].join(', ')} FROM ${from}`,
    params as never[],
  )
}

/** Rows that are there, as they are now. */
export async function updateRows(tx: Queries, table: Table, rows: readonly MovedRow[]): Promise<void> {
  if (rows.length === 0) return
  const { params, values, from } = givenRows(table, rows)
  const names = columnsOf(table).filter(name => name !== 'id')
  const of = (alias: string) => `(${names.map(name => `${alias}.${name}`).join(', ')})`
  await tx.unsafe(
    `UPDATE ${table.name} t SET ${names.map(name => `${name} = n.${name}`).join(', ')}
     FROM (SELECT ${values.join(', ')} FROM ${from}) n WHERE t.id = n.id AND ${of('t')} IS DISTINCT FROM ${of('n')}`,
    params as never[],
  )
}

/** Of a read back: so many rows at a time. */
const pageRows = 500

/** Hands over all rows of a table in their order, of those with ids the ones up to one, some at a time. */
export async function readRows(
  sql: Sql,
  table: Table,
  upTo: number | null,
  take: (rows: readonly MovedRow[]) => void,
): Promise<void> {
  const names = columnsOf(table).join(', ')
  if (upTo === null) {
    take(
      (await sql.unsafe(
        `SELECT ${names} FROM ${table.name} WHERE ${table.only ?? 'true'} ORDER BY ${table.order}`,
      )) as unknown as MovedRow[],
    )
    return
  }
  for (let after = 0; ; ) {
    const rows = (await sql.unsafe(
      `SELECT ${names} FROM ${table.name} WHERE id > $1::bigint AND id <= $2::bigint AND ${table.only ?? 'true'} ORDER BY id LIMIT ${pageRows}`,
      [after, upTo],
    )) as unknown as MovedRow[]
    take(rows)
    const last = rows.at(-1)?.['id']
    if (rows.length < pageRows || typeof last !== 'number') return
    after = last
  }
}

/** New ids are given behind those that were moved. */
export async function giveIdsBehind(tx: Queries, table: Table, largest: number): Promise<void> {
  if (largest < 1) return
  const sequence =
    table.name === 'arrival'
      ? `'arrival_id'::regclass`
      : `pg_get_serial_sequence('hookscope.${table.name}', 'id')::regclass`
  await tx.unsafe(
    `SELECT setval(s.name, $1::bigint) FROM (SELECT ${sequence} AS name) s
     WHERE coalesce(pg_sequence_last_value(s.name), 0) < $1::bigint`,
    [largest],
  )
}

const idText = (value: Value | undefined) => (typeof value === 'string' ? value : '')

/** A hook's row with its secrets as they are kept there. */
export const sealedHook = (row: MovedRow, sealer: Sealer): MovedRow => {
  const id = idText(row['id'])
  return { ...row, saved_secrets: keptSecrets(secretsOf(idText(row['saved_secrets']), id, sealer), id, sealer) }
}

/** The same with its secrets in clear, to be compared. */
export const openedHook = (row: MovedRow, sealer: Sealer): MovedRow => {
  const id = idText(row['id'])
  return { ...row, saved_secrets: JSON.stringify(secretsOf(idText(row['saved_secrets']), id, sealer)) }
}
