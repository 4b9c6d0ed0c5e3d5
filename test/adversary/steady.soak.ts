/**
 * A long day, in short: deliveries at a steady rate, a viewer, an app they are forwarded to, retention that drops as much as comes,
 * and searches. What hookscope holds on to must not grow. bench/README.md keeps the table.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { StreamFrame } from '../../core/api/messages.ts'
import { emptyFolder, type RunningCommand, startCommand } from '../helpers/command.ts'
import { flood } from './flood.ts'

const key = 'a-key-of-the-adversary'
const token = 'token-of-the-adversary'
const rate = Number(process.env['HOOKSCOPE_SOAK_RATE'] ?? 500)
const minutes = Math.ceil(Number(process.env['HOOKSCOPE_SOAK_SECONDS'] ?? 900) / 60)
/** So many are kept: about a minute and a half of what comes. */
const count = 50_000
const minuteMs = 60_000
const mostLogBytes = 128 * 1024 * 1024
/** Sockets and files that come and go: connections of the viewer, the app and the searches. */
const fewHandles = 40
const searches = ['a', 'flood-1', 'is:rejected', 'amount:>20', '1111', 'type:transaction.*']

let command: RunningCommand | undefined
const closings: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) close()
  await command?.stop('SIGKILL')
})

async function startApp() {
  let answered = 0
  const server = http.createServer((request, answer) => {
    request.resume().on('end', () => {
      answered += 1
      answer.end('ok')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, answered: () => answered }
}

/** When the deliveries came that a frame tells of: listed, or being prepared. */
const timesIn = (frame: StreamFrame): readonly string[] =>
  frame.kind === 'batch'
    ? frame.changes.flatMap(change => (change.kind === 'delivery' ? [change.delivery.receivedAt] : []))
    : frame.kind === 'preparing'
      ? (frame.preparing?.newest ?? []).map(({ receivedAt }) => receivedAt)
      : []

/** Resident memory in MiB, and open files and sockets. */
function look(pid: number) {
  const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024
  return { memory, handles: readdirSync(`/proc/${pid}/fd`).length }
}

// Memory and handles are read where Linux shows them.
test.skipIf(process.platform !== 'linux')(
  `${rate} deliveries a second for ${minutes} minutes, with all that goes on beside them`,
  { timeout: (minutes + 3) * minuteMs },
  async () => {
    const folder = emptyFolder()
    const path = join(folder, 'kept.db')
    const app = await startApp()
    writeFileSync(join(folder, 'hookscope.config.json'), JSON.stringify({ retention: { count } }))
    const args = ['--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--no-open', '--forward', app.url]
    command = startCommand(args, {
      cwd: folder,
      env: { HOOKSCOPE_DB: path, HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_TOKEN: token },
    })
    await expect.poll(() => /localhost:\d+\/\S+/.test(command?.stdout() ?? ''), { timeout: 60_000 }).toBe(true)
    const { pid } = command
    const url = `http://${/localhost:\d+\/\S+/.exec(command.stdout())?.[0] ?? ''}`
    const inspector = /http:\/\/127\.0\.0\.1:\d+/.exec(command.stdout())?.[0] ?? ''
    const headers = { Authorization: `Bearer ${token}` }
    let frames = 0
    /** When the newest delivery came that the viewer was told of, milliseconds since 1970, and how old that was now and then. */
    let newest = Date.now()
    let ages: number[] = []
    const viewer = new WebSocket(`${inspector.replace('http', 'ws')}/api/stream?preparing=1`, { headers })
    viewer.on('message', (bytes: Buffer) => {
      frames += 1
      for (const receivedAt of timesIn(JSON.parse(String(bytes)))) newest = Math.max(newest, Date.parse(receivedAt))
    })
    const ageing = setInterval(() => ages.push(Date.now() - newest), 100)
    closings.push(() => clearInterval(ageing))
    viewer.on('error', () => {})
    closings.push(() => viewer.terminate())

    const stop = new AbortController()
    let searched = 0
    const searching = (async () => {
      while (!stop.signal.aborted) {
        const q = encodeURIComponent(searches[searched % searches.length] ?? '')
        const asked = [`deliveries?q=${q}`, `facets?q=${q}&within=150`, `timeline?q=${q}&buckets=120&even=1&within=150`]
        for (const one of asked)
          await fetch(`${inspector}/api/${one}`, { headers }).then(answer => answer.arrayBuffer())
        searched += 1
        await wait(2000, undefined, { signal: stop.signal }).catch(() => undefined)
      }
    })()
    const rows: string[] = []
    const seen: { memory: number; handles: number; log: number; lost: number }[] = []
    for (let minute = 1; minute <= minutes; minute += 1) {
      const before = { frames, app: app.answered() }
      ages = []
      const { sent, kept, waits } = await flood({ url, key, rate, ms: minuteMs, first: minute * rate * 100 })
      const at = (part: number) => (waits[Math.floor((waits.length - 1) * part)] ?? 0).toFixed(0)
      const age = ages.sort((one, other) => one - other)[Math.floor((ages.length - 1) * 0.99)] ?? 0
      const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
      const { memory, handles } = look(pid)
      seen.push({ memory, handles, log, lost: sent - kept })
      const cells = [minute, kept, at(0.5), at(0.99), memory.toFixed(0), handles, (log / 2 ** 20).toFixed(0)]
      rows.push(`| ${[...cells, app.answered() - before.app, frames - before.frames, age].join(' | ')} |`)
    }
    stop.abort()
    await searching
    console.log(
      `| minute | kept | p50 ms | p99 ms | MiB resident | handles | log MiB | forwarded | frames | newest seen, p99 ms |\n|---|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n${searched} searches`,
    )
    expect(seen.map(({ lost }) => lost)).toEqual(seen.map(() => 0))
    expect(Math.max(...seen.map(({ log }) => log))).toBeLessThanOrEqual(mostLogBytes)
    const handles = seen.map(one => one.handles)
    expect(Math.max(...handles) - Math.min(...handles)).toBeLessThanOrEqual(fewHandles)
    // The first third fills caches and what is kept; from then on nothing grows.
    const settled = seen.slice(Math.floor(minutes / 3)).map(one => one.memory)
    const half = Math.ceil(settled.length / 2)
    expect(Math.max(...settled.slice(half))).toBeLessThanOrEqual(Math.max(...settled.slice(0, half)) * 1.15)
  },
)
