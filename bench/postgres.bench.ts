/**
 * Durable, verified deliveries through `hookscope serve` on a PostgreSQL of its own, beside the limit in the same run: the same
 * rows, put in by a bare client with the same durability. One process and two, with and without viewers. wrk, the processes and
 * PostgreSQL share the processors: what each takes of them, and what the server was asked, is printed with the rates.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openSealer } from '../server/config/sealed.ts'
import { newHook } from '../server/hooks/active.ts'
import { connect, type Sql } from '../server/store/postgres/connection.ts'
import { openPostgres } from '../server/store/postgres/postgres.ts'
import { commandPath, emptyFolder, runCommand } from '../test/helpers/command.ts'
import { eventBytes, signatureOf } from '../test/helpers/gateway.ts'
import { type PostgresServer, startPostgres } from '../test/helpers/postgres.ts'
import { processorMs, serverMs } from './processor.ts'

const seconds = Number(process.env['HOOKSCOPE_BENCH_SECONDS'] ?? 4)
const rounds = Number(process.env['HOOKSCOPE_BENCH_ROUNDS'] ?? 3)
const [key, secret] = ['signature-key', '7b0e1c9a5f3d2846e0a1b2c3d4e5f60718293a4b5c6d7e8f']
const [path, publicUrl, password] = ['/in/bench', 'http://localhost:9', 'correct horse battery']
const [connections, viewers] = [20, 50]
/** Events that are posted before any comes again. */
const distinct = 60_000

interface Served {
  readonly child: ChildProcess
  readonly ports: { readonly receiver: number; readonly inspector: number }
}

let server: PostgresServer
let url: string
let sql: Sql
let folder: string
const served: Served[] = []
/** Where the next one who posts begins among the events. */
let next = 0

/** Its log goes to a file, as on a server: a line a delivery. */
async function serve(): Promise<Served> {
  const file = join(folder, `${served.length}.log`)
  const words = [
    'serve',
    '--public-url',
    publicUrl,
    '--db',
    url,
    '--port',
    '0',
    '--inspector-port',
    '0',
    '--log',
    'json',
  ]
  const child = spawn(process.execPath, [commandPath, ...words], {
    cwd: folder,
    env: { ...process.env, HOOKSCOPE_SECRET: secret },
    stdio: ['ignore', openSync(file, 'w'), 'inherit'],
  })
  for (;;) {
    const started = readFileSync(file, 'utf8')
      .split('\n')
      .find(line => line.includes('"event":"started"'))
    if (started !== undefined) {
      const { receiver, inspector } = JSON.parse(started)
      return { child, ports: { receiver, inspector } }
    }
    if (child.exitCode !== null) throw new Error('It did not start')
    await wait(50)
  }
}

beforeAll(async () => {
  folder = emptyFolder()
  server = await startPostgres({ durable: true, statements: true })
  url = (await server.create()).url
  const store = await openPostgres({ url, sealer: openSealer([secret]) })
  const hook = newHook('bench', 'Bench', Date.now())
  await store.hooks.save({ ...hook, path, savedSecrets: { ...hook.savedSecrets, signatureKey: key } })
  await store.close()
  sql = connect({ url, name: 'bench', max: 1 })
  await sql`CREATE EXTENSION pg_stat_statements SCHEMA public`
  await sql`CREATE TABLE bare (LIKE arrival INCLUDING DEFAULTS INCLUDING INDEXES)`
  // wrk cannot sign: the requests are made before, each event another one.
  const events = Array.from({ length: distinct }, (_, seed) =>
    eventBytes('transaction.sale.success', seed + 1).toString(),
  )
  const requests = events.map(body => `{[==[${body}]==],"${signatureOf(key, Buffer.from(body))}"}`)
  writeFileSync(
    join(folder, 'signed.lua'),
    `local events = {${requests.join(',\n')}}\nlocal at = 0\nfunction init(args) at = tonumber(args[1]) end\nfunction request()\n  at = at % #events + 1\n  local e = events[at]
  return wrk.format("POST", "${path}", {["Content-Type"]="application/json",["X-Signature"]=e[2]}, e[1])\nend\n`,
  )
  served.push(await serve())
  // Rows as those that the receiver keeps.
  await load(served, 1)
  await settled()
  const kept = await sql`SELECT read_ms, bytes, hook, method, http_version, remote_address, verdict, path, headers,
    convert_from(body, 'UTF8') AS body FROM arrival LIMIT 500`
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(kept))
}, 600_000)

