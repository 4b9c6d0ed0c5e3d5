/** Simulations, events on their way, and samples. */
import { describe, expect, it } from 'vitest'
import type { SendResult } from '../../../../core/deliveries/attempt.ts'
import type { AskedSimulation } from '../../../../core/simulate/simulation.ts'
import type { AppResult } from '../../../../core/simulate/stations.ts'
import type { AfterAttempt, NewSimulatedBody } from '../../../../server/store/simulations.ts'
import type { ContractPlace } from './place.ts'

const asked: AskedSimulation = {
  items: [{ kind: 'event', type: 'ach.settled' }],
  recipients: { kind: 'target', url: 'http://127.0.0.1:9/', authentication: 'none', signature: 'signature-key' },
  count: 1,
  rate: null,
  seed: 1,
  retries: 'schedule',
  clock: { kind: 'times', factor: 60 },
  weather: { cut: 0.5 },
}
export const targetSecrets = { authentication: { kind: 'none' }, key: 'a key of a target' } as const

const answered = (status: number): SendResult => ({
  outcome: 'answered',
  answer: { status, headers: [['Content-Type', 'text/plain']], body: Buffer.from('done'), bodyBytes: 4 },
  timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 },
  error: null,
})

export function simulatedBody(text: string, lane: string, dueAt: number, more = 1): NewSimulatedBody {
  return {
    body: Buffer.from(text),
    eventId: text,
    eventType: 'ach.settled',
    summary: '',
    recipients: Array.from({ length: more }, (_, ordinal) => ({
      ordinal,
      lane,
      hook: null,
      target: 'http://127.0.0.1:9/',
      weather: [],
      dueAt,
      place: ordinal,
    })),
  }
}

/** Simulations of a place's store. */
export function simulating(place: Pick<ContractPlace, 'store' | 'now'>) {
  /** Keeps a simulation of these bodies. */
  async function kept(...bodies: readonly NewSimulatedBody[]): Promise<number> {
    const { simulations } = place.store
    const id = await simulations.begin({ startedAt: place.now(), title: 'a title', asked, secrets: targetSecrets })
    await simulations.add(id, bodies)
    await simulations.complete(id, [])
    return id
  }

  /** Sends what is next in a lane. */
  async function tried(lane: string, status: number, after: AfterAttempt): Promise<number> {
    const { simulations } = place.store
    const event = await simulations.next(lane)
    if (!event) throw new Error(`nothing waits in ${lane}`)
    const request = { method: 'POST', url: 'http://127.0.0.1:9/now', headers: [['Host', 'x']] } as const
    const id = await simulations.startAttempt({
      event: event.id,
      number: event.tries + 1,
      startedAt: place.now(),
      weather: [],
      request,
      body: null,
    })
    if (id === null) throw new Error(`nothing waits in ${lane}`)
    await simulations.endAttempt(id, { answer: { result: answered(status), arrival: null }, apps: null, after })
    return id
  }

  return { kept, tried }
}

