/**
 * What receiving keeps of its speed beside something else: `node bench/beside.mjs [dist/hookscope.cjs]`. Quiet rounds and others take
 * turns; processor time of the main thread per delivery is what to compare where others use the machine. HOOKSCOPE_BENCH_ROUNDS
 * and HOOKSCOPE_BENCH_SECONDS: how often and how long, each.
 */
import path from 'node:path'
import { argv, env } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { folder, load, removeFolder, start, statusOf, stop, threadTimes } from './load.mjs'

const rounds = Number(env.HOOKSCOPE_BENCH_ROUNDS ?? 5)
const seconds = Number(env.HOOKSCOPE_BENCH_SECONDS ?? 4)
const connections = 20
const command = argv[2] ?? fileURLToPath(new URL('../dist/hookscope.cjs', import.meta.url))

const { child, url, inspector } = await start(path.resolve(command), path.join(folder, 'beside.db'))
const headers = { Authorization: `Bearer ${inspector.searchParams.get('token')}`, 'Content-Type': 'application/json' }
const ask = (route, signal, body) =>
  fetch(new URL(route, inspector), { headers, signal, ...(body && { method: 'POST', body: JSON.stringify(body) }) })

/** Each does its work until the signal, and says how much it was. */
const besides = {
  quiet: async () => '',
  async export(signal) {
    let bytes = 0
    while (!signal.aborted)
      for await (const chunk of (await ask('/api/deliveries/export?format=ndjson', signal)).body) bytes += chunk.length
    return bytes
  },
  async journeys(signal) {
    let count = 0
    for (; !signal.aborted; count += 1)
      await (await ask(`/api/deliveries/${1 + (count % 1000)}/journey`, signal)).text()
    return count
  },
  async searches(signal) {
    let count = 0
    for (; !signal.aborted; count += 1)
      await (await ask(`/api/timeline?q=${count % 10}&buckets=120&even=1&within=150`, signal)).text()
    return count
  },
}

async function round(beside) {
  const over = new AbortController()
  const work = beside(over.signal).catch(error => {
    if (!over.signal.aborted) throw error
  })
  await wait(200)
  const before = threadTimes(child.pid)
  const stdout = await load(url, connections, seconds)
  const after = threadTimes(child.pid)
  over.abort()
  await work
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  const times = [...after].map(([id, ms]) => [id, ms - (before.get(id) ?? 0)])
  const main = times.find(([id]) => id === child.pid)?.[1] ?? 0
  const all = times.reduce((sum, [, ms]) => sum + ms, 0)
  return { perSecond: requests / seconds, main: (main * 1000) / requests, others: ((all - main) * 1000) / requests }
}

/** Until nothing waits to be indexed, so that no round has more of it than another. */
async function settle() {
  while ((await statusOf(inspector)).preparing > 0) await wait(100)
}

const median = values => [...values].sort((one, two) => one - two)[values.length >> 1]

try {
  await load(url, connections, 3)
  await settle()
  const runs = Object.fromEntries(Object.keys(besides).map(name => [name, []]))
  for (let turn = 0; turn < rounds; turn += 1)
    for (const [name, beside] of Object.entries(besides)) {
      runs[name].push(await round(beside))
      await settle()
    }
  const of = (name, field) => median(runs[name].map(run => run[field]))
  for (const name of Object.keys(runs)) {
    const share = median(runs[name].map((run, turn) => run.perSecond / runs.quiet[turn].perSecond))
    console.log(
      `${name}: ${of(name, 'perSecond').toFixed(0)} a second, ${share.toFixed(2)} of quiet; a delivery takes ${of(name, 'main').toFixed(0)} µs of the main thread and ${of(name, 'others').toFixed(0)} µs of the others`,
    )
  }
} finally {
  await stop(child)
  removeFolder()
}
