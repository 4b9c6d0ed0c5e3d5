/** What the benches that run by hand have in common: a built command that listens, and wrk, which posts signed events to it. */
import { execFile, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { env, execPath } from 'node:process'
import { promisify } from 'node:util'

const key = 'signature-key'
/** For all that is made; `removeFolder` is for the end. */
export const folder = mkdtempSync(path.join(env.HOOKSCOPE_BENCH_FOLDER ?? tmpdir(), 'hookscope-bench-'))

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

export const removeFolder = () => rmSync(folder, { recursive: true, force: true })

/** Posts signed events for so many seconds. @returns what wrk prints */
export async function load(url, connections, seconds) {
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, url]
  return (await promisify(execFile)('wrk', words)).stdout
}

/** Milliseconds of processor time so far, by thread. */
export function threadTimes(pid) {
  return new Map(
    readdirSync(`/proc/${pid}/task`).map(id => [
      Number(id),
      Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    ]),
  )
}

/** Listens on a database of its own, with more options where they are given. */
export async function start(command, db) {
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

export async function statusOf(inspector) {
  const headers = { Authorization: `Bearer ${inspector.searchParams.get('token')}` }
  return (await fetch(new URL('/api/status', inspector), { headers })).json()
}

export async function stop(child) {
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
