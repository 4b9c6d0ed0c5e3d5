import { afterEach, describe, expect, it } from 'vitest'
import type { SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { configuredHook, simulationRequest, toUrl, useSimulator } from './simulated.ts'

const merchants: Merchant[] = []
afterEach(async () => {
  for (const merchant of merchants.splice(0)) await merchant.close()
})
async function merchant(manner?: Manner): Promise<Merchant> {
  const started = await startMerchant(manner)
  merchants.push(started)
  return started
}
const failing = manners.answers('500 Internal Server Error')
const slowly = { retries: 'schedule', clock: { kind: 'times', factor: 1 } } as const

describe('an app that hangs', () => {
  const place = useSimulator({ limits: { readMs: 50 } })
  it('is cut when its time is up, and asked again', async () => {
    const app = await merchant(manners.hangs())
    const { simulator } = place
    const { id } = await simulator.start(
      simulationRequest({ recipients: toUrl(app.url), retries: 'schedule', clock: { kind: 'instant' } }),
    )
    await app.arrived(2)
    app.behave(manners.answers())
    await simulator.settled(id)
    const [event] = await simulator.events(id, null)
    expect(event?.state).toBe('delivered')
    expect(event?.tries[0]).toMatchObject({ outcome: 'timed-out', status: null, error: { code: 'READ_TIMEOUT' } })
    expect(event?.tries.at(-1)).toMatchObject({ outcome: 'answered', status: 200 })
  })
})

describe('what waits', () => {
  const place = useSimulator()

  /** Resolves once an event has had so many tries, or on a fast clock more, and waits for the next. */
  function waiting(tries: number): Promise<SimulatedEvent> {
    return new Promise((resolve, reject) => {
      const look = async () => {
        const found = (await place.simulator.pending()).find(event => event.tries.length >= tries)
        if (!found) return
        stop()
        resolve(found)
      }
      const stop = place.store.changes.onChange(() => void look().catch(reject))
      look().catch(reject)
    })
  }

  it('is listed with its next try, on the clock that was asked for', async () => {
    const app = await merchant(failing)
    await place.simulator.start(
      simulationRequest({ recipients: toUrl(app.url), retries: 'schedule', clock: { kind: 'times', factor: 2 } }),
    )
    const event = await waiting(1)
    expect(event).toMatchObject({ state: 'waiting', next: { number: 2, instantMs: 300_000 } })
    const first = Date.parse(event.createdAt)
    expect(Date.parse(event.next?.at ?? '')).toBe(first + 150_000)
    expect(place.simulator.status()).toEqual({ waiting: 1, sending: 0 })
  })

  it('survives a restart, and goes on with the clock it had', async () => {
    const app = await merchant(failing)
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), ...slowly }))
    const before = await waiting(1)
    await place.reopen()
    expect(await place.simulator.pending()).toEqual([before])
    app.behave(manners.answers())
    expect(await place.simulator.hurry('all')).toBe(1)
    await place.simulator.settled(id)
    const [event] = await place.simulator.events(id, null)
    expect(event).toMatchObject({ id: before.id, state: 'delivered', eventId: before.eventId })
    expect(event?.tries.map(({ number, instantMs }) => [number, instantMs])).toEqual([
      [1, 0],
      [2, 300_000],
    ])
    expect(app.received[1]?.body.equals(app.received[0]?.body ?? Buffer.alloc(0))).toBe(true)
  })

  it('is sent after a restart when its time came meanwhile; what was missed is not caught up', async () => {
    const app = await merchant(failing)
    await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), ...slowly }))
    await waiting(1)
    const later = Date.now() + 10 * 3_600_000
    await place.reopen({ now: () => later })
    const event = await waiting(2)
    expect(app.received).toHaveLength(2)
    expect(event.next).toMatchObject({ number: 3, instantMs: 600_000 })
    expect(Date.parse(event.next?.at ?? '')).toBe(later + 300_000)
  })

  describe('for a clock that is set back an hour', () => {
    let back = 0
    const now = () => Date.now() - back
    /** On a clock on which 5 minutes are 400 ms, or what the factor makes of them. */
    const request = (app: Merchant, factor = 750) =>
      simulationRequest({ recipients: toUrl(app.url), retries: 'schedule', clock: { kind: 'times', factor } })
    const delivered = async (id: number, app: Merchant) => {
      await place.simulator.settled(id)
      const [event] = await place.simulator.events(id, null)
      expect([event?.state, app.received.length]).toEqual(['delivered', 2])
      return event
    }

    it('does not wait an hour longer, and neither does what is due later', async () => {
      const app = await merchant(failing)
      back = 0
      await place.reopen({ now, steady: () => performance.now() })
      const { id } = await place.simulator.start(request(app))
      const late = simulationRequest({ recipients: toUrl(app.url), ...slowly })
      await waiting(1)
      app.behave(manners.answers())
      const { id: later } = await place.simulator.start({ ...late, weather: {}, rate: 0.001, count: 2 })
      const due = async () => Date.parse((await place.simulator.events(later, null)).at(-1)?.next?.at ?? '')
      const before = await due()
      back = 3_600_000
      await place.simulator.settled(id)
      expect((await place.simulator.events(id, null))[0]?.state).toBe('delivered')
      await expect.poll(async () => Math.round((before - (await due())) / 1000)).toBe(3600)
    })

    it('does not wait longer where that happened while it was sent', async () => {
      const held: (() => void)[] = []
      const app = await merchant((...given) => void held.push(() => failing(...given)))
      back = 0
      await place.reopen({ now, steady: () => performance.now() })
      const { id } = await place.simulator.start(request(app))
      await app.arrived(1)
      back = 3_600_000
      app.behave(manners.answers())
      for (const answer of held) answer()
      const event = await delivered(id, app)
      // And not at once either.
      const [first, second] = event?.tries ?? []
      expect(Date.parse(second?.startedAt ?? '') - Date.parse(first?.startedAt ?? '') + back).toBeGreaterThan(200)
    })

    it('does not wait longer where that happened while hookscope did not run', async () => {
      const app = await merchant(failing)
      // 5 s: on a busy machine 400 ms are over before the app is told to take it.
      const { id } = await place.simulator.start(request(app, 60))
      await waiting(1)
      app.behave(manners.answers())
      back = 3_600_000
      await place.reopen({ now, steady: () => performance.now() })
      await delivered(id, app)
    })
  })

  it('goes on after a crash while it was sent: that try counts as reset', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    const { store, simulator } = place
    const { id } = await simulator.start(simulationRequest({ recipients: toUrl(app.url), ...slowly }))
    await app.arrived(1)
    expect(await store.simulations.interrupted()).toMatchObject([{ tries: 1 }])
    await place.crash()
    const [event] = await place.simulator.events(id, null)
    expect(event).toMatchObject({ state: 'waiting', next: { number: 2, instantMs: 300_000 } })
    expect(event?.tries).toMatchObject([{ outcome: 'reset', error: { code: 'interrupted' } }])
    held.release()
  })

  it('is hurried one by one', async () => {
    const app = await merchant(failing)
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), count: 2, ...slowly }))
    await app.arrived(2)
    await expect.poll(() => place.simulator.status()).toEqual({ waiting: 2, sending: 0 })
    const [first, second] = await place.simulator.events(id, null)
    expect(await place.simulator.hurry([first?.id ?? 0, 999_999])).toBe(1)
    await waiting(2)
    await expect.poll(() => place.simulator.status()).toEqual({ waiting: 2, sending: 0 })
    expect(app.received).toHaveLength(3)
    const [hurried, other] = await place.simulator.events(id, null)
    expect([hurried?.tries.length, other?.tries.length]).toEqual([2, 1])
    expect(other).toEqual({ ...second, next: other?.next })
  })

  it('is cancelled: one event, all of a simulation, or everything', async () => {
    const app = await merchant(failing)
    const how = { recipients: toUrl(app.url), ...slowly, rate: 0.001, count: 3 }
    const one = await place.simulator.start(simulationRequest(how))
    const other = await place.simulator.start(simulationRequest(how))
    await app.arrived(2)
    const [, second] = await place.simulator.events(one.id, null)
    expect(await place.simulator.cancel([second?.id ?? 0])).toBe(1)
    expect(await place.simulator.cancel([second?.id ?? 0])).toBe(0)
    expect(await place.simulator.cancelSimulation(one.id)).toBe(2)
    expect(await place.simulator.settled(one.id)).toMatchObject({ state: 'done', events: 3, cancelled: 3 })
    expect(await place.simulator.cancel('all')).toBe(3)
    expect(await place.simulator.settled(other.id)).toMatchObject({ cancelled: 3 })
    expect(await place.simulator.pending()).toEqual([])
    expect(await place.simulator.hurry('all')).toBe(0)
    expect(app.received).toHaveLength(2)
  })

  it('that is cancelled while it is sent is not tried again', async () => {
    const held = holdAnswers()
    const app = await merchant((socket, received) => held.manner(socket, received))
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), ...slowly }))
    await app.arrived(1)
    expect(await place.simulator.cancel('all')).toBe(1)
    await app.close()
    expect(await place.simulator.settled(id)).toMatchObject({ cancelled: 1, failed: 0 })
    const [event] = await place.simulator.events(id, null)
    expect(event).toMatchObject({ state: 'cancelled', next: null })
    expect(event?.tries).toHaveLength(1)
  })

  it('is signed with the key its hook has by then, and sent where the hook is by then', async () => {
    const app = await merchant(failing)
    const elsewhere = await merchant()
    const signed = (key: string, url: string) =>
      configuredHook({ customUrl: url, signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] } })
    place.hooks = [signed('first', app.url)]
    const { id } = await place.simulator.start(simulationRequest(slowly))
    await waiting(1)
    place.hooks = [signed('second', elsewhere.url)]
    await place.simulator.hurry('all')
    await place.simulator.settled(id)
    const signature = /X-Signature: (\S+)/
    expect(signature.exec(elsewhere.received[0]?.head ?? '')?.[1]).not.toBe(
      signature.exec(app.received[0]?.head ?? '')?.[1],
    )
    const [event] = await place.simulator.events(id, null)
    expect(event?.target).toBe(elsewhere.url)
  })

  it('for a hook that is gone ends there', async () => {
    const app = await merchant(failing)
    place.hooks = [configuredHook({ customUrl: app.url })]
    const { id } = await place.simulator.start(simulationRequest(slowly))
    await waiting(1)
    place.hooks = []
    await place.simulator.hurry('all')
    expect(await place.simulator.settled(id)).toMatchObject({ cancelled: 1 })
    expect(app.received).toHaveLength(1)
  })

  it('stays when nobody listens at the Hook URL, and while nothing is to be resumed', async () => {
    const app = await merchant(failing)
    place.hooks = [configuredHook({ customUrl: app.url })]
    const { id } = await place.simulator.start(simulationRequest(slowly))
    const before = await waiting(1)
    const later = () => Date.now() + 600_000
    await place.reopen({ now: later, urlOf: () => null })
    expect(await place.simulator.pending()).toEqual([before])
    await place.reopen({ now: later, resume: false })
    expect(await place.simulator.pending()).toEqual([before])
    app.behave(manners.answers())
    await place.simulator.hurry('all')
    expect(await place.simulator.settled(id)).toMatchObject({ delivered: 1 })
  })
})

