/**
 * A database of the first format with very many deliveries, each sent to an app once, is opened by this hookscope: how long until it
 * listens, step by step, beside reading all of it once; and how fast what is left is renewed behind that.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import { makeFirstFormat } from '../test/helpers/first-format.ts'

const rows = Number(process.env['HOOKSCOPE_BENCH_ROWS'] ?? 100_000)
/** How long renewing is watched, milliseconds. */
const watchedMs = 10_000
let folder: string
let path: string

beforeAll(() => {
  folder = mkdtempSync(join(process.env['HOOKSCOPE_BENCH_FOLDER'] ?? tmpdir(), 'hookscope-bench-'))
  path = join(folder, 'hookscope.db')
  makeFirstFormat(path, rows)
}, 1_800_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const busyMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000

it(`${rows} deliveries of the first format`, async () => {
  const reading = performance.now()
  const old = new Database(path, { readonly: true })
  old.prepare('SELECT sum(length(body)) FROM arrival').get()
  old.close()
  const readMs = performance.now() - reading
  const size = statSync(path).size
  const lines: string[] = []
  let [began, busy] = [performance.now(), busyMs()]
  const start = [began, busy] as const
  let step = 'before'
  const took = () => {
    lines.push(`${step}: ${seconds(performance.now() - began)}, ${seconds(busyMs() - busy)} of processor time`)
    ;[began, busy] = [performance.now(), busyMs()]
  }
  const store = openSqlite({
    path,
    log(line) {
      took()
      step = /step \d+/.exec(line)?.[0] ?? line
    },
  })
  took()
  const [all, own] = [performance.now() - start[0], busyMs() - start[1]]
  console.log(
    [
      ...lines,
      `${rows} deliveries, ${size >> 20} MiB before, ${statSync(path).size >> 20} MiB after: listens after ${seconds(all)}, ${seconds(own)} of processor time; reading all bodies takes ${seconds(readMs)}`,
    ].join('\n'),
  )
  const first = store.deliveries.renewingBelow() ?? 0
  await delay(watchedMs)
  const left = store.deliveries.renewingBelow() ?? 0
  console.log(`renewed behind that: ${((first - left) / (watchedMs / 1000)).toFixed(0)} a second, ${left} are left`)
  await store.close()
  expect(lines.length).toBeGreaterThan(1)
}, 1_800_000)
