/**
 * From the start of the built command to its first accepted request, a replay by a command of its own from start to end, and
 * its memory while nothing comes. Beside it in the same run: Node.js itself, and the limit, a node:http script that loads
 * better-sqlite3 and opens a file. Every start has a new database. HOOKSCOPE_BENCH_BEFORE names another built command, for
 * instance of the commit before a change, to be measured by turns with this one.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { commandPath, emptyFolder, runCommand, startListening } from '../test/helpers/command.ts'
import { openGateway } from '../test/helpers/gateway.ts'
import { startMerchant } from '../test/helpers/merchants.ts'

const starts = Number(process.env['HOOKSCOPE_BENCH_STARTS'] ?? 11)
const idleSeconds = 10
const key = 'signature-key'
const before = process.env['HOOKSCOPE_BENCH_BEFORE']
/** This build, and the one before it where that is named. */
const builds = [commandPath, ...(before === undefined ? [] : [before])]
const bareScript = fileURLToPath(new URL('./bare/start.cjs', import.meta.url))

/** A process that answers at `url`. */
interface Running {
  readonly pid: number
  readonly url: string
  stop(): Promise<unknown>
}

function startNode(args: readonly string[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  return {
    child,
    exited,
    stop() {
      child.kill()
      return exited
    },
  }
}

async function startBare(): Promise<Running> {
  const { child, stop } = startNode([bareScript, join(emptyFolder(), 'bare.db')])
  const [line]: Buffer[] = await once(child.stdout, 'data')
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${Number(line)}/hook`, stop }
}

async function startHookscope(built = commandPath): Promise<Running> {
  const command = startListening([], { env: { HOOKSCOPE_SIGNATURE_KEY: key }, command: built })
  const { hooks } = await command.waitForLine('ready')
  const url = hooks[0]?.localUrl.replace('localhost', '127.0.0.1') ?? ''
  return { pid: command.pid, url, stop: () => command.stop() }
}

/** @returns milliseconds until the first answer, which must be 200 */
async function untilAccepted(start: () => Promise<Running>): Promise<number> {
  const from = performance.now()
  const running = await start()
  const gateway = openGateway({ url: running.url, key })
  try {
    const { status } = await gateway.post('transaction.sale.success')
    const ms = performance.now() - from
    expect(status).toBe(200)
    return ms
  } finally {
    gateway.close()
    await running.stop()
  }
}

async function untilEnded(): Promise<number> {
  const from = performance.now()
  const [code] = await startNode(['-e', '0']).exited
  expect(code).toBe(0)
  return performance.now() - from
}

/** How it stands beside the build before, where that was measured. */
const besides = (now: number, earlier: number | undefined) =>
  earlier === undefined ? '' : `; ${(now / earlier).toFixed(2)} times the build before (${earlier.toFixed(0)} ms)`

const median = (values: readonly number[]) => [...values].sort((one, two) => one - two)[values.length >> 1] ?? 0

it('from start to the first accepted request', async () => {
  const [node, bare]: [number[], number[]] = [[], []]
  const own = builds.map((): number[] => [])
  // By turns, so that what else the machine does falls on all alike. The first of each only warms the disk.
  for (let turn = 0; turn <= starts; turn += 1) {
    const times = [await untilEnded(), await untilAccepted(startBare)] as const
    const accepted: number[] = []
    for (const built of builds) accepted.push(await untilAccepted(() => startHookscope(built)))
    if (turn === 0) continue
    node.push(times[0])
    bare.push(times[1])
    for (const [index, ms] of accepted.entries()) own[index]?.push(ms)
  }
  const limit = median(bare)
  const [now = 0, earlier] = own.map(median)
  console.log(
    `start: node -e 0 takes ${median(node).toFixed(0)} ms; bare node:http with SQLite accepts after ${limit.toFixed(0)} ms (the limit); ` +
      `hookscope accepts after ${now.toFixed(0)} ms, ${(now / limit).toFixed(1)} times the limit, ${(now - limit).toFixed(0)} ms more${besides(now, earlier)} (medians of ${starts}).`,
  )
})

it('a replay on the database, from start to end', async () => {
  const db = join(emptyFolder(), 'replay.db')
  const listener = startListening([], { db, env: { HOOKSCOPE_SIGNATURE_KEY: key } })
  const { hooks } = await listener.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
  await gateway.post('transaction.sale.success')
  await listener.waitForLine('delivery')
  gateway.close()
  await listener.stop()
  const app = await startMerchant()
  const node: number[] = []
  const own = builds.map((): number[] => [])
  try {
    for (let turn = 0; turn <= starts; turn += 1) {
      const ended = await untilEnded()
      if (turn > 0) node.push(ended)
      for (const [index, command] of builds.entries()) {
        const from = performance.now()
        const { code, stderr } = await runCommand(['replay', '1', '--to', app.url, '--db', db], { command })
        const ms = performance.now() - from
        expect(code, stderr).toBe(0)
        if (turn > 0) own[index]?.push(ms)
      }
    }
    expect(app.received).toHaveLength((starts + 1) * builds.length)
  } finally {
    await app.close()
  }
  const [now = 0, earlier] = own.map(median)
  console.log(
    `replay: node -e 0 takes ${median(node).toFixed(0)} ms; hookscope replay without a listener takes ${now.toFixed(0)} ms, ${(now / median(node)).toFixed(1)} times that${besides(now, earlier)} (medians of ${starts}).`,
  )
})

it.skipIf(process.platform === 'win32')('memory while nothing comes', async () => {
  /** Resident memory in MiB. */
  const memoryOf = (pid: number) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) / 1024
  const node = startNode(['-e', 'setInterval(() => {}, 1e6); console.log()'])
  const running: Running[] = []
  try {
    await once(node.child.stdout, 'data')
    running.push(await startBare(), await startHookscope())
    const measured = () => [node.child.pid ?? 0, ...running.map(({ pid }) => pid)].map(memoryOf)
    const atStart = measured()
    await wait(idleSeconds * 1000)
    const idle = measured()
    const said = (at: number) => `${atStart[at]?.toFixed(0)} MiB after the start and ${idle[at]?.toFixed(0)} MiB idle`
    console.log(
      `memory: node alone holds ${said(0)} (${idleSeconds} s later); bare node:http with SQLite ${said(1)}; ` +
        `hookscope ${said(2)}, ${((idle[2] ?? 0) / (idle[1] ?? 1)).toFixed(1)} times bare.`,
    )
    // What was measured was there all the time.
    expect(Math.min(...atStart, ...idle)).toBeGreaterThan(1)
  } finally {
    await Promise.all([node.stop(), ...running.map(({ stop }) => stop())])
  }
})
