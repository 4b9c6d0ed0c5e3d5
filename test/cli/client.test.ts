/** The client of a listener, on the wire; and that of this process, which is on none. */
import { createServer } from 'node:http'
import { Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { answerOf, listenerClient, openClient } from '../../cli/client.ts'
import { defaults, type Settings } from '../../server/config/settings.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { emptyFolder } from '../helpers/command.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('waits while another program tries wrong tokens, instead of giving up', async () => {
  let asked = 0
  const listener = createServer((_, response) => {
    asked += 1
    response.writeHead(asked < 3 ? 429 : 200, { 'Retry-After': '1' }).end('{}')
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  closers.push(() => listener.close())
  const address = listener.address()
  const port = typeof address === 'object' ? address?.port : 0
  const owner = { pid: 1, inspectorUrl: `http://127.0.0.1:${port}`, token: 'token' }
  expect((await listenerClient(owner, new AbortController().signal).api.status.$get()).status).toBe(200)
  expect(asked).toBe(3)
})

it('opens no port where nobody listens: its API has no guard', async () => {
  const listening = vi.spyOn(Server.prototype, 'listen')
  closers.push(() => listening.mockRestore())
  const settings: Settings = {
    ...defaults,
    port: null,
    inspectorPort: null,
    forward: [],
    tunnelHost: null,
    subdomain: null,
    publicUrl: null,
    open: false,
    label: null,
    db: join(emptyFolder(), 'shop.db'),
  }
  const { signal } = new AbortController()
  const client = await openClient(null, { settings, folder: emptyFolder(), signal, secrets: noSecrets, make: true })
  closers.push(client.close)
  expect((await answerOf(client.api.hooks.$get())).hooks).toEqual([])
  const watching = await client.watch(() => {})
  closers.push(watching.close)
  expect(listening).not.toHaveBeenCalled()
})
