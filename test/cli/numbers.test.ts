/** Bare numbers of a command line: ids where such a delivery is there, and reference numbers, which every line shows as well. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emptyFolder, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { type Merchant, startMerchant } from '../helpers/merchants.ts'

const db = join(emptyFolder(), 'numbers.db')
const body = eventBytes('transaction.sale.success', 1)
const ref = /"refnum":"?(\d{6,})/.exec(body.toString())?.[1] ?? ''
let app: Merchant

beforeAll(async () => {
  app = await startMerchant()
  const listener = startListening([], { db })
  const { hooks } = await listener.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
  await gateway.post(body)
  await gateway.post('product.inventory.ordered')
  gateway.close()
  await listener.waitForLine('delivery', ({ id }) => id === 2)
  await listener.stop()
})
afterAll(() => app.close())

const run = (...words: readonly string[]) => runHere([...words, '--db', db])
/** As one line, however it is broken. */
const flat = (text: string) => text.replace(/\s+/g, ' ')

it('the reference number is the one that lines show', async () => {
  expect(ref).not.toBe('')
  expect((await run('list')).stdout).toContain(ref)
})

it('list: ids where they are there; else what the inspector’s search finds', async () => {
  expect(await run('list', '2')).toMatchObject({ code: 0, stdout: expect.stringContaining('#2'), stderr: '1 of 1\n' })
  const found = await run('list', ref)
  expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/ #1 /) })
  expect(found.stdout).not.toContain('#2')
  expect(flat(found.stderr)).toContain(`There is no delivery #${ref}: searched for ${ref} instead. 1 of 1`)
  const several = await run('list', ref, '99999')
  expect(several.stdout).toMatch(/ #1 /)
  expect(flat(several.stderr)).toContain(`There are no deliveries #${ref} and #99999: searched for ref:${ref},99999`)
})

it('list: names those that are not there', async () => {
  const { stdout, stderr } = await run('list', '2', '99999')
  expect(stdout).toContain('#2')
  expect(flat(stderr)).toContain('There is no delivery #99999. 1 of 1')
})

it('replay sends nothing by a reference number unasked, and names the search', async () => {
  const before = app.received.length
  const missing = await run('replay', ref, '--to', app.url, '--yes')
  expect(missing.code).toBe(1)
  expect(flat(missing.stderr)).toContain(
    `There is no delivery #${ref}. As a reference number: hookscope replay ref:${ref} (1 delivery)`,
  )
  expect(app.received).toHaveLength(before)
  expect(await run('replay', `ref:${ref}`, '--to', app.url, '--yes')).toMatchObject({ code: 0 })
})

it('replay names each id that is not there', async () => {
  const { code, stderr } = await run('replay', '1', '7', '#8', '--to', app.url, '--yes')
  expect([code, flat(stderr)]).toEqual([1, expect.stringContaining('There are no deliveries #7 and #8.')])
})

it('show names the search of a reference number, and no more than the fact without one', async () => {
  expect(flat((await run('show', ref)).stderr)).toContain(
    `There is no delivery #${ref}. As a reference number: hookscope list ref:${ref} (1 delivery)`,
  )
  expect(flat((await run('show', '987654321')).stderr)).toContain(
    'There is no delivery #987654321. It may have been deleted, or dropped by retention.',
  )
})
