/** Several processes on one log: each delivery is sent on by the one that holds the target. */
import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isGood } from '../../../core/http/outcome.ts'
import { type Forwarder, openForwarder } from '../../../server/sender/forward.ts'
import type { Store } from '../../../server/store/store.ts'
import { sharedBetween } from '../../helpers/claims.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { type Kept, openKept } from '../../helpers/kept.ts'
import { type Merchant, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'

let kept: Kept
let app: Merchant
const closing: (() => Promise<void>)[] = []
beforeEach(async () => {
  kept = openKept()
  app = await startMerchant()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await app.close()
  await kept.close()
})

/** @param isOffered whether it hears of what comes */
async function forwarder(store: Store, url = app.url, isOffered = true): Promise<Forwarder> {
  const open = await openForwarder({
    store,
    targets: [{ url: new URL(url) }],
    retryMs: 30_000,
    isOwnUrl: () => false,
    rejectedToo: false,
  })
  const stop = isOffered ? store.deliveries.onIndexed(open.offer) : () => {}
  closing.push(async () => {
    stop()
    await open.close(0)
  })
  return open
}

async function arrive(): Promise<number> {
  const id = await kept.store.deliveries.append(arrival())
  await kept.store.deliveries.settled()
  return id
}
const sentOf = async (id: number) => (await kept.store.attempts.ofDelivery(id)).length

test('one sends; when it dies another goes on with what it has not sent, and with nothing twice', async () => {
  const process = sharedBetween(kept.store)
  const [first, second] = [process(), process()]
  const one = await forwarder(first.store)
  const other = await forwarder(second.store)
  const sent = await arrive()
  await kept.ended(1)
  expect([await sentOf(sent), app.received.length]).toEqual([1, 1])
  await expect.poll(() => other.waitsFor(sent)).toEqual([])

  // What comes while the one that sends holds it back waits in both.
  one.pause(true)
  const waiting = await arrive()
  expect([one.waitsFor(waiting), other.waitsFor(waiting)]).toEqual([[app.url], [app.url]])
  first.die()
  await kept.ended(2)
  const last = await arrive()
  await kept.ended(3)
  expect([await sentOf(sent), await sentOf(waiting), await sentOf(last), app.received.length]).toEqual([1, 1, 1, 3])
})

test('who ends lets another send at once that it asks', async () => {
  const process = sharedBetween(kept.store)
  const one = await forwarder(process().store)
  const other = await forwarder(process().store)
  one.pause(true)
  const waiting = await arrive()
  await one.close(0)
  await kept.ended(1)
  expect([await sentOf(waiting), other.waitsFor(waiting), app.received.length]).toEqual([1, [], 1])
})

test('what nobody took is tried again by the one that goes on, with what waited behind it', async () => {
  const process = sharedBetween(kept.store)
  const [first, second] = [process(), process()]
  const port = await portApart()
  const url = `http://127.0.0.1:${port}/`
  await forwarder(first.store, url)
  const other = await forwarder(second.store, url)
  const tried = await arrive()
  await kept.ended(1)
  await expect.poll(() => other.waitsFor(tried)).toEqual([url])
  const behind = await arrive()
  first.die()
  const late = createServer((request, response) => request.resume().on('end', () => response.writeHead(204).end()))
  closing.push(async () => void late.close())
  await new Promise<void>(resolve => late.listen(port, '127.0.0.1', resolve))
  await expect
    .poll(
      async () =>
        [...(await kept.store.attempts.ofDelivery(tried)), ...(await kept.store.attempts.ofDelivery(behind))]
          .filter(isGood)
          .map(({ delivery }) => delivery),
      {
        timeout: 20_000,
      },
    )
    .toEqual([tried, behind])
  expect((await kept.store.attempts.ofDelivery(tried)).map(({ outcome }) => outcome).slice(0, 1)).toEqual(['refused'])
  expect(await sentOf(behind)).toBe(1)
})

test('what only one of them knows of is sent: who has nothing to send lets go for it', async () => {
  const process = sharedBetween(kept.store)
  await forwarder(process().store, app.url, false)
  const other = await forwarder(process().store)
  const waiting = await arrive()
  expect(other.waitsFor(waiting)).toEqual([app.url])
  await kept.ended(1)
  expect([await sentOf(waiting), other.waitsFor(waiting), app.received.length]).toEqual([1, [], 1])
})