afterAll(async () => {
  for (const { child } of served) child.kill('SIGKILL')
  await sql.end()
  await server.close()
})

/** Until all that came is listed. */
async function settled(): Promise<void> {
  while ((await sql`SELECT 1 FROM unindexed LIMIT 1`).length > 0) await wait(200)
}

interface Run {
  readonly requests: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Posts to these by turns of connections. */
async function load(doors: readonly Served[], duration = seconds): Promise<Run> {
  const each = connections / doors.length
  const runs = await Promise.all(
    doors.map(async (door, at) => {
      const from = String((next + (at * distinct) / 2) % distinct)
      const words = ['-t1', `-c${each}`, `-d${duration}s`, '--latency', '-s', join(folder, 'signed.lua')]
      const { stdout } = await promisify(execFile)('wrk', [
        ...words,
        `http://127.0.0.1:${door.ports.receiver}`,
        '--',
        from,
      ])
      expect(stdout).not.toContain('Non-2xx')
      const found = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? Number.NaN)
      const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 }
      const latency = (part: number) => {
        const [, value, unit = ''] = new RegExp(`^\\s+${part}%\\s+([\\d.]+)(us|ms|s)`, 'm').exec(stdout) ?? []
        return Number(value) * (units[unit] ?? Number.NaN)
      }
      return {
        requests: found(/(\d+) requests in/),
        perSecond: found(/Requests\/sec:\s+([\d.]+)/),
        p50: latency(50),
        p99: latency(99),
      }
    }),
  )
  next += Math.max(...runs.map(({ requests }) => requests))
  const sum = (value: (run: Run) => number) => runs.reduce((all, run) => all + value(run), 0)
  const most = (value: (run: Run) => number) => Math.max(...runs.map(value))
  return {
    ...{ requests: sum(run => run.requests), perSecond: sum(run => run.perSecond) },
    ...{ p50: most(run => run.p50), p99: most(run => run.p99) },
  }
}

interface BareRun extends Omit<Run, 'requests'> {
  readonly commitP50: number
  readonly commitP99: number
}

async function bare(): Promise<BareRun> {
  const script = fileURLToPath(new URL('./bare/postgres.mjs', import.meta.url))
  const words = [script, `${url}?search_path=hookscope`, 'bare', join(folder, 'rows.json'), connections, seconds]
  const { stdout } = await promisify(execFile)(process.execPath, words.map(String))
  await sql`TRUNCATE bare`
  return JSON.parse(stdout)
}

const median = (values: readonly number[]) => [...values].sort((one, two) => one - two)[values.length >> 1] ?? 0
const rounded = (value: number) => value.toFixed(value < 10 ? 1 : 0)

