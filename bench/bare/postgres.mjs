// The limit of bench/postgres.bench.ts: as many rows in flight as there are connections; what came while one statement was under
// way is the next one. Checks and describes nothing.
import { readFileSync } from 'node:fs'
import postgres from 'postgres'

const [url, table, file, connections, seconds] = process.argv.slice(2)
const sql = postgres(url, { max: 1, onnotice: () => {} })
const rows = JSON.parse(readFileSync(file, 'utf8')).map(({ body, ...row }) => ({ ...row, body: Buffer.from(body) }))
const [took, committed] = [[], []]
let waiting = []
let isSending = false
let at = 0

async function send() {
  isSending = true
  while (waiting.length > 0) {
    const batch = waiting
    waiting = []
    const began = performance.now()
    await sql`INSERT INTO ${sql(table)} ${sql(batch.map(({ row }) => row))}`
    committed.push(performance.now() - began)
    for (const { done } of batch) done()
  }
  isSending = false
}

function keep() {
  at = (at + 1) % rows.length
  const row = { ...rows[at], received_at: Date.now() }
  return new Promise(done => {
    waiting.push({ row, done })
    if (!isSending) setImmediate(() => isSending || send())
  })
}

async function connection(until) {
  while (performance.now() < until) {
    const began = performance.now()
    await keep()
    took.push(performance.now() - began)
  }
}

const part = (all, share) => all.sort((one, two) => one - two)[Math.floor(all.length * share)]
const all = until => Promise.all(Array.from({ length: Number(connections) }, () => connection(until)))
await all(performance.now() + 500)
took.length = 0
committed.length = 0
const began = performance.now()
await all(began + Number(seconds) * 1000)
const perSecond = (took.length / (performance.now() - began)) * 1000
console.log(
  JSON.stringify({
    perSecond,
    p50: part(took, 0.5),
    p99: part(took, 0.99),
    commitP50: part(committed, 0.5),
    commitP99: part(committed, 0.99),
  }),
)
await sql.end()
