/** Routes as a process with two apps: which delivery goes where, how it is sent, and what no route takes. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { headerValue } from '../../../core/http/headers.ts'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'

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
  expect(status.stdout).toMatch(new RegExp(`Forwarded +to ${ach.url} · ach\\.\\* · up, last answered 201\n`))
  expect(status.stdout).toMatch(new RegExp(`to ${cards.url} · cau\\.\\* · up`))
  expect(list.stdout).toContain('→ no route')
  expect(trigger.stdout + trigger.stderr).toMatch(
    /app not called: no route takes this event[\s\S]*answered 2xx by hookscope itself/i,
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