export function simulationContract(place: ContractPlace): void {
  const { kept, tried } = simulating(place)
  describe('lanes', () => {
    it('each have what is due first, whichever simulation it is of', async () => {
      const { simulations } = place.store
      await kept(simulatedBody('late', 'b', 20), simulatedBody('early', 'a', 10))
      await kept(simulatedBody('earlier', 'b', 5))
      expect(await simulations.lanes()).toEqual(['a', 'b'])
      expect(await simulations.next('b')).toMatchObject({ dueAt: 5, simulation: 2 })
      expect(Buffer.from(await simulations.body((await simulations.next('b'))?.body ?? 0)).toString()).toBe('earlier')
      await simulations.cancel(await simulations.unsettled({ simulation: 2 }))
      expect(await simulations.next('b')).toMatchObject({ dueAt: 20, simulation: 1 })
      expect(await simulations.unsettled('all')).toEqual([2, 1])
      await simulations.cancel(await simulations.unsettled('all'))
      expect(await simulations.lanes()).toEqual([])
    })
  })

  it('an event is sent once, and not after it was cancelled', async () => {
    const { simulations } = place.store
    await kept(simulatedBody('one', 'a', 1), simulatedBody('two', 'b', 1))
    const request = { method: 'POST', url: 'http://127.0.0.1:9/', headers: [] } as const
    const begin = (event: number) =>
      simulations.startAttempt({ event, number: 1, startedAt: 1, weather: [], request, body: null })
    const [first, again] = await Promise.all([begin(1), begin(1)])
    expect([first === null, again === null].sort()).toEqual([false, true])
    await simulations.cancel([2])
    expect(await begin(2)).toBeNull()
    const events = await simulations.events(1, null)
    expect(events.map(({ state, tries }) => [state, tries.length])).toEqual([
      ['sending', 1],
      ['cancelled', 0],
    ])
  })

  describe('the steps of a scenario', () => {
    const step = (text: string, place: number, dueAt = 1, copies = 1, scenario = 0): NewSimulatedBody => {
      const { recipients, ...body } = simulatedBody(text, 'a', dueAt, copies)
      return { ...body, scenario, recipients: recipients.map(one => ({ ...one, place })) }
    }
    const next = async () => {
      const { simulations } = place.store
      const found = await simulations.next('a')
      return found === undefined ? null : Buffer.from(await simulations.body(found.body)).toString()
    }
    /** Begins what is next. */
    async function begun(): Promise<{ readonly what: string | null; readonly attempt: number }> {
      const { simulations } = place.store
      const what = await next()
      const { id: event = 0, tries = 0 } = (await simulations.next('a')) ?? {}
      const request = { method: 'POST', url: 'http://127.0.0.1:9/', headers: [] } as const
      const number = tries + 1
      const attempt = await simulations.startAttempt({ event, number, startedAt: 1, weather: [], request, body: null })
      return { what, attempt: attempt ?? 0 }
    }
    const end = async (attempt: number, after: AfterAttempt = { state: 'delivered' }) =>
      place.store.simulations.endAttempt(attempt, {
        answer: { result: answered(200), arrival: null },
        apps: null,
        after,
      })

    it('go one after the other, copies together, whenever they were kept', async () => {
      const { simulations } = place.store
      const id = await simulations.begin({ startedAt: 1, title: 'a title', asked, secrets: null })
      await simulations.add(id, [step('second', 1), step('first', 0, 1, 2), step('of another', 9, 1, 1, 1)])
      const firsts = [await begun(), await begun()]
      expect(firsts.map(({ what }) => what)).toEqual(['first', 'first'])
      expect((await begun()).what).toBe('of another')
      await simulations.add(id, [step('third', 2)])
      expect([await next(), await simulations.lanes()]).toEqual([null, []])
      const [one, other] = firsts
      await end(one?.attempt ?? 0)
      expect(await next()).toBeNull()
      await end(other?.attempt ?? 0, { state: 'waiting', dueAt: 50 })
      expect((await begun()).what).toBe('second')
      // The retry holds up nobody, and is held up by nobody.
      expect(await next()).toBe('first')
    })

    it('wait for no app where that is not wanted', async () => {
      const { simulations } = place.store
      const arrival = { delivery: 7, verdict: 'verified', reasons: [], answeredBy: 'hookscope' } as const
      await kept(step('first', 0), step('second', 1), step('third', 2))
      await simulations.answerAttempt((await begun()).attempt, { result: answered(200), arrival })
      expect(await next()).toBeNull()
      await kept(step('first again', 0), step('second again', 1))
      await simulations.answerAttempt((await begun()).attempt, { result: answered(200), arrival }, true)
      expect(await next()).toBe('second again')
    })

    it('go on without those that are cancelled', async () => {
      const { simulations } = place.store
      await kept(step('first', 0), step('second', 1), step('third', 2), step('fourth', 3))
      const { attempt } = await begun()
      await simulations.cancel([2])
      expect(await next()).toBeNull()
      await end(attempt)
      expect(await next()).toBe('third')
      await simulations.cancel([3])
      expect(await next()).toBe('fourth')
    })

    it('that are hurried go before those that are due later, and in their order', async () => {
      const { simulations } = place.store
      await kept(step('first', 0, 100), step('second', 1, 200), step('third', 2, 300))
      await simulations.hurry([3], 50)
      const { what, attempt } = await begun()
      expect([what, await next()]).toEqual(['third', null])
      await simulations.hurry([1, 2], 60)
      expect(await next()).toBeNull()
      await end(attempt)
      expect(await next()).toBe('first')
    })

    it('are kept in their order', async () => {
      await kept(step('first', 0), step('second', 1))
      await begun()
      await place.reopen()
      expect(await next()).toBeNull()
    })
  })

  describe('a simulation', () => {
    it('is done when nothing is left, told once, and then knows no secrets', async () => {
      const { simulations } = place.store
      const told: number[] = []
      const stop = simulations.onDone(id => told.push(id))
      const id = await kept(simulatedBody('one', 'a', 1, 2))
      expect(await simulations.rules(id)).toMatchObject({
        secrets: targetSecrets,
        retries: 'schedule',
        weather: { cut: 0.5 },
      })
      await tried('a', 200, { state: 'delivered' })
      expect([told, await simulations.isDone(id), await simulations.unfinished()]).toEqual([[], false, 1])
      await tried('a', 500, { state: 'failed' })
      expect([told, await simulations.isDone(id), await simulations.unfinished()]).toEqual([[id], true, 0])
      expect((await simulations.rules(id))?.secrets).toBeNull()
      stop()
    })

    it('that a crash broke off while its events were kept sends those it has', async () => {
      const { simulations } = place.store
      const id = await simulations.begin({ startedAt: place.now(), title: 'a title', asked, secrets: null })
      const empty = await simulations.begin({ startedAt: place.now(), title: 'nothing', asked, secrets: null })
      await simulations.add(id, [simulatedBody('one', 'a', 1)])
      const again = (await place.reopen()).simulations
      expect(await again.get(id)).toMatchObject({ state: 'running', events: 1 })
      expect(await again.get(empty)).toMatchObject({ state: 'done', events: 0 })
    })

    it('shows its tries with their bytes', async () => {
      await kept(simulatedBody('one', 'a', 1))
      const id = await tried('a', 503, { state: 'waiting', dueAt: place.now() + 300_000 })
      expect(await place.store.simulations.attempt(id)).toMatchObject({
        number: 1,
        instantMs: 0,
        status: 503,
        request: {
          method: 'POST',
          url: 'http://127.0.0.1:9/now',
          headers: [['Host', 'x']],
          body: new Uint8Array(Buffer.from('one')),
        },
        answer: { status: 503, body: new Uint8Array(Buffer.from('done')), bodyBytes: 4 },
      })
      const [event] = await place.store.simulations.pending()
      const at = new Date(place.now() + 300_000).toISOString()
      expect(event).toMatchObject({ state: 'waiting', next: { number: 2, instantMs: 300_000, at } })
      expect(await place.store.simulations.attempt(99)).toBeUndefined()
    })
  })

  describe('a try that ends at a hook of this hookscope', () => {
    const arrival = { delivery: 7, verdict: 'verified', reasons: [], answeredBy: 'hookscope' } as const
    const asked = (status: number): AppResult => ({
      id: 3,
      target: 'http://127.0.0.1:9/app',
      outcome: 'answered',
      status,
      ms: 5,
      line: status === 200 ? null : 'boom',
      location: null,
      error: null,
      sloppy: [],
    })
    async function begun(): Promise<number> {
      await kept(simulatedBody('one', 'a', 1))
      const { simulations } = place.store
      const { id: event = 0 } = (await simulations.next('a')) ?? {}
      const request = { method: 'POST', url: 'http://127.0.0.1:9/hook', headers: [] } as const
      const begun = { event, number: 1, startedAt: place.now(), weather: [], request, body: null }
      return (await simulations.startAttempt(begun)) ?? 0
    }

    it('goes on being sent until the apps have answered, then shows both', async () => {
      const id = await begun()
      const { simulations } = place.store
      await simulations.answerAttempt(id, { result: answered(200), arrival })
      const [waiting] = await simulations.events(1, null)
      expect(waiting).toMatchObject({ state: 'sending', tries: [{ status: 200, arrival, app: null, apps: [] }] })
      const results = [asked(200), asked(500)] as const
      await simulations.endAttempt(id, { answer: null, apps: { results, notAsked: null }, after: { state: 'failed' } })
      const [ended] = await simulations.events(1, null)
      expect(ended).toMatchObject({ state: 'failed', tries: [{ status: 200, app: results[1], apps: results }] })
    })

    it('is known after a crash as one whose apps are not known', async () => {
      const id = await begun()
      await place.store.simulations.answerAttempt(id, { result: answered(200), arrival })
      const { simulations } = await place.reopen()
      expect(await simulations.interrupted()).toMatchObject([{ attempt: id, isAnswered: true }])
    })
  })

  describe('samples', () => {
    const sample = (name: string) => ({
      name,
      eventType: null,
      body: '{}',
      createdAt: new Date(place.now()).toISOString(),
      delivery: null,
    })
    it('are listed by name, one of each, and last', async () => {
      const { samples } = place.store
      expect([await samples.add(sample('b')), await samples.add(sample('a')), await samples.add(sample('a'))]).toEqual([
        true,
        true,
        false,
      ])
      const again = (await place.reopen()).samples
      expect(await again.list()).toEqual([sample('a'), sample('b')])
      expect([await again.remove('a'), await again.remove('a')]).toEqual([true, false])
      expect(await again.list()).toEqual([sample('b')])
    })
  })
}
