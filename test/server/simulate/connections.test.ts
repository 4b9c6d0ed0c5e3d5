import { afterEach, expect, it } from 'vitest'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { configuredHook, simulationRequest, toUrl, useSimulator } from './simulated.ts'

const place = useSimulator()
const merchants: Merchant[] = []
afterEach(async () => {
  for (const merchant of merchants.splice(0)) await merchant.close()
})
async function merchant(manner: Manner): Promise<Merchant> {
  const started = await startMerchant(manner)
  merchants.push(started)
  return started
}

/** Answers after a moment, and counts the connections that are open at once. */
function watched(ms: number): { readonly manner: Manner; most(): number } {
  const open = new Set<unknown>()
  let most = 0
  return {
    manner(socket, received) {
      if (!open.has(socket)) {
        open.add(socket)
        socket.on('close', () => open.delete(socket))
      }
      most = Math.max(most, open.size)
      setTimeout(() => manners.answers()(socket, received), ms)
    },
    most: () => most,
  }
}

it('never more than 20 are open, with 500 events and a slow server', async () => {
  const { manner, most } = watched(5)
  const app = await merchant(manner)
  const events = await place.sent({ recipients: toUrl(app.url), count: 500 })
  expect(events.filter(({ state }) => state === 'delivered')).toHaveLength(500)
  expect(new Set(app.received.map(({ body }) => JSON.parse(body.toString()).event_id)).size).toBe(500)
  expect(most()).toBe(20)
})

it('are shared by all simulations that go to one URL, whoever the recipient is', async () => {
  const held = holdAnswers()
  const app = await merchant(held.manner)
  place.hooks = [configuredHook({ customUrl: app.url })]
  const { simulator } = place
  const one = await simulator.start(simulationRequest({ count: 15 }))
  const other = await simulator.start(simulationRequest({ count: 15, recipients: toUrl(app.url) }))
  await app.arrived(20)
  expect(simulator.status()).toEqual({ waiting: 10, sending: 20 })
  expect(app.connections).toBe(20)
  held.release()
  await simulator.settled(one.id)
  await simulator.settled(other.id)
  expect(app.received).toHaveLength(30)
})

it('of one endpoint do not hold up another', async () => {
  const held = holdAnswers()
  const stuck = await merchant(held.manner)
  const quick = await merchant(manners.answers())
  const { simulator } = place
  const slow = await simulator.start(simulationRequest({ count: 40, recipients: toUrl(stuck.url) }))
  await stuck.arrived(20)
  const events = await place.sent({ count: 5, recipients: toUrl(quick.url) })
  expect(events.every(({ state }) => state === 'delivered')).toBe(true)
  held.release()
  await simulator.settled(slow.id)
})

it('carry sloppy HTTP, which is taken and told of', async () => {
  const app = await merchant(manners.says('HTTP/1.1 204 No Content\r\n\r\nOK'))
  const [event] = await place.sent({ recipients: toUrl(app.url) })
  const sloppy = ['The answer had a body after 204, which HTTP does not allow.']
  expect(event).toMatchObject({ state: 'delivered', tries: [{ outcome: 'answered', status: 204, sloppy }] })
  await place.reopen()
  expect(await place.simulator.events(event?.simulation ?? 0, null)).toMatchObject([{ tries: [{ sloppy }] }])
})
