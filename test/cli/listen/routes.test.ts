/** Routes as a process with two apps: which delivery goes where, how it is sent, and what no route takes. */

import { writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { headerValue } from '../../../core/http/headers.ts'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function merchant(...parameters: Parameters<typeof startMerchant>) {
  const app = await startMerchant(...parameters)
  closers.push(() => app.close())
  return app
}

async function listening(...parameters: Parameters<typeof startListening>) {
  const command = startListening(...parameters)
  closers.push(() => command.stop('SIGKILL'))
  const { hooks, db } = await command.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
  closers.push(() => gateway.close())
  return { command, gateway, db }
}

const delivery = (command: RunningCommand, id: number) => command.waitForLine('delivery', line => line.id === id)
const attempt = (command: RunningCommand, id: number) => command.waitForLine('attempt', line => line.delivery === id)
const typesAt = (app: { received: readonly { body: Buffer }[] }) =>
  app.received.map(({ body }) => JSON.parse(body.toString()).event_type as string)

it('each event goes to the app of its route, and what no route takes says so', async () => {
  const [ach, cards] = [await merchant(manners.answers('201 Created')), await merchant()]
  const { command, gateway, db } = await listening([
    ...['--forward', `ach.*=${ach.url}`, '--forward', `cardupdate.*=${cards.url}`],
    ...['--header', 'X-Env: test', '--header', 'authorization: Bearer mine'],
  ])
  await gateway.post('ach.settled')
  expect(await attempt(command, 1)).toMatchObject({ target: ach.url, status: 201 })
  await gateway.post('cau.created')
  expect(await attempt(command, 2)).toMatchObject({ target: cards.url, status: 200 })
  await gateway.post('transaction.sale.success')
  expect(await delivery(command, 3)).toMatchObject({
    notForwarded: { code: 'no-route', message: 'Not forwarded: no route for transaction.sale.success.' },
  })
  expect([typesAt(ach), typesAt(cards)]).toEqual([['ach.settled'], ['cau.created']])
  const headers = ach.received[0]?.headers ?? []
  expect(headerValue(headers, 'x-env')).toBe('test')
  expect(headers.filter(([name]) => name.toLowerCase() === 'authorization')).toEqual([['authorization', 'Bearer mine']])

  const [status, list, trigger] = await Promise.all([
    runCommand(['status', '--db', db]),
    runCommand(['list', '3', '--db', db]),
    runCommand(['trigger', 'settlement.batch.success', '--db', db]),
  ])
  expect(status.stdout).toMatch(new RegExp(`Forwarded +to ${ach.url} · ach\\.\\* · up, last answered 201 at `))
  expect(status.stdout).toMatch(new RegExp(`to ${cards.url} · cau\\.\\* · up`))
  expect(list.stdout).toContain('→ no route')
  expect(trigger.stdout + trigger.stderr).toMatch(
    /app not called: no route takes this event[\s\S]*answered 2xx by hookscope itself/i,
  )
})

it('--host and --allowed-host let others in, and the block at the start says so', async () => {
  const { command, gateway } = await listening(['--host', '0.0.0.0', '--allowed-host', 'localhost:8080'])
  const { inspectorUrl, inspectorLink } = await command.waitForLine('ready')
  await gateway.post('ach.settled')
  const token = new URL(inspectorLink).searchParams.get('token') ?? ''
  const ask = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { Host: host, Authorization: `Bearer ${token}` }
      get(`${inspectorUrl}/api/status`, { headers }, answer => {
        answer.resume()
        resolve(answer.statusCode)
      }).on('error', reject)
    })
  expect([await ask('localhost:8080'), await ask('localhost:8081')]).toEqual([200, 403])
  const said = command.stderr().replace(/\s+/g, ' ')
  expect(said).toMatch(
    /Exposed the receiver takes connections at 0\.0\.0\.0, port \d+: whoever reaches it there can send to it/,
  )
  expect(said).toContain(
    'the inspector answers to localhost:8080: whoever gets there with its link reads every delivery',
  )
})

it('the file has routes of its own: a hook, credentials, Host and time; the first route’s app answers the gateway', async () => {
  const [main, other] = [await merchant(manners.answers('418 I’m a teapot')), await merchant(manners.hangs())]
  const folder = emptyFolder()
  writeFileSync(
    join(folder, 'hookscope.config.json'),
    JSON.stringify({
      answer: 'app',
      only: 'ach.*,cau.*',
      routes: [
        { events: ['ach.returned'], target: other.url, timeout: '300ms' },
        { hook: 'main', target: main.url, basicAuth: 'shop:open sesame', host: 'shop.test', headers: { 'X-A': 'ü' } },
      ],
    }),
  )
  const { command, gateway } = await listening([], { cwd: folder })
  expect((await gateway.post('ach.settled')).status).toBe(418)
  const { headers = [] } = main.received[0] ?? {}
  expect(headerValue(headers, 'host')).toBe('shop.test')
  expect(headerValue(headers, 'authorization')).toBe(`Basic ${Buffer.from('shop:open sesame').toString('base64')}`)
  expect(headerValue(headers, 'x-a')).toBe(Buffer.from('ü').toString('latin1'))
  // The hook's own route comes before that of all hooks.
  expect((await gateway.post('ach.returned')).status).toBe(418)
  expect(other.received).toEqual([])
  // Left out on purpose: the gateway need not send it again.
  expect((await gateway.post('transaction.sale.success')).status).toBe(200)
  expect(await delivery(command, 3)).toMatchObject({
    statusReason: { code: 'not-selected', message: 'Not forwarded: --only leaves out transaction.sale.success.' },
    notForwarded: { code: 'not-selected' },
  })
})

