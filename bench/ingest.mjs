/**
 * What a delivery costs, of one built command or of several by turns: `node bench/ingest.mjs [NAME=dist/hookscope.cjs …]`. wrk posts
 * signed events over connections that stay open. Processor time per delivery, of the main thread and of all others, is what to
 * compare where others use the machine. HOOKSCOPE_BENCH_ROUNDS and HOOKSCOPE_BENCH_SECONDS: how often and how long, each.
 */
import path from 'node:path'
import { argv, env } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { folder, load, removeFolder, start, statusOf, stop, threadTimes } from './load.mjs'

const rounds = Number(env.HOOKSCOPE_BENCH_ROUNDS ?? 3)
const seconds = Number(env.HOOKSCOPE_BENCH_SECONDS ?? 6)
const own = fileURLToPath(new URL('../dist/hookscope.cjs', import.meta.url))
const builds = argv.slice(2).map(word => word.split('='))
if (builds.length === 0) builds.push(['this', own])

async function round(command, connections) {
  const db = path.join(folder, `${Math.random()}.db`)
  const { child, url, inspector } = await start(command, db)
  try {
    await load(url, connections, 1)
    const [before, began] = [threadTimes(child.pid), performance.now()]
    const stdout = await load(url, connections, seconds)
    const after = threadTimes(child.pid)
    const backlog = (await statusOf(inspector)).preparing ?? 0
    const times = [...after].map(([id, ms]) => [id, ms - (before.get(id) ?? 0)])
    const requests = Number(/(\d+) requests in/.exec(stdout)?.[1])
    if (/Non-2xx/.test(stdout)) throw new Error(stdout)
    const [, value, unit] = /^\s+99%\s+([\d.]+)(us|ms|s)/m.exec(stdout) ?? []
    const main = times.find(([id]) => id === child.pid)?.[1] ?? 0
    const others = times.reduce((sum, [, ms]) => sum + ms, 0) - main
    return {
      perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
      p99: Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit],
      main: (main * 1000) / requests,
      others: (others * 1000) / requests,
      share: main / (performance.now() - began),
      backlog,
    }
  } finally {
    await stop(child)
  }
}

const spread = values => {
  const sorted = [...values].sort((one, two) => one - two)
  const shown = value => value.toFixed(value < 10 ? 1 : 0)
  return `${shown(sorted[sorted.length >> 1])} (${shown(sorted[0])} to ${shown(sorted.at(-1))})`
}

for (const connections of [20, 100]) {
  const runs = builds.map(() => [])
  for (let turn = 0; turn < rounds; turn += 1)
    for (const [index, [, command]] of builds.entries()) {
      runs[index].push(await round(path.resolve(command), connections))
      await wait(200)
    }
  for (const [index, [name]] of builds.entries()) {
    const of = field => spread(runs[index].map(run => run[field]))
    console.log(
      `${connections} connections, ${name}: ${of('perSecond')} a second, p99 ${of('p99')} ms; a delivery takes ${of('main')} µs of the main thread and ${of('others')} µs of the others; backlog ${of('backlog')}`,
    )
  }
}
removeFolder()
