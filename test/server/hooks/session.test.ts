/** Several hooks of one `listen`, as the gateway and a person meet them. */
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { emptyFolder, type RunningCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'

const token = 'token-of-the-test-0123456789'
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function listen(db: string): RunningCommand {
  const command = startListening([], { db, env: { HOOKSCOPE_TOKEN: token } })
  closers.push(() => command.stop())
  return command
}

/** Calls the API as a script does. */
async function apiOf(command: RunningCommand) {
  const { inspectorUrl } = await command.waitForLine('ready')
  return async <Answer>(method: string, path: string, body: object = {}): Promise<Answer> => {
    const response = await fetch(`${inspectorUrl}/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    })
    expect(response.ok).toBe(true)
    return response.json() as Promise<Answer>
  }
}

function gatewayTo(hook: HookView, key: string) {
  const gateway = openGateway({ url: hook.localUrl, key })
  closers.push(() => gateway.close())
  return gateway
}

it('each has its own path and its own verification; a deleted one answers 404 until it is restored', async () => {
  const db = join(emptyFolder(), 'a.db')
  const command = listen(db)
  const call = await apiOf(command)
  const add = async (label: string, key: string) => {
    const signature = { kind: 'signature-key', key }
    const draft = { label, customUrl: null, events: ['ach.settled'], authentication: { kind: 'none' }, signature }
    return (await call<{ hook: HookView }>('POST', '/hooks', draft)).hook
  }
  const shop = await add('Shop', 'key-of-the-shop')
  const depot = await add('Depot', 'key-of-the-depot')

  expect((await gatewayTo(shop, 'key-of-the-shop').post('ach.settled')).status).toBe(200)
  expect((await gatewayTo(depot, 'key-of-the-shop').post('ach.settled')).status).toBe(401)
  expect(await command.waitForLine('delivery', line => line.hook === shop.id)).toMatchObject({ verdict: 'verified' })
  expect(await command.waitForLine('delivery', line => line.hook === depot.id)).toMatchObject({ verdict: 'rejected' })

  const gateway = gatewayTo(depot, 'key-of-the-depot')
  await call('DELETE', `/hooks/${depot.id}`)
  expect(await gateway.post('ach.settled')).toMatchObject({ status: 404 })
  await call('POST', `/hooks/${depot.id}/restore`)
  expect((await gateway.post('ach.settled')).status).toBe(200)

  await command.stop()
  const again = await apiOf(listen(db))
  const { hooks } = await again<Status>('GET', '/status')
  expect(hooks.map(({ id, label }) => [id, label])).toEqual([
    ['main', 'hookscope'],
    [shop.id, 'Shop'],
    [depot.id, 'Depot'],
  ])
})

it('a password with colons and umlauts is checked as the gateway sends it', async () => {
  const command = listen(join(emptyFolder(), 'a.db'))
  const call = await apiOf(command)
  const credentials = { username: 'händler', password: 'pä:ss:wörd €' }
  const { hook } = await call<{ hook: HookView }>('PUT', '/hooks/main', {
    authentication: { kind: 'basic', ...credentials },
  })
  const answered = async (basicAuth: typeof credentials) => {
    const gateway = openGateway({ url: hook.localUrl, basicAuth })
    closers.push(() => gateway.close())
    return (await gateway.post('ach.settled')).status
  }
  expect(await answered(credentials)).toBe(200)
  expect(await answered({ ...credentials, password: 'pä:ss' })).toBe(401)
  expect(await command.waitForLine('delivery')).toMatchObject({ verdict: 'verified' })
})

it('a key that is corrected verifies what was rejected, and what comes next', async () => {
  const command = listen(join(emptyFolder(), 'a.db'))
  const call = await apiOf(command)
  const { hooks } = await call<Status>('GET', '/status')
  const [main] = hooks
  if (main === undefined) throw new Error('there is a first hook')
  await call('PUT', '/hooks/main', { signature: { kind: 'source-key', key: 'mistyped' } })
  const gateway = gatewayTo(main, 'the-right-key')
  expect((await gateway.post('ach.settled')).status).toBe(401)
  const { id } = await command.waitForLine('delivery')
  await call('PUT', '/hooks/main', { signature: { kind: 'source-key', key: 'the-right-key' } })
  const { job } = await call<{ job: { id: string } }>('POST', '/hooks/main/verifications', {
    reason: 'a slip was mended',
  })
  const ended = async () => {
    const { verifications } = await call<Status>('GET', '/status')
    return verifications.find(one => one.id === job.id)?.state === 'done'
  }
  await expect.poll(ended, { timeout: 20_000 }).toBe(true)
  expect(await call('GET', `/deliveries/${id}`)).toMatchObject({ verdict: 'verified', status: 401 })
  expect((await gateway.post('ach.failed')).status).toBe(200)
})