it('an app may take longer than the gateway waits, or less, as --timeout says', async () => {
  const app = await merchant(manners.hangs())
  const { command, gateway } = await listening(['--forward', app.url, '--timeout', '200ms'])
  await gateway.post('ach.settled')
  expect(await attempt(command, 1)).toMatchObject({
    outcome: 'timed-out',
    error: { code: 'READ_TIMEOUT', message: expect.stringContaining('within 0.2 s') },
  })
})

it('an app that restarts gets each delivery once and in order; what is owed outlives a kill of hookscope', async () => {
  const port = await portApart()
  const target = `http://127.0.0.1:${port}/webhooks`
  const db = join(emptyFolder(), 'shop.db')
  const first = await listening(['--forward', target], { db })
  const types = ['ach.submitted', 'ach.settled', 'ach.returned'] as const
  for (const type of types) await first.gateway.post(type)
  expect(await first.command.waitForLine('retrying')).toEqual({
    kind: 'retrying',
    target,
    ms: 30_000,
    why: 'refused',
  })
  const status = await runCommand(['status', '--db', db])
  expect(status.stdout).toMatch(/3 deliveries queued · tried again until \d\d:\d\d:\d\d/)
  const app = await startMerchant(undefined, { port })
  closers.push(() => app.close())
  await app.arrived(3)
  for (const id of [1, 2, 3])
    await first.command.waitForLine('attempt', line => line.delivery === id && line.status === 200)
  expect(typesAt(app)).toEqual(types)
  await app.close()

  await first.gateway.post('ach.voided')
  await first.command.waitForLine('attempt', line => line.delivery === 4 && line.outcome === 'refused')
  await first.gateway.post('ach.failed')
  await first.command.waitForLine('delivery', line => line.id === 5)
  await first.command.stop('SIGKILL')
  const again = await startMerchant(undefined, { port })
  closers.push(() => again.close())
  const second = await listening(['--forward', target], { db })
  // It was never sent: it goes out. The other was refused: it is offered, with the command that sends it.
  expect(await second.command.waitForLine('resumed')).toMatchObject({ target, ids: [5] })
  await again.arrived(1)
  expect(typesAt(again)).toEqual(['ach.failed'])
  expect(await second.command.waitForLine('left')).toMatchObject({ target, why: 'missed-before', ids: [4] })
})

it('what a webhook’s own target is owed outlives a kill, and is offered where that target is gone by then', async () => {
  const port = await portApart()
  const target = `http://127.0.0.1:${port}/books`
  const db = join(emptyFolder(), 'books.db')
  const edit = (...words: string[]) => runHere(['hooks', 'edit', 'main', ...words, '--db', db])
  const untried = async ({ command, gateway }: Awaited<ReturnType<typeof listening>>, first: number) => {
    await gateway.post('ach.settled')
    await command.waitForLine('attempt', line => line.delivery === first && line.outcome === 'refused')
    await gateway.post('ach.returned')
    await command.waitForLine('delivery', line => line.id === first + 1)
    await command.stop('SIGKILL')
  }
  const started = await listening([], { db })
  expect((await edit('--forward', target)).code).toBe(0)
  await untried(started, 1)

  const app = await startMerchant(undefined, { port })
  const second = await listening([], { db })
  expect(await second.command.waitForLine('resumed')).toMatchObject({ target, ids: [2] })
  await app.arrived(1)
  expect(typesAt(app)).toEqual(['ach.returned'])
  expect(await second.command.waitForLine('left')).toMatchObject({ target, why: 'missed-before', ids: [1] })
  // What became of it is told as of what comes.
  await second.command.waitForLine('attempt', line => line.delivery === 2 && line.status === 200)
  await app.close()
  await untried(second, 3)

  expect((await edit('--forward', 'none')).code).toBe(0)
  const third = await listening([], { db })
  const left = await third.command.waitForLine('left', line => line.ids.includes(4))
  expect(left).toMatchObject({ target })
})

it('what an app does not take in time is left as failed, with the command that sends it', async () => {
  const target = `http://127.0.0.1:${await portApart()}/webhooks`
  const { command, gateway } = await listening(['--forward', target, '--retry', '600ms'])
  await gateway.post('ach.settled')
  expect(await command.waitForLine('gave-up')).toEqual({ kind: 'gave-up', target, why: 'refused', ids: [1] })
  await command.waitForText(
    /took no connection in time for 1 delivery\. To send it later:\n {2}hookscope replay id:1 --to/,
  )
})
