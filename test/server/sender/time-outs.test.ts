import { afterEach, expect, it } from 'vitest'
import { send } from '../../../server/sender/send.ts'
import { type RunningCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'

/** The gateway's own limits, waited for in full: nothing here is handed a shorter one. */
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function hangingMerchant(): Promise<Merchant> {
  const merchant = await startMerchant(manners.hangs())
  closers.push(() => merchant.close())
  return merchant
}

it('answers the gateway 504 when the app has said nothing for 45 s', async () => {
  const merchant = await hangingMerchant()
  const command: RunningCommand = startListening(['--forward', merchant.url, '--answer', 'app'])
  closers.push(() => command.stop())
  const { hooks } = await command.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
  closers.push(() => gateway.close())
  const { status } = await gateway.post('transaction.sale.success')
  expect(status).toBe(504)
  const attempt = await command.waitForLine('attempt')
  expect(attempt).toMatchObject({ source: 'forward', outcome: 'timed-out', status: null })
  expect(attempt.ms).toBeGreaterThanOrEqual(44_990)
  expect(await command.waitForLine('delivery')).toMatchObject({ status: 504 })
}, 120_000)

it('gives a connection that never stands 5 s', async () => {
  const { port } = await hangingMerchant()
  const url = `https://127.0.0.1:${port}/`
  const { outcome, timing } = await send({
    method: 'POST',
    url,
    headers: [['Host', '127.0.0.1']],
    body: new Uint8Array(),
  })
  expect(outcome).toBe('timed-out')
  expect(timing.connectMs).toBeNull()
  expect(timing.totalMs).toBeGreaterThanOrEqual(4_990)
  expect(timing.totalMs).toBeLessThan(45_000)
})
