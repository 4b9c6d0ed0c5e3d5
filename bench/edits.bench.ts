/** Edits of very many deliveries: how long appends wait meanwhile, beside the same appends without an edit. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EditOptions } from '../server/store/edits.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import type { Store } from '../server/store/store.ts'
import { arrival, saleEvent } from '../test/helpers/deliveries.ts'
import { fillDatabase } from '../test/helpers/many.ts'

const rows = Number(process.env['HOOKSCOPE_BENCH_ROWS'] ?? 100_000)
/** How long each edit is looked at, milliseconds; then it is cancelled. */
const watchedMs = 15_000
const ids = Array.from({ length: rows }, (_, index) => rows - index)
let folder: string
let store: Store

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-bench-'))
  const path = join(folder, 'hookscope.db')
  await fillDatabase(path, rows)
  store = openSqlite({ path })
}, 600_000)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Where Linux says how long this thread was on a processor: other programs, however many, do not count. */
const ownTime = `/proc/${process.pid}/task/${process.pid}/schedstat`

/** The longest turn of the event loop in time of the thread's own, until the function that is returned is called. */
function longestTurn(): () => string {
  if (!existsSync(ownTime)) return () => 'not known here'
  const busyMs = () => Number(readFileSync(ownTime, 'latin1').split(' ')[0]) / 1e6
  let longest = 0
  let last = busyMs()
  let next = setImmediate(look)
  function look() {
    const now = busyMs()
    longest = Math.max(longest, now - last)
    last = now
    next = setImmediate(look)
  }
  return () => {
    clearImmediate(next)
    return `${longest.toFixed(1)} ms`
  }
}

/** A hundred appends a second, and the event loop, while something else goes on. */
async function watch(signal: AbortSignal) {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const ownTurn = longestTurn()
  const waits: number[] = []
  while (!signal.aborted) {
    const began = performance.now()
    await store.deliveries.append(arrival({ body: saleEvent({ id: `${began}` }) }))
    waits.push(performance.now() - began)
    await delay(10)
  }
  loop.disable()
  waits.sort((one, other) => one - other)
  const at = (part: number) => (waits[Math.floor((waits.length - 1) * part)] ?? 0).toFixed(1)
  return `append median ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} ms · event loop worst ${(loop.max / 1e6).toFixed(1)} ms, of the thread's own time ${ownTurn()}`
}

it(`edits of ${rows} deliveries`, async () => {
  console.log(`nothing: ${await watch(AbortSignal.timeout(5000))}`)
  const edits: [string, (options: EditOptions) => Promise<number[]>][] = [
    ['remove', options => store.edits.remove(ids, options)],
    ['restore', options => store.edits.restore(ids, options)],
    ['pin', options => store.edits.setPinned(ids, true, options)],
  ]
  for (const [name, edit] of edits) {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), watchedMs)
    const began = performance.now()
    const watched = watch(stop.signal)
    const changed = await edit({ signal: stop.signal })
    const ms = performance.now() - began
    stop.abort()
    clearTimeout(timer)
    console.log(`${name} ${changed.length} in ${Math.round(ms)} ms: ${await watched}`)
    expect(changed.length).toBeGreaterThan(0)
  }
  console.log(`nothing: ${await watch(AbortSignal.timeout(5000))}`)
})
