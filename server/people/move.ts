/** Moves the people of a file to a server, for `hookscope migrate`: accounts with second factors, sessions, laptops, invitations, audit. */
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { UserError } from '../lib/errors.ts'
import { openPeopleDatabase, type PeopleTables, type Tables } from './database.ts'
import { localRole } from './members.ts'
import { columnsOfKind } from './schema.ts'

/** In an order that what refers to a person comes behind them. */
const moved = [
  'people_user',
  'people_session',
  'people_account',
  'people_two_factor',
  'people_passkey',
  'people_invitation',
  'people_used_code',
  'people_audit',
] as const satisfies readonly (keyof Tables)[]

type Row = Readonly<Record<string, unknown>>

/** Rows of an INSERT: a statement has at most 65,535 parameters. */
const partRows = 500

export interface PeopleMove {
  /** The file; nobody who works on it has it open. */
  readonly from: string
  readonly to: string
}

/**
 * All in one transaction, in place of what an earlier run moved; it is read back and compared before that ends.
 * @returns how many people there are; 0 where nobody signs in
 * @throws UserError when the server has people of its own
 */
export async function movePeople({ from, to }: PeopleMove): Promise<number> {
  if (!hasPeople(from)) return 0
  const source = await openPeopleDatabase(from)
  try {
    const rows = await rowsOf(source.tables)
    const people = rows.get('people_user') ?? []
    if (people.length === 0) return 0
    const target = await openPeopleDatabase(to)
    try {
      await target.tables.transaction().execute(tables => put(tables, rows))
    } finally {
      await target.close()
    }
    return people.length
  } finally {
    await source.close()
  }
}

/** Looking makes no tables in a laptop's file. */
function hasPeople(path: string): boolean {
  const file = new Database(path, { readonly: true, fileMustExist: true })
  try {
    return file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'people_user'").get() !== undefined
  } finally {
    file.close()
  }
}

/** What is moved of the file, as PostgreSQL has it. The one person of `listen --two-factor` is nobody at a server. */
async function rowsOf(tables: PeopleTables): Promise<Map<(typeof moved)[number], Row[]>> {
  const local = await tables.selectFrom('people_user').select('id').where('role', '=', localRole).execute()
  const left = new Set<unknown>(local.map(({ id }) => id))
  const found = new Map<(typeof moved)[number], Row[]>()
  for (const table of moved) {
    const rows = await readAll(tables, table)
    found.set(table, rows.filter(row => !left.has(table === 'people_user' ? row['id'] : row['userId'])).map(asThere))
  }
  return found
}

async function readAll(tables: PeopleTables, table: (typeof moved)[number]): Promise<Row[]> {
  return (await sql<Row>`SELECT * FROM ${sql.table(table)}`.execute(tables)).rows
}

const [dates, flags] = [columnsOfKind('date'), columnsOfKind('flag')]

const asThere = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null) return [name, null]
      if (dates.has(name)) return [name, new Date(value as string)]
      return [name, flags.has(name) ? Boolean(value) : value]
    }),
  )

async function put(tables: PeopleTables, rows: ReadonlyMap<(typeof moved)[number], readonly Row[]>): Promise<void> {
  const known = new Set(rows.get('people_user')?.map(({ id }) => id))
  const there = await tables.selectFrom('people_user').select('id').execute()
  if (there.some(({ id }) => !known.has(id)))
    throw new UserError(
      'The server has people of its own.',
      'Move the log to an empty database, before anybody is invited there.',
    )
  for (const table of moved.toReversed()) await sql`DELETE FROM ${sql.table(table)}`.execute(tables)
  for (const table of moved) {
    const own = rows.get(table) ?? []
    for (let at = 0; at < own.length; at += partRows) await insert(tables, table, own.slice(at, at + partRows))
    if (textOf(await readAll(tables, table)) !== textOf(own)) throw new Error(`${table} was not kept as it is`)
  }
  await sql`SELECT setval(pg_get_serial_sequence('hookscope_people.people_audit', 'id'), max(id)) FROM people_audit`.execute(
    tables,
  )
}

async function insert(tables: PeopleTables, table: (typeof moved)[number], rows: readonly Row[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {})
  await sql`INSERT INTO ${sql.table(table)} (${sql.join(names.map(name => sql.ref(name)))})
    OVERRIDING SYSTEM VALUE
    VALUES ${sql.join(rows.map(row => sql`(${sql.join(names.map(name => row[name]))})`))}`.execute(tables)
}

/** The same for the same rows, in whichever order they and their columns are. */
const textOf = (rows: readonly Row[]): string =>
  rows
    .map(row => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted()
    .join('\n')
