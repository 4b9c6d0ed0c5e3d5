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
import { openStore } from '../server/store/sqlite/sqlite.ts'
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
  store = openStore({ path: join(folder, 'hookscope.db') })
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

/** @returns requests a second, the latency as wrk words it, and how many answers were not 2xx */
async function load(port: number, script: string, connections: number, duration: number) {
  const run = ['-t1', `-c${connections}`, `-d${duration}s`, '--latency', '-s', join(folder, script)]
  const { stdout } = await promisify(execFile)('wrk', [...run, `http://127.0.0.1:${port}`])
  const found = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? '0'
  return {
    perSecond: Number(found(/Requests\/sec:\s+([\d.]+)/)),
    latency: `p50 ${found(/^\s+50%\s+(\S+)/m)} p99 ${found(/^\s+99%\s+(\S+)/m)}`,
    others: Number(found(/Non-2xx or 3xx responses: (\d+)/)),
  }
}

/** What durable, verified ingest must reach of bare node:http at 20 connections. */
const requiredShare = 0.2

it.each([20, 100])('POST to 200 on %i connections', async connections => {
  const doors = [
    ['bare node:http', portOf(bare)],
    ['plain Hono', portOf(hono)],
    ['receiver', receiver.port],
  ] as const
  let limit = 0
  for (const [name, port] of doors) {
    await load(port, 'signed.lua', connections, 1)
    await store.deliveries.settled()
    const { perSecond, latency, others } = await load(port, 'signed.lua', connections, seconds)
    expect(others).toBe(0)
    limit ||= perSecond
    console.log(
      `receive, ${connections} connections · ${name} ${Math.round(perSecond)}/s · ${latency} · ${(perSecond / limit).toFixed(2)} of bare`,
    )
    const from = performance.now()
    await store.deliveries.settled()
    if (name === 'receiver' && connections === 20) expect(perSecond / limit).toBeGreaterThanOrEqual(requiredShare)
    if (name === 'receiver') console.log(`  index caught up ${Math.round(performance.now() - from)} ms later`)
  }
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
  for (const [name, read] of reads) {
    const stop = new AbortController()
    const reading = (async () => {
      while (!stop.signal.aborted) await read(stop.signal)
    })()
    const { perSecond, latency, others } = await load(receiver.port, 'signed.lua', 20, seconds)
    stop.abort()
    await reading
    await store.deliveries.settled()
    expect(others).toBe(0)
    console.log(`receive, 20 connections · beside ${name} read ${Math.round(perSecond)}/s · ${latency}`)
  }
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
