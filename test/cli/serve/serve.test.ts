/** `hookscope serve` as a process: what it refuses, what it answers, what it logs, and how it ends. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { newHook } from '../../../server/hooks/active.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder, type RunningCommand, startCommand } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { knock } from '../../server/api/door.ts'

const secret = '4f1d8a0b6c2e9735d1a8f04b7c63e925'
const metricsToken = 'a-token-for-the-monitor'
const publicUrl = 'http://localhost:9'
const [path, key] = ['/a-path-that-nobody-guesses', 'sk-live-0123456789abcdef'] as const

test.each([
  ['a public URL', ['serve'], secret, 'needs the URL'],
  ['https', ['serve', '--public-url', 'http://hooks.example.com'], secret, 'is not https'],
  ['a secret', ['serve', '--public-url', 'https://hooks.example.com'], '', 'needs a secret'],
  ['a secret that is one', ['serve', '--public-url', 'https://hooks.example.com'], 'password', 'shorter than 32'],
])('needs %s', async (_, words, given, message) => {
  const folder = emptyFolder()
  const { code, stderr } = await runHere([...words, '--db', join(folder, 'a.db')], {
    env: { HOOKSCOPE_SECRET: given },
    cwd: folder,
  })
  expect([code, stderr]).toEqual([3, expect.stringContaining(message)])
})

describe('while it serves', () => {
  let folder = ''
  let command: RunningCommand
  let ports = { receiver: 0, inspector: 0 }
  /** The app behind it, which answers when the test says so. */
  const waiting: ServerResponse[] = []
  const app = createServer((_, response) => void waiting.push(response))

  interface LogLine {
    readonly event: string
    readonly level: string
    readonly [field: string]: unknown
  }
  const logged = (): LogLine[] =>
    command
      .stdout()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
  const ask = (path: string, headers: Record<string, string> = {}) =>
    knock(ports.inspector, path, { headers: { Host: 'localhost:9', ...headers } })
  const gateway = () => openGateway({ url: `http://127.0.0.1:${ports.receiver}${path}`, key })
  const isAsked = (count: number) => expect.poll(() => waiting.length).toBe(count)

  beforeEach(async () => {
    folder = emptyFolder()
    waiting.length = 0
    await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve))
    const store = await openSqlite({ path: join(folder, 'a.db') })
    const hook = newHook('main', 'Jane’s shop', Date.now())
    await store.hooks.save({ ...hook, path, savedSecrets: { ...hook.savedSecrets, signatureKey: key } })
    await store.close()
    const { port } = app.address() as AddressInfo
    command = startCommand(
      [
        ...['serve', '--public-url', publicUrl, '--db', join(folder, 'a.db'), '--port', '0', '--inspector-port', '0'],
        ...['--trusted-proxy', '127.0.0.1', '--log', 'json', '--drain', '2s'],
        ...['--forward', `http://127.0.0.1:${port}/in?key=of-the-app`, '--answer', 'app'],
      ],
      { cwd: folder, env: { HOOKSCOPE_SECRET: secret, HOOKSCOPE_METRICS_TOKEN: metricsToken } },
    )
    await command.waitForText(/"event":"started"/)
    const started = logged().find(({ event }) => event === 'started')
    ports = { receiver: Number(started?.['receiver']), inspector: Number(started?.['inspector']) }
  })
  afterEach(async () => {
    for (const response of waiting) response.destroy()
    await command.stop('SIGKILL')
    await new Promise(resolve => app.close(resolve))
  })

  it('lets nobody in who has not signed in, answers supervisors and monitors, and has sealed what stood in clear', async () => {
    for (const route of ['/api/status', '/api/deliveries', '/api/hooks', '/api/people'])
      expect([route, (await ask(route)).status]).toEqual([route, 401])
    const note = JSON.parse(readFileSync(join(folder, 'a.db.session.json'), 'utf8'))
    expect(note).toEqual({ pid: expect.any(Number), serves: 'http://localhost:9' })
    for (const token of ['', 'null', 'undefined', secret])
      expect((await ask('/api/status', { Authorization: `Bearer ${token}` })).status).toBe(401)
    expect(logged()).toContainEqual(
      expect.objectContaining({
        event: 'note',
        level: 'warn',
        message: expect.stringContaining('hookscope users invite'),
      }),
    )

    for (const Host of ['localhost:9', '10.0.0.5:4781', 'hookscope'])
      expect((await ask('/readyz', { Host })).status).toBe(200)
    expect((await ask('/healthz')).status).toBe(200)
    expect((await ask('/metrics')).status).toBe(401)
    const figures = await ask('/metrics', { Authorization: `Bearer ${metricsToken}` })
    expect(figures.text).toContain('hookscope_forward_targets{state="up"}')
    expect(figures.text).not.toMatch(/of-the-app|127\.0\.0\.1/)

    expect(readdirSync(folder).filter(name => readFileSync(join(folder, name)).includes(key))).toEqual([])
  })

  it('keeps the client that the trusted proxy names, counts, and logs neither keys, names nor payloads', async () => {
    const posting = fetch(`http://127.0.0.1:${ports.receiver}${path}`, {
      ...{ method: 'POST', body: '{"card":"4000100011112224"}' },
      headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9' },
    })
    expect((await posting).status).toBe(401)
    const genuine = gateway().post('ach.settled')
    await isAsked(1)
    waiting[0]?.writeHead(202).end()
    expect((await genuine).status).toBe(202)
    await command.waitForText(/"event":"attempt"/)

    const deliveries = () => logged().filter(({ event }) => event === 'delivery')
    await expect.poll(() => deliveries().length).toBe(2)
    expect(deliveries()).toEqual([
      expect.objectContaining({ level: 'info', delivery: 1, hook: 'main', verdict: 'rejected', status: 401 }),
      expect.objectContaining({ level: 'info', delivery: 2, hook: 'main', verdict: 'verified', status: 202 }),
    ])
    expect(logged().find(({ event }) => event === 'attempt')).toMatchObject({
      delivery: 2,
      status: 202,
      source: 'forward',
    })
    const { text } = await ask('/metrics', { Authorization: `Bearer ${metricsToken}` })
    expect(text).toContain('hookscope_deliveries_total{verdict="verified"} 1')
    expect(text).toContain('hookscope_deliveries_total{verdict="rejected"} 1')
    expect(text).toContain('hookscope_answer_seconds_count 2')
    const told = `${command.stdout()}${command.stderr()}`
    for (const word of [secret, metricsToken, key, path, 'Jane', '4000100011112224', 'of-the-app', '203.0.113.9'])
      expect(told).not.toContain(word)

    await command.stop()
    const store = await openSqlite({ path: join(folder, 'a.db') })
    expect((await store.deliveries.get(1))?.remoteAddress).toBe('203.0.113.9')
    await store.close()
  })

  it('ends gracefully: not ready first, what is in flight is answered, then nobody is taken', async () => {
    const inFlight = gateway().post('ach.settled')
    await isAsked(1)
    process.kill(command.pid, 'SIGTERM')
    await expect.poll(async () => (await ask('/readyz')).status).toBe(503)
    expect((await ask('/readyz')).json).toEqual({ ready: false, draining: true })
    expect((await ask('/healthz')).status).toBe(200)
    // A load balancer that has not seen it yet still gets an answer.
    const late = gateway().post('ach.settled')
    await isAsked(2)
    for (const response of waiting) response.writeHead(204).end()
    expect([(await inFlight).status, (await late).status]).toEqual([204, 204])
    expect((await command.exited).code).toBe(0)
    expect(
      logged()
        .map(({ event }) => event)
        .slice(-1),
    ).toEqual(['ended'])
    await expect(gateway().post('ach.settled')).rejects.toThrow()
  })

  it('ends at once at a second signal', async () => {
    const inFlight = gateway()
      .post('ach.settled')
      .catch(() => null)
    await isAsked(1)
    process.kill(command.pid, 'SIGTERM')
    await command.waitForText(/"event":"draining"/)
    process.kill(command.pid, 'SIGTERM')
    expect((await command.exited).code).toBe(1)
    expect(await inFlight).toBeNull()
    expect(logged().some(({ event }) => event === 'ended')).toBe(false)
  })
})
