/** Checking stored deliveries again from the shell, when the person does not want to wait for the end of it. */
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { answerOf, findListener, listenerClient, openClient } from '../../../cli/client.ts'
import { verifyStoredAgain } from '../../../cli/hooks/verify-again.ts'
import type { HookDraft } from '../../../core/hooks/hook.ts'
import { loadSettings } from '../../../server/config/config.ts'
import { noSecrets } from '../../../server/hooks/active.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder, startListening } from '../../helpers/command.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const signature: HookDraft['signature'] = { kind: 'signature-key', key: 'another-key' }

/** A database with deliveries of the hook `main`, which nobody has open. */
async function filled(many: number): Promise<string> {
  const db = join(emptyFolder(), 'deliveries.db')
  const store = openSqlite({ path: db })
  const bodies = Array.from({ length: many }, (_, index) => saleEvent({ id: String(index).padStart(64, '0') }))
  await Promise.all(
    bodies.map(body => store.deliveries.append(arrival({ hook: 'main', body: Buffer.from(JSON.stringify(body)) }))),
  )
  await store.close()
  return db
}

it('on the database it stops where it is, and what was judged stays', async () => {
  const many = 1000
  const interruption = new AbortController()
  const { signal } = interruption
  const { settings } = await loadSettings({
    options: { db: await filled(many) },
    config: { path: false, trusted: false },
    environment: {},
    folder: emptyFolder(),
    ask: null,
    reads: ['db'],
  })
  const client = await openClient(null, { settings, folder: emptyFolder(), signal, secrets: noSecrets })
  closers.push(() => client.close())
  const { hook } = await answerOf(
    client.api.hooks.$post({
      json: {
        label: 'Shop',
        customUrl: null,
        events: ['ach.settled'],
        authentication: { kind: 'none' },
        signature,
      },
    }),
  )
  expect(hook.id).toBe('main')
  const tell = ({ checked }: { readonly checked: number }) => checked > 0 && interruption.abort()
  const job = await verifyStoredAgain(client, 'main', 'a test', tell, signal)
  expect(job.state).toBe('cancelled')
  expect(job.checked).toBeGreaterThan(0)
  expect(job.checked).toBeLessThan(many)
  expect(job.changed).toBe(job.checked)
})

it('at a listener it is stopped there, too, and the end of it is told', async () => {
  const db = await filled(600)
  const command = startListening([], { db })
  closers.push(() => command.stop())
  await command.waitForLine('ready')
  const interruption = new AbortController()
  const listener = await findListener(db, interruption.signal)
  if (listener === null) throw new Error('It is listening.')
  const client = listenerClient(listener, interruption.signal)
  const { api } = listenerClient(listener, new AbortController().signal)
  const jobs = async () => (await answerOf(api.status.$get())).verifications
  await answerOf(client.api.hooks[':id'].$put({ param: { id: 'main' }, json: { signature } }))
  const ended = verifyStoredAgain(client, 'main', 'a test', () => {}, interruption.signal)
  await expect.poll(async () => (await jobs()).length, { timeout: 20_000 }).toBe(1)
  interruption.abort()
  const job = await ended
  expect(['cancelled', 'done']).toContain(job.state)
  expect(await jobs()).toEqual([job])
})
