/** Several `hookscope serve` on one PostgreSQL log: one is killed again and again, then the server; nothing is lost, nothing sent twice. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newHook } from '../../../server/hooks/active.ts'
import { openPostgres } from '../../../server/store/postgres/postgres.ts'
import { type RunningCommand, startCommand } from '../../helpers/command.ts'
import { saleEvent } from '../../helpers/deliveries.ts'
import { type Gateway, openGateway } from '../../helpers/gateway.ts'
import { type PostgresDatabase, type PostgresServer, startPostgres } from '../../helpers/postgres.ts'

const secret = '4f1d8a0b6c2e9735d1a8f04b7c63e925'
const [path, key] = ['/a-path-that-nobody-guesses', 'sk-live-0123456789abcdef'] as const

interface Served {
  readonly command: RunningCommand
  readonly gateway: Gateway
}

let server: PostgresServer
let database: PostgresDatabase
let running: (Served | null)[] = []
/** How often the app got an event, by its id. */
const received = new Map<string, number>()
let answer: (response: ServerResponse) => void = response => void response.writeHead(204).end()
const app = createServer((request: IncomingMessage, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { event_id: id } = JSON.parse(Buffer.concat(chunks).toString())
    received.set(id, (received.get(id) ?? 0) + 1)
    answer(response)
  })
})

beforeAll(async () => {
  server = await startPostgres()
  await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve))
})
beforeEach(async () => {
  database = await server.create()
  received.clear()
  answer = response => void response.writeHead(204).end()
  const first = await openPostgres({ url: database.url })
  const hook = newHook('main', 'Jane’s shop', Date.now())
  await first.hooks.save({ ...hook, path, savedSecrets: { ...hook.savedSecrets, signatureKey: key } })
  await first.close()
})
afterEach(async () => {
  for (const served of running) {
    served?.gateway.close()
    await served?.command.stop('SIGKILL')
  }
  running = []
  await database.drop()
})
afterAll(async () => {
  app.closeAllConnections()
  await new Promise(resolve => app.close(resolve))
  await server.close()
})

const targetUrl = () => `http://127.0.0.1:${(app.address() as AddressInfo).port}/`

async function start(...options: readonly string[]): Promise<Served> {
  const command = startCommand(
    [
      ...['serve', '--public-url', 'http://localhost:9', '--db', database.url, '--port', '0', '--inspector-port', '0'],
      ...['--log', 'json', '--forward', targetUrl(), ...options],
    ],
    { env: { HOOKSCOPE_SECRET: secret } },
  )
  await command.waitForText(/"event":"started"/)
  const started = command
    .stdout()
    .split('\n')
    .find(line => line.includes('"event":"started"'))
  const { receiver } = JSON.parse(started ?? '')
  return { command, gateway: openGateway({ url: `http://127.0.0.1:${receiver}${path}`, key }) }
}

interface Kept {
  readonly event: string
  /** How often the log has it. */
  readonly times: number
  /** How each attempt ended; null while it has not. */
  readonly ends: readonly string[]
}

/** What the log has, past hookscope. */
async function kept(): Promise<readonly Kept[]> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  try {
    return await sql<Kept[]>`
      SELECT convert_from(a.body, 'UTF8')::json ->> 'event_id' AS event, count(DISTINCT a.id)::integer AS times,
        coalesce(array_agg(coalesce(t.error::json ->> 'code', t.outcome)) FILTER (WHERE t.id IS NOT NULL), '{}') AS ends
      FROM hookscope.arrival a LEFT JOIN hookscope.attempt t ON t.delivery = a.id GROUP BY 1`
  } finally {
    await sql.end()
  }
}

/** Twenty senders, each to whichever process is there; as many events as they are asked for. */
function sending() {
  const acknowledged = new Set<string>()
  let stopped = false
  let wanted = 0
  const isAllowed = () => stopped || acknowledged.size < wanted
  async function send(sender: number): Promise<void> {
    for (let count = 0; ; count += 1) {
      while (!isAllowed()) await sleep(5)
      if (stopped) return
      const event = `${sender}-${count}`
      const there = running.filter(one => one !== null)
      const served = there[(sender + count) % there.length]
      const status = await served?.gateway.post(saleEvent({ id: event })).then(
        ({ status }) => status,
        () => null,
      )
      if (status === 200) acknowledged.add(event)
      // The gateway waits between two tries.
      else await sleep(20)
    }
  }
  const senders = Array.from({ length: 20 }, (_, sender) => send(sender))
  return {
    acknowledged,
    /** Resolves when so many more are answered; the senders do not stop there. */
    more(count: number, beyond = count) {
      const least = acknowledged.size + count
      wanted = least + beyond
      const isThere = () => expect(acknowledged.size).toBeGreaterThanOrEqual(least)
      return vi.waitFor(isThere, { timeout: 60_000, interval: 5 })
    },
    async stop() {
      stopped = true
      await Promise.all(senders)
    },
  }
}

/** Ends one as a lack of memory does. */
async function kill(place: number): Promise<void> {
  const served = running[place]
  running[place] = null
  await served?.command.stop('SIGKILL')
  served?.gateway.close()
}

