/** The way from POST to 200, durable and verified, beside its limits in one run: bare node:http and plain Hono that read the body. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Hook } from '../core/hooks/hook.ts'
import { exportDeliveries } from '../server/api/export.ts'
import { type Receiver, startReceiver } from '../server/receiver/receiver.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import type { Store } from '../server/store/store.ts'
import { basicHeader, eventBytes, signatureOf } from '../test/helpers/gateway.ts'

const seconds = Number(process.env['HOOKSCOPE_BENCH_SECONDS'] ?? 4)
const key = 'signature-key'
const hook: Hook = {
  id: 'bench',
  label: 'Bench',
  path: '/hook/bench',
  authentication: { kind: 'basic', username: 'shop', password: 'sesame' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
}
const answer = '{"received":true}'

let folder: string
let store: Store
let receiver: Receiver
let bare: Server
let hono: Server

const listening = (server: Server) => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const portOf = (server: Server) => (server.address() as AddressInfo).port

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-bench-'))
  store = openSqlite({ path: join(folder, 'hookscope.db') })
  receiver = await startReceiver({
    port: 0,
    hooks: () => [hook],
    store,
    observe: false,
    bodyBytes: 1024 * 1024,
    log: () => {},
  })
  bare = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      Buffer.concat(chunks)
      outgoing.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length }).end(answer)
    })
  })
  const app = new Hono()
  app.post('*', async context => {
    await context.req.arrayBuffer()
    return context.body(answer, 200, { 'Content-Type': 'application/json' })
  })
  hono = createAdaptorServer({ fetch: app.fetch }) as Server
  await Promise.all([listening(bare), listening(hono)])
  // wrk cannot sign: the requests are made before, each event another one.
  const requests = Array.from({ length: 5000 }, (_, seed) => {
    const body = eventBytes('transaction.sale.success', seed + 1)
    return `{[==[${body}]==],"${signatureOf(key, body)}"}`
  })
  const credentials = basicHeader('shop', 'sesame')
  const script = (name: string, request: string) =>
    writeFileSync(
      join(folder, name),
      `local events = {${requests.join(',\n')}}\nlocal at = 0\nfunction request()\n  at = at % #events + 1\n  local e = events[at]\n  ${request}\nend\n`,
    )
  const headers = `["Content-Type"]="application/json",["Authorization"]="${credentials}"`
  script('signed.lua', `return wrk.format("POST", "${hook.path}", {${headers},["X-Signature"]=e[2]}, e[1])`)
  script('forged.lua', `return wrk.format("POST", "${hook.path}", {${headers},["X-Signature"]=("0"):rep(64)}, e[1])`)
  script('lost.lua', `return wrk.format("POST", "/nothing", {${headers},["X-Signature"]=e[2]}, e[1])`)
})

afterAll(async () => {
  await receiver.close()
  await store.close()
  bare.close()
  hono.close()
  rmSync(folder, { recursive: true, force: true })
})

/** @returns requests, how many a second, the latency in milliseconds, how many answers were not 2xx, and the CPU time here, microseconds */
async function load(port: number, script: string, connections: number, duration: number) {
  const run = ['-t1', `-c${connections}`, `-d${duration}s`, '--latency', '-s', join(folder, script)]
  const before = process.cpuUsage()
  const { stdout } = await promisify(execFile)('wrk', [...run, `http://127.0.0.1:${port}`])
  const { user, system } = process.cpuUsage(before)
  const found = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? '0'
  const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 }
  const latency = (part: number) => {
    const [, value, unit = ''] = new RegExp(`^\\s+${part}%\\s+([\\d.]+)(us|ms|s)`, 'm').exec(stdout) ?? []
    return Number(value) * (units[unit] ?? Number.NaN)
  }
  return {
    requests: Number(found(/(\d+) requests in/)),
    perSecond: Number(found(/Requests\/sec:\s+([\d.]+)/)),
    p50: latency(50),
    p99: latency(99),
    others: Number(found(/Non-2xx or 3xx responses: (\d+)/)),
    cpu: user + system,
  }
}

/** On a machine that others use as well the doors take turns, and the median of their rounds counts. */
const rounds = 3
const median = (values: readonly number[]) => [...values].sort((one, two) => one - two)[values.length >> 1] ?? 0

/** What durable, verified ingest must reach of bare node:http at 20 connections. */
const requiredShare = 0.2

