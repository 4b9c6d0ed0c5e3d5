/** Checking stored deliveries again from the shell, when the person does not want to wait for the end of it. */
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { HookDraft } from '../../../core/hook.ts'
import type { Status } from '../../../core/messages.ts'
import { callsTo } from '../../../server/reach/calls.ts'
import type { HooksReach } from '../../../server/reach/hooks.ts'
import { reachHooksOnDatabase } from '../../../server/reach/hooks-database.ts'
import { reachHooksOfListener } from '../../../server/reach/hooks-listener.ts'
import { ownerOf } from '../../../server/reach/simulator.ts'
import { openStore } from '../../../server/store/sqlite.ts'
import { emptyFolder, startListening } from '../../helpers/command.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const many = 600
const signature: HookDraft['signature'] = { kind: 'signature-key', key: 'another-key' }

/** A database with deliveries of the hook `main`, which nobody has open. */
async function filled(): Promise<string> {
  const db = join(emptyFolder(), 'deliveries.db')
  const store = openStore({ path: db })
  const bodies = Array.from({ length: many }, (_, index) => saleEvent({ id: String(index).padStart(64, '0') }))
  await Promise.all(
    bodies.map(body => store.append(arrival({ hook: 'main', body: Buffer.from(JSON.stringify(body)) }))),
  )
  await store.close()
  return db
}

it('on the database it stops where it is, and what was judged stays', async () => {
  const interruption = new AbortController()
  const reach = await reachHooksOnDatabase({
    db: await filled(),
    make: false,
    publicUrl: null,
    signal: interruption.signal,
  })
  closers.push(() => reach.close())
  const { hook } = await reach.add({
    label: 'Shop',
    customUrl: null,
    events: ['ach.settled'],
    authentication: { kind: 'none' },
    signature,
  })
  expect(hook.id).toBe('main')
  const job = await reach.verifyAgain('main', 'a test', ({ checked }) => checked > 0 && interruption.abort())
  expect(job.state).toBe('cancelled')
  expect(job.checked).toBeGreaterThan(0)
  expect(job.checked).toBeLessThan(many)
  expect(job.changed).toBe(job.checked)
})

it('at a listener it is stopped there, too, and the end of it is told', async () => {
  const db = await filled()
  const command = startListening([], { db })
  closers.push(() => command.stop())
  await command.waitForLine('ready')
  const owner = await ownerOf(db)
  if (owner === null) throw new Error('It is listening.')
  const interruption = new AbortController()
  const reach: HooksReach = reachHooksOfListener(owner, interruption.signal)
  const call = callsTo(owner, new AbortController().signal)
  const jobs = async () => ((await (await call('/api/status')).json()) as Status).verifications
  await reach.change('main', { signature })
  const ended = reach.verifyAgain('main', 'a test', () => {})
  await expect.poll(async () => (await jobs()).length, { timeout: 20_000 }).toBe(1)
  interruption.abort()
  const job = await ended
  expect(['cancelled', 'done']).toContain(job.state)
  expect(await jobs()).toEqual([job])
})