/** Neither an attempt that has ended, nor one that was cut off by a kill, which ends as that. */
const isOpen = ({ ends }: Kept) => ends.length === 0 || ends.includes('pending')
/** 10 s are promised until another process continues; the machine may be busy. */
const longestStandstillMs = 20_000

/** Resolves when nothing is left to do; however much waits, something of it is done all the time. */
async function untilDone(): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  let since = 0
  for (;;) {
    const open = (await kept()).filter(isOpen)
    if (open.length === 0) return
    if (open.length < least) {
      least = open.length
      since = performance.now()
    }
    if (performance.now() - since > longestStandstillMs) expect(open).toEqual([])
    await sleep(200)
  }
}

async function startAt(place: number): Promise<void> {
  running[place] = await start()
}

/** What both have logged of one kind, with who did. */
const logged = (event: string) =>
  running.flatMap((served, place) =>
    (served?.command.stdout() ?? '')
      .split('\n')
      .filter(line => line.includes(`"event":"${event}"`))
      .map(line => ({ place, ...JSON.parse(line) })),
  )

describe('two processes on one log', () => {
  it('log a delivery where it came, and an attempt where it was made; one that was taken for cut off ends as it did', async () => {
    let release = () => {}
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    answer = response => void released.then(() => response.writeHead(204).end())
    running = [await start(), await start()]
    for (const served of running) {
      const { status } = (await served?.gateway.post(saleEvent({ id: `at-${running.indexOf(served)}` }))) ?? {}
      expect(status).toBe(200)
    }
    await expect.poll(() => received.size, { timeout: 10_000 }).toBe(2)
    const sql = postgres(database.url, { max: 1, onnotice: () => {} })
    try {
      // The others take it for gone.
      const gone = await sql<{ id: number }[]>`
        DELETE FROM hookscope.process WHERE id IN (SELECT process FROM hookscope.attempt) RETURNING id`
      await expect.poll(() => logged('attempt').length, { timeout: 20_000 }).toBe(2)
      await sql`INSERT INTO hookscope.process (id) OVERRIDING SYSTEM VALUE VALUES (${gone[0]?.id ?? 0})`
      expect(logged('attempt')).toMatchObject([{ outcome: 'reset' }, { outcome: 'reset' }])
      expect(await sql`SELECT FROM hookscope.unfinished WHERE kind = 'interrupted'`).toHaveLength(1)
      release()
      await expect.poll(() => logged('attempt').length, { timeout: 10_000 }).toBe(4)
      expect(await sql`SELECT FROM hookscope.unfinished WHERE kind = 'interrupted'`).toHaveLength(0)
    } finally {
      await sql.end()
    }
    const deliveries = logged('delivery')
    expect(deliveries.map(({ place }) => place).sort()).toEqual([0, 1])
    expect(new Set(deliveries.map(({ delivery }) => delivery)).size).toBe(2)
    const ends = logged('attempt').filter(({ outcome }) => outcome === 'answered')
    expect(ends).toMatchObject([
      { status: 204, corrects: 'interrupted' },
      { status: 204, corrects: 'interrupted' },
    ])
    expect(new Set(ends.map(({ id }) => id)).size).toBe(2)
    expect((await kept()).map(({ ends }) => ends)).toEqual([['answered'], ['answered']])
    const ended = running.map(served => served?.command.stop('SIGTERM'))
    await Promise.all(ended)
    expect(logged('ended').map(({ deliveries }) => deliveries)).toEqual([1, 1])
  }, 60_000)

  it('keep and forward once what they answered, though one is killed again and again, and then the server', async () => {
    running = await Promise.all([start(), start()])
    const senders = sending()
    const starting: Promise<void>[] = []
    for (let round = 0; round < 10; round += 1) {
      // Now the one that forwards, now the other one; while it starts again, the other is killed as well.
      for (const place of [0, 1]) {
        await senders.more(5)
        await kill(place)
        starting.push(startAt(place))
      }
      await Promise.all(starting.splice(0))
    }
    await server.crash()
    await server.start()
    await senders.more(40)
    await untilDone()
    await senders.more(20, 0)
    await kill(0)
    await senders.stop()
    // What the one that was killed had before it, the other does.
    await untilDone()
    const log = await kept()
    const once = new Set(log.flatMap(({ event, times }) => (times === 1 ? event : [])))
    expect([...senders.acknowledged].filter(event => !once.has(event))).toEqual([])
    expect(log.filter(({ ends }) => ends.length !== 1)).toEqual([])
    // What was on its way at a kill the app may have, or not: that is said of it, and nothing is sent again by itself.
    const isWrong = ({ event, ends: [end] }: Kept) => {
      const times = received.get(event) ?? 0
      return end === 'interrupted' ? times > 1 : times !== 1
    }
    expect(log.filter(isWrong)).toEqual([])
    expect(log.filter(({ ends: [end] }) => end === 'interrupted').length).toBeLessThan(log.length / 2)
  }, 300_000)
})