it.each([20, 100])('POST to 200 on %i connections', async connections => {
  const doors = [
    { name: 'bare node:http', port: portOf(bare) },
    { name: 'plain Hono', port: portOf(hono) },
    { name: 'receiver', port: receiver.port },
  ].map(door => ({ ...door, runs: [] as Awaited<ReturnType<typeof load>>[] }))
  const [limit] = doors
  const indexedPerSecond: number[] = []
  const caughtUpPerSecond: number[] = []
  for (const { port } of doors) await load(port, 'signed.lua', connections, 1)
  await store.deliveries.settled()
  for (let round = 0; round < rounds; round += 1)
    for (const { name, port, runs } of doors) {
      const run = await load(port, 'signed.lua', connections, seconds)
      expect(run.others).toBe(0)
      runs.push(run)
      if (name !== 'receiver') continue
      const left = store.deliveries.backlog()
      const from = performance.now()
      await store.deliveries.settled()
      indexedPerSecond.push((run.requests - left) / seconds)
      if (left > 0) caughtUpPerSecond.push((left / (performance.now() - from)) * 1000)
    }
  const of = (door: (typeof doors)[number] | undefined, value: (run: Awaited<ReturnType<typeof load>>) => number) =>
    median((door?.runs ?? []).map(value))
  for (const door of doors) {
    const [perSecond, cpu] = [of(door, run => run.perSecond), of(door, run => run.cpu / run.requests)]
    const share = perSecond / of(limit, run => run.perSecond)
    console.log(
      `receive, ${connections} connections · ${door.name} ${Math.round(perSecond)}/s = ${share.toFixed(2)} of bare · p50 ${of(door, run => run.p50).toFixed(1)} p99 ${of(door, run => run.p99).toFixed(1)} ms · ${cpu.toFixed(0)} µs CPU each, those of the index included`,
    )
    if (door.name === 'receiver' && connections === 20) expect(share).toBeGreaterThanOrEqual(requiredShare)
  }
  console.log(
    `  index · meanwhile ${Math.round(median(indexedPerSecond))}/s · after it ${Math.round(median(caughtUpPerSecond))}/s`,
  )
})

it('POST to 200 while the inspector reads', async () => {
  const newest = { query: { terms: [] }, before: null, limit: 1, grouped: false }
  const reads: [name: string, read: (signal: AbortSignal) => Promise<unknown>][] = [
    ['nothing', () => wait(100)],
    [
      'an export',
      async signal => {
        const { body } = await exportDeliveries(store, 'ndjson', { terms: [] })
        for await (const _ of body ?? []) if (signal.aborted) break
      },
    ],
    [
      'journeys',
      async () => {
        const [last] = (await store.deliveries.list(newest)).deliveries
        await store.deliveries.related(last?.id ?? 0)
      },
    ],
  ]
  await load(receiver.port, 'signed.lua', 20, 1)
  await store.deliveries.settled()
  const rates = new Map<string, number[]>()
  for (const [name, read] of Array.from({ length: rounds }, () => reads).flat()) {
    const stop = new AbortController()
    const reading = (async () => {
      while (!stop.signal.aborted) await read(stop.signal)
    })()
    const { perSecond, others } = await load(receiver.port, 'signed.lua', 20, seconds)
    stop.abort()
    await reading
    await store.deliveries.settled()
    expect(others).toBe(0)
    rates.set(name, [...(rates.get(name) ?? []), perSecond])
  }
  const quiet = median(rates.get('nothing') ?? [])
  for (const [name, all] of rates)
    console.log(
      `receive, 20 connections · beside ${name} read ${Math.round(median(all))}/s = ${(median(all) / quiet).toFixed(2)} of quiet`,
    )
})

it('a refused request beside an accepted one', async () => {
  const accepted = await load(receiver.port, 'signed.lua', 20, seconds)
  await store.deliveries.settled()
  const forged = await load(receiver.port, 'forged.lua', 20, seconds)
  await store.deliveries.settled()
  const lost = await load(receiver.port, 'lost.lua', 20, seconds)
  const times = (perSecond: number) => `${Math.round(perSecond)}/s = ${(perSecond / accepted.perSecond).toFixed(2)}x`
  console.log(
    `refuse · accepted ${Math.round(accepted.perSecond)}/s · forged (401, kept) ${times(forged.perSecond)} · wrong path (404, 429) ${times(lost.perSecond)}`,
  )
  expect(lost.perSecond).toBeGreaterThan(accepted.perSecond)
})
