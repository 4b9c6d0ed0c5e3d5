/**
 * What a delivery costs, of one built command or of several by turns: `node bench/ingest.mjs [NAME=dist/hookscope.cjs …]`. wrk posts
 * signed events over connections that stay open. Processor time per delivery, of the main thread and of all others, is what to
 * compare where others use the machine. HOOKSCOPE_BENCH_ROUNDS and HOOKSCOPE_BENCH_SECONDS: how often and how long, each.
 */
import { execFile, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { argv, env, execPath } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const rounds = Number(env.HOOKSCOPE_BENCH_ROUNDS ?? 3)
const seconds = Number(env.HOOKSCOPE_BENCH_SECONDS ?? 6)
const own = fileURLToPath(new URL('../dist/hookscope.cjs', import.meta.url))
const builds = argv.slice(2).map(word => word.split('='))
if (builds.length === 0) builds.push(['this', own])
const key = 'signature-key'
const folder = mkdtempSync(path.join(env.HOOKSCOPE_BENCH_FOLDER ?? tmpdir(), 'hookscope-bench-'))

/** About 900 bytes, each of another event. */
function eventOf(number) {
  const object = {
    type: 'transaction',
    key: `t${number.toString(36).padStart(14, '0')}`,
    refnum: String(3_100_000_000 + number),
    created: '2026-01-05 10:00:00',
    trantype_code: 'S',
    trantype: 'Credit Card Sale',
    result_code: 'A',
    result: 'Approved',
    authcode: String(100_000 + (number % 900_000)),
    invoice: `INV-${number % 9973}`,
    amount: ((number % 90_000) / 100 + 1).toFixed(2),
    description: 'x'.repeat(360),
    creditcard: {
      number: '4xxxxxxxxxxx1111',
      cardholder: 'Test Card',
      category_code: 'A',
      entry_mode: 'Card Not Present',
    },
    avs: { result_code: 'YYY', result: 'Address: Match & 5 Digit Zip: Match' },
  }
  return JSON.stringify({
    type: 'event',
    event_triggered: '2026-01-05 10:00:00',
    event_type: 'transaction.sale.success',
    event_body: { merchant: { merch_key: 'm1' }, object },
    event_id: createHmac('sha256', 'id').update(String(number)).digest('hex').slice(0, 32),
  })
}

const eventsFile = path.join(folder, 'events.txt')
const events = Array.from({ length: 60_000 }, (_, at) => eventOf(at + 1))
writeFileSync(
  eventsFile,
  events.map(body => `${createHmac('sha256', key).update(body).digest('hex')} ${body}\n`).join(''),
)
const script = path.join(folder, 'signed.lua')
writeFileSync(
  script,
  `local events, at = {}, 0
for line in io.lines("${eventsFile}") do events[#events + 1] = line end
function request()
  at = at % #events + 1
  local e = events[at]
  return wrk.format("POST", nil, {["Content-Type"]="application/json",["X-Signature"]=e:sub(1, 64)}, e:sub(66))
end
`,
)

/** Milliseconds of processor time so far, by thread. */
function threadTimes(pid) {
  return new Map(
    readdirSync(`/proc/${pid}/task`).map(id => [
      Number(id),
      Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    ]),
  )
}

async function start(command, db) {
  const args = ['listen', '--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--json', '--db', db]
  const child = spawn(execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, HOOKSCOPE_SIGNATURE_KEY: key, NODE_EXTRA_CA_CERTS: '', XDG_CONFIG_HOME: folder },
  })
  const ready = await new Promise((resolve, reject) => {
    let text = ''
    child.once('exit', () => reject(new Error(`${command} ended`)))
    child.stdout.on('data', data => {
      if (text.includes('\n')) return
      text += data
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))))
    })
  })
  return {
    child,
    url: ready.hooks[0].localUrl.replace('localhost', '127.0.0.1'),
    inspector: new URL(ready.inspectorLink),
  }
}

async function statusOf(inspector) {
  const headers = { Authorization: `Bearer ${inspector.searchParams.get('token')}` }
  return (await fetch(new URL('/api/status', inspector), { headers })).json()
}

async function round(command, connections) {
  const db = path.join(folder, `${Math.random()}.db`)
  const { child, url, inspector } = await start(command, db)
  try {
    const wrk = length =>
      promisify(execFile)('wrk', ['-t1', `-c${connections}`, `-d${length}s`, '--latency', '-s', script, url])
    await wrk(1)
    const [before, began] = [threadTimes(child.pid), performance.now()]
    const { stdout } = await wrk(seconds)
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
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
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
rmSync(folder, { recursive: true, force: true })
