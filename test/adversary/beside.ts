/** Good deliveries beside hostile ones: how long the slowest of them waited, here and at a server that does nothing. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import pLimit from 'p-limit'
import { expect } from 'vitest'
import { openGateway } from '../helpers/gateway.ts'
import type { HeavyBody } from './heavy-bodies.ts'

export interface Beside {
  /** The slowest good delivery, milliseconds. */
  readonly worstMs: number
  readonly good: number
  /** Answers to the good ones that were no 200. */
  readonly refused: number
}

const hostileAtOnce = 10
const betweenMs = 5

/** Sends good deliveries, one after the other, for as long as something is done. @param url of the hook @param key what they are signed with */
export async function goodWhile(url: string, key: string, done: Promise<unknown>): Promise<Beside> {
  const gateway = openGateway({ url, key, connections: 1 })
  let over = false
  const ended = done.finally(() => {
    over = true
  })
  let [worstMs, good, refused] = [0, 0, 0]
  while (!over) {
    const began = performance.now()
    const { status } = await gateway.post('transaction.sale.success')
    worstMs = Math.max(worstMs, performance.now() - began)
    good += 1
    if (status !== 200) refused += 1
    await wait(betweenMs)
  }
  gateway.close()
  await ended
  return { worstMs: Math.round(worstMs), good, refused }
}

export interface Hostile {
  readonly path: string
  /** What they are signed with; absent: nothing. */
  readonly key?: string
  readonly bodies: readonly HeavyBody[]
}

/** Sends hostile bodies, ten at a time. @param url of a hook; they go to the same server */
export async function sendHostile(url: string, { path, bodies, key }: Hostile): Promise<void> {
  const stranger = openGateway({ url: new URL(path, url).href, ...(key !== undefined && { key }) })
  const limit = pLimit(hostileAtOnce)
  const post = ({ headers, body }: HeavyBody) => {
    const own = stranger.headersFor(body).filter(([name]) => name !== 'Content-Type')
    return stranger.post(body, { allHeaders: [...headers, ...own] })
  }
  await Promise.all(bodies.map(one => limit(() => post(one))))
  stranger.close()
}

const bareServer = `require('node:http')
  .createServer((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end('ok')))
  .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

export interface Control {
  readonly url: string
  close(): void
}

/** A node:http server in a process of its own that reads what comes and keeps nothing. */
export async function openControl(): Promise<Control> {
  const child: ChildProcess = spawn(process.execPath, ['-e', bareServer], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('no standard output')
  const [port] = await once(child.stdout, 'data')
  return { url: `http://127.0.0.1:${Number(port)}/`, close: () => void child.kill('SIGKILL') }
}

/** The most memory a process has held so far, MiB; null where the system does not tell. */
export function peakMemory(pid: number): number | null {
  if (process.platform !== 'linux') return null
  const peak = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return peak === undefined ? null : Math.round(Number(peak) / 1024)
}

/** Much more than is promised (100 ms): threads share a machine that has much else to do. What was wrong took many seconds. */
const bound = (there: Beside) => 1500 + 10 * there.worstMs
/** The promise is 250 MiB; newer Nodes hold some tens more from the start. */
const mostMemory = 300

/** Nobody waited for long, and the memory was not filled. @param there the same at a bare server @param memory MiB */
export function expectUnhurt(
  what: string,
  { here, there, memory }: { readonly here: Beside; readonly there: Beside; readonly memory: number | null },
): void {
  if (import.meta.env.MODE === 'soak')
    console.log(
      `${what}: the slowest good delivery of ${here.good} took ${here.worstMs} ms, at a bare server ${there.worstMs} ms; ` +
        `${memory} MiB at most so far`,
    )
  expect(here.refused, what).toBe(0)
  expect(here.worstMs, what).toBeLessThan(bound(there))
  expect(memory ?? 0, what).toBeLessThan(mostMemory)
}