describe('secrets for a URL that was named', () => {
  const place = useSimulator()
  const named = (url: string) =>
    ({
      kind: 'target',
      url,
      authentication: { kind: 'basic', username: 'shop', password: 'pass-word-that-must-go' },
      key: { kind: 'signature-key', key: 'key-that-must-go' },
    }) as const

  it('last as long as something is to be sent there, and are never shown', async () => {
    const app = await merchant(failing)
    const { id } = await place.simulator.start(simulationRequest({ recipients: named(app.url), ...slowly }))
    await app.arrived(1)
    await place.reopen()
    app.behave(manners.answers())
    await place.simulator.hurry('all')
    const simulation = await place.simulator.settled(id)
    const [one, other] = app.received
    expect(other?.head).toBe(one?.head)
    expect(other?.head).toContain('Authorization: Basic ')

    expect(simulation?.asked.recipients).toEqual({
      kind: 'target',
      url: app.url,
      authentication: 'basic',
      signature: 'signature-key',
    })
    const [event] = await place.simulator.events(id, null)
    const view = await place.simulator.try(event?.tries[0]?.id ?? 0)
    expect(view?.request.headers).toContainEqual(['Authorization', 'Basic ••••'])
    const shown = JSON.stringify([simulation, event, view])
    const credentials = Buffer.from('shop:pass-word-that-must-go').toString('base64')
    for (const secret of ['pass-word-that-must-go', 'key-that-must-go', credentials])
      expect(shown).not.toContain(secret)
    expect((await place.store.simulations.rules(id))?.secrets).toBeNull()
  })
})
