import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../server/store/problem.ts'
import type { Store } from '../../../server/store/store.ts'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { simulationRequest, toUrl, useSimulator } from './simulated.ts'

const place = useSimulator()
const merchants: Merchant[] = []
afterEach(async () => {
  for (const merchant of merchants.splice(0)) await merchant.close()
})
async function merchant(manner: Manner = manners.answers()): Promise<Merchant> {
  const started = await startMerchant(manner)
  merchants.push(started)
  return started
}

const full = { name: 'StoreUnavailable', code: 'full' }
/** Pages. A new database takes 91 of them; what is left holds a simulation, and not thousands of its requests. */
const small = 136

/** Takes what is left of the disk. @returns gives it back */
async function fill({ samples }: Store): Promise<() => Promise<void>> {
  const names: string[] = []
  for (let bytes = 200_000; bytes > 10; ) {
    const name = `fills-${names.length}`
    try {
      await samples.add({
        name,
        eventType: null,
        body: 'x'.repeat(bytes),
        createdAt: new Date(0).toISOString(),
        delivery: null,
      })
      names.push(name)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      bytes = Math.floor(bytes / 2)
    }
  }
  return async () => {
    for (const name of names) await samples.remove(name)
  }
}

describe('on a full disk', () => {
  it('a simulation that does not fit is refused, and nothing more of it is sent', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    await place.reopen({}, small)
    const { simulator } = place
    await expect(simulator.start(simulationRequest({ count: 5000, recipients: toUrl(app.url) }))).rejects.toMatchObject(
      full,
    )
    held.release()
    const [simulation] = await simulator.simulations()
    if (simulation) await simulator.settled(simulation.id)
    expect(app.received.length).toBeLessThanOrEqual(20)
    expect(await simulator.pending()).toEqual([])
    expect(simulator.status()).toEqual({ waiting: 0, sending: 0 })
  })

  it('what is due waits until a try of it can be kept', async () => {
    const app = await merchant(manners.answers('500 Internal Server Error'))
    await place.reopen({}, small)
    const { simulator } = place
    // What is sent is not the event's own body, so each try takes room of its own.
    const large = { kind: 'body', text: JSON.stringify({ note: '7'.repeat(20_000) }) } as const
    const { id } = await simulator.start(
      simulationRequest({
        ...{ items: [large], recipients: toUrl(app.url), weather: { tamper: 1 } },
        ...{ retries: 'schedule', clock: { kind: 'times', factor: 0.001 } },
      }),
    )
    await expect.poll(() => [app.received.length, simulator.status().sending]).toEqual([1, 0])
    app.behave(manners.answers())
    const free = await fill(place.store)
    expect(await simulator.hurry('all')).toBe(1)
    // Another simulation is looked after in the same turn.
    await expect(
      simulator.start(simulationRequest({ items: [large], recipients: toUrl(app.url) })),
    ).rejects.toMatchObject(full)
    expect(simulator.status()).toEqual({ waiting: 1, sending: 0 })
    expect(app.received).toHaveLength(1)
    await free()
    expect(await simulator.settled(id)).toMatchObject({ state: 'done', delivered: 1 })
    expect(app.received).toHaveLength(2)
  })

  it('an answer is kept when there is space again', async () => {
    let answer = async () => {}
    const app = await merchant((socket, received) => {
      answer = async () => {
        manners.answers('200 OK', ['Connection: close'], 'y'.repeat(15_000))(socket, received)
        await once(socket, 'close')
      }
    })
    await place.reopen({}, small)
    const { simulator } = place
    const { id } = await simulator.start(simulationRequest({ recipients: toUrl(app.url) }))
    await app.arrived(1)
    const free = await fill(place.store)
    await answer()
    expect(simulator.status()).toEqual({ waiting: 0, sending: 1 })
    await free()
    expect(await simulator.settled(id)).toMatchObject({ state: 'done', delivered: 1 })
    const [event] = await simulator.events(id, null)
    expect((await simulator.try(event?.tries[0]?.id ?? 0))?.answer?.body.text).toHaveLength(15_000)
  })
})