it('deliveries beside rows of a bare client', async () => {
  const [ours, limits]: [Run[], BareRun[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    limits.push(await bare())
    ours.push(await load(served))
    await settled()
  }
  const of = <Kind>(runs: readonly Kind[], value: (run: Kind) => number) => median(runs.map(value))
  const [rate, limit] = [of(ours, run => run.perSecond), of(limits, run => run.perSecond)]
  const [p99, commit] = [of(ours, run => run.p99), of(limits, run => run.commitP99)]
  console.log(
    `ingest, ${connections} connections · ${rounded(rate)}/s = ${(rate / limit).toFixed(2)} of ${rounded(limit)}/s · p50 ${rounded(of(ours, run => run.p50))} p99 ${rounded(p99)} ms = ${(p99 / commit).toFixed(1)} of the commit's ${rounded(commit)} (p50 ${rounded(of(limits, run => run.commitP50))})`,
  )
  expect(rate).toBeGreaterThan(0)
})

it('what a delivery costs', async () => {
  const [door] = served
  const pid = door?.child.pid ?? 0
  await sql`SELECT pg_stat_statements_reset()`
  const before = { node: processorMs(pid), server: await serverMs(sql) }
  const { requests } = await load(served)
  const arrived = { node: processorMs(pid), server: await serverMs(sql) }
  await settled()
  const indexed = { node: processorMs(pid), server: await serverMs(sql) }
  const each = (ms: number) => `${Math.round((ms * 1000) / requests)} µs`
  console.log(
    `processor time a delivery · while they come: hookscope ${each(arrived.node - before.node)}, PostgreSQL ${each(arrived.server - before.server)} · all in all: ${each(indexed.node - before.node)}, ${each(indexed.server - before.server)}`,
  )
  const asked = await sql<{ query: string; calls: number; ms: number }[]>`
    SELECT regexp_replace(left(query, 90), '\s+', ' ', 'g') AS query, sum(calls) AS calls, sum(total_exec_time) AS ms
    FROM pg_stat_statements GROUP BY 1 ORDER BY ms DESC LIMIT 14`
  for (const { query, calls, ms } of asked)
    console.log(`  ${(calls / requests).toFixed(4)} a delivery · ${rounded((ms * 1000) / requests)} µs · ${query}`)
  expect(requests).toBeGreaterThan(0)
})

it('beside viewers', async () => {
  const [door] = served
  const invited = await runCommand(['users', 'invite', 'owner@example.com', '--public-url', publicUrl, '--db', url], {
    env: { HOOKSCOPE_SECRET: secret },
  })
  const [, invitation] = /#(\S+)/.exec(invited.stdout) ?? []
  const origin = `http://127.0.0.1:${door?.ports.inspector}`
  const joined = await promisify(execFile)('curl', [
    ...[
      '-si',
      '-H',
      `Host: ${new URL(publicUrl).host}`,
      '-H',
      `Origin: ${publicUrl}`,
      '-H',
      'Content-Type: application/json',
    ],
    ...['-d', JSON.stringify({ secret: invitation, name: 'Owner', password }), `${origin}/auth/invitation/accept`],
  ])
  const cookie = [...joined.stdout.matchAll(/^set-cookie: ([^;]+)/gim)].map(([, pair]) => pair).join('; ')
  const headers = { Cookie: cookie, Host: new URL(publicUrl).host, Origin: publicUrl }
  const [quiet, watched]: [Run[], Run[]] = [[], []]
  let frames = 0
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(await load(served))
    await settled()
    const open = await Promise.all(
      Array.from({ length: viewers }, () => {
        const viewer = new WebSocket(`${origin.replace('http', 'ws')}/api/stream`, {
          perMessageDeflate: false,
          headers,
        })
        viewer.on('message', () => (frames += 1))
        return new Promise<WebSocket>((done, refused) => viewer.on('open', () => done(viewer)).on('error', refused))
      }),
    )
    watched.push(await load(served))
    for (const viewer of open) viewer.terminate()
    await settled()
  }
  const [alone, beside] = [median(quiet.map(run => run.perSecond)), median(watched.map(run => run.perSecond))]
  console.log(
    `ingest beside ${viewers} viewers · ${rounded(beside)}/s = ${(beside / alone).toFixed(2)} of ${rounded(alone)}/s, ${Math.round(frames / viewers / rounds)} frames each`,
  )
  expect(frames).toBeGreaterThan(0)
})

it('two processes on one log', async () => {
  served.push(await serve())
  const [one, two]: [Run[], Run[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    one.push(await load(served.slice(0, 1)))
    await settled()
    two.push(await load(served))
    await settled()
  }
  const [alone, both] = [median(one.map(run => run.perSecond)), median(two.map(run => run.perSecond))]
  console.log(
    `ingest by two processes · ${rounded(both)}/s = ${(both / alone).toFixed(2)} of one's ${rounded(alone)}/s · p99 ${rounded(median(two.map(run => run.p99)))} ms`,
  )
  expect(both).toBeGreaterThan(0)
})
