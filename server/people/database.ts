/** Where people are kept: tables of their own beside deliveries, in SQLite by a second connection to the file, in PostgreSQL in a schema. */
import Database from 'better-sqlite3'
import { type Generated, Kysely, SqliteDialect } from 'kysely'
import { PostgresJSDialect } from 'kysely-postgres-js'
import postgres from 'postgres'
import { isDatabaseUrl } from '../lib/database-url.ts'
import { UserError } from '../lib/errors.ts'
import { openingProblem } from '../store/postgres/problem.ts'
import { checkVersion } from '../store/sqlite/schema/migrations.ts'
import { type Engine, statementsOf, tableSteps } from './schema.ts'

/** A moment of better-auth's: text of ISO 8601 in SQLite. Compare with `momentOf`. */
type Moment = Date | string

export interface Tables {
  people_user: {
    id: string
    name: string
    email: string
    role: string
    twoFactorEnabled: boolean | number | null
    createdAt: Moment
  }
  people_session: {
    id: string
    token: string
    userId: string
    createdAt: Moment
    updatedAt: Moment
    expiresAt: Moment
    ipAddress: string | null
    userAgent: string | null
    laptop: string | null
  }
  people_account: { userId: string; providerId: string; password: string | null }
  people_verification: { identifier: string; value: string; expiresAt: Moment }
  people_two_factor: {
    id: string
    userId: string
    secret: string
    backupCodes: string
    verified: boolean | number | null
  }
  people_passkey: { id: string; userId: string; name: string | null; createdAt: Moment | null }
  people_device_code: { userCode: string; deviceCode: string; pollingInterval: number | null; expiresAt: Moment }
  people_invitation: {
    id: string
    digest: string
    email: string
    role: string
    /** Whose password it sets; null: it makes a person. */
    person: string | null
    invited_by: string | null
    created_at: number
    expires_at: number
    used_at: number | null
  }
  people_used_code: { person: string; digest: string; until: number }
  people_limit: { key: string; count: number; until: number }
  people_audit: {
    id: Generated<number>
    at: number
    action: string
    person: string | null
    who: string | null
    subject: string | null
    detail: string | null
    address: string | null
  }
  people_setting: { name: string; value: string }
}

export type PeopleTables = Kysely<Tables>

export interface PeopleDatabase {
  readonly engine: Engine
  readonly tables: PeopleTables
  close(): Promise<void>
}

/** The schema in PostgreSQL. */
const schema = 'hookscope_people'
/** Of the advisory lock under which tables are made: `hsppl`. */
const makingLock = 448_612_921_452
/** How long a statement waits for another process that writes, milliseconds. */
const busyMs = 2000
const mostConnections = 4

const settingTable = 'CREATE TABLE IF NOT EXISTS people_setting (name text NOT NULL PRIMARY KEY, value text NOT NULL)'
const versionIn = "SELECT value FROM people_setting WHERE name = 'version'"
const tablesThere = "SELECT count(*) FROM sqlite_schema WHERE name = 'people_audit'"
const keepVersion = `INSERT INTO people_setting (name, value) VALUES ('version', '${tableSteps.length}')
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

/** A time of better-auth's as milliseconds since 1970. */
export const momentOf = (moment: Moment): number => new Date(moment).getTime()

/**
 * @param db a PostgreSQL URL, or the path of a SQLite file that the store has made
 * @throws UserError when people were written by a newer hookscope, or the server cannot be used
 */
export async function openPeopleDatabase(db: string): Promise<PeopleDatabase> {
  return isDatabaseUrl(db) ? openPostgres(db) : openFile(db)
}

function openFile(path: string): PeopleDatabase {
  const file = new Database(path, { timeout: busyMs, fileMustExist: true })
  try {
    checkVersion(file)
    file.pragma('secure_delete = FAST')
    file
      .transaction(() => {
        file.exec(settingTable)
        const hasTables = file.prepare<[], number>(tablesThere).pluck().get() === 1
        // A repair may have had to leave the version out: it is that of the first tables as long as there are no others.
        const known = file.prepare<[], string>(versionIn).pluck().get() ?? (hasTables ? '1' : undefined)
        for (const step of missingSteps(known)) for (const one of statementsOf(step, 'sqlite')) file.exec(one)
        file.exec(keepVersion)
      })
      .immediate()
  } catch (error) {
    file.close()
    throw error
  }
  const tables = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file }) })
  return { engine: 'sqlite', tables, close: () => tables.destroy() }
}

async function openPostgres(url: string): Promise<PeopleDatabase> {
  const sql = postgres(url, {
    max: mostConnections,
    onnotice: () => {},
    connection: { search_path: schema, application_name: 'hookscope people' },
    // Times in milliseconds and counts: none is beyond what a number holds.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
  try {
    await sql.begin(async making => {
      await making`SELECT pg_advisory_xact_lock(${making.unsafe(String(makingLock))})`
      await making.unsafe(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
      await making.unsafe(settingTable)
      const [known] = await making.unsafe<{ value: string }[]>(versionIn)
      for (const step of missingSteps(known?.value))
        for (const one of statementsOf(step, 'postgres')) await making.unsafe(one)
      await making.unsafe(keepVersion)
    })
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw openingProblem(url, error)
  }
  const tables = new Kysely<Tables>({ dialect: new PostgresJSDialect({ postgres: sql }) })
  return { engine: 'postgres', tables, close: () => tables.destroy() }
}

/** @param known the version that is there as text; undefined where nothing is */
function missingSteps(known: string | undefined): readonly string[] {
  const version = Number(known ?? 0)
  if (version > tableSteps.length)
    throw new UserError(
      `People were written by a newer hookscope (format ${version}, this one knows ${tableSteps.length}).`,
      'Update hookscope.',
    )
  return tableSteps.slice(version)
}
