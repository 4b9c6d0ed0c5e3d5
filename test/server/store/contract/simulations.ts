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
  function kept(...bodies: readonly NewSimulatedBody[]): number {
    const { simulations } = place.store
    const id = simulations.begin({ startedAt: place.now(), title: 'a title', asked, secrets: targetSecrets })
    simulations.add(id, bodies)
    simulations.complete(id, [])
    return id
  }

  /** Sends what is next in a lane. */
  function tried(lane: string, status: number, after: AfterAttempt): number {
    const { simulations } = place.store
    const event = simulations.next(lane)
    if (!event) throw new Error(`nothing waits in ${lane}`)
    const request = { method: 'POST', url: 'http://127.0.0.1:9/now', headers: [['Host', 'x']] } as const
    const id = simulations.startAttempt({
      event: event.id,
      number: event.tries + 1,
      startedAt: place.now(),
      weather: [],
      request,
      body: null,
    })
    simulations.endAttempt(id, { answer: { result: answered(status), arrival: null }, apps: null, after })
    return id
  }

  return { kept, tried }
}

export function simulationContract(place: ContractPlace): void {
  const { kept, tried } = simulating(place)
  describe('lanes', () => {
    it('each have what is due first, whichever simulation it is of', () => {
      const { simulations } = place.store
      kept(simulatedBody('late', 'b', 20), simulatedBody('early', 'a', 10))
      kept(simulatedBody('earlier', 'b', 5))
      expect(simulations.lanes()).toEqual(['a', 'b'])
      expect(simulations.next('b')).toMatchObject({ dueAt: 5, simulation: 2 })
      expect(Buffer.from(simulations.body(simulations.next('b')?.body ?? 0)).toString()).toBe('earlier')
      simulations.cancel(simulations.unsettled({ simulation: 2 }))
      expect(simulations.next('b')).toMatchObject({ dueAt: 20, simulation: 1 })
      expect(simulations.unsettled('all')).toEqual([2, 1])
      simulations.cancel(simulations.unsettled('all'))
      expect(simulations.lanes()).toEqual([])
    })
  })

  describe('the steps of a scenario', () => {
    const step = (text: string, place: number, dueAt = 1, copies = 1, scenario = 0): NewSimulatedBody => {
      const { recipients, ...body } = simulatedBody(text, 'a', dueAt, copies)
      return { ...body, scenario, recipients: recipients.map(one => ({ ...one, place })) }
    }
    const next = () => {
      const { simulations } = place.store
      const found = simulations.next('a')
      return found === undefined ? null : Buffer.from(simulations.body(found.body)).toString()
    }
    /** Begins what is next. */
    function begun(): { readonly what: string | null; readonly attempt: number } {
      const { simulations } = place.store
      const what = next()
      const { id: event = 0, tries = 0 } = simulations.next('a') ?? {}
      const request = { method: 'POST', url: 'http://127.0.0.1:9/', headers: [] } as const
      const number = tries + 1
      const attempt = simulations.startAttempt({ event, number, startedAt: 1, weather: [], request, body: null })
      return { what, attempt }
    }
    const end = (attempt: number, after: AfterAttempt = { state: 'delivered' }) =>
      place.store.simulations.endAttempt(attempt, {
        answer: { result: answered(200), arrival: null },
        apps: null,
        after,
      })

    it('go one after the other, copies together, whenever they were kept', () => {
      const { simulations } = place.store
      const id = simulations.begin({ startedAt: 1, title: 'a title', asked, secrets: null })
      simulations.add(id, [step('second', 1), step('first', 0, 1, 2), step('of another', 9, 1, 1, 1)])
      const firsts = [begun(), begun()]
      expect(firsts.map(({ what }) => what)).toEqual(['first', 'first'])
      expect(begun().what).toBe('of another')
      simulations.add(id, [step('third', 2)])
      expect([next(), simulations.lanes()]).toEqual([null, []])
      const [one, other] = firsts
      end(one?.attempt ?? 0)
      expect(next()).toBeNull()
      end(other?.attempt ?? 0, { state: 'waiting', dueAt: 50 })
      expect(begun().what).toBe('second')
      // The retry holds up nobody, and is held up by nobody.
      expect(next()).toBe('first')
    })

    it('wait for no app where that is not wanted', () => {
      const { simulations } = place.store
      const arrival = { delivery: 7, verdict: 'verified', reasons: [], answeredBy: 'hookscope' } as const
      kept(step('first', 0), step('second', 1), step('third', 2))
      simulations.answerAttempt(begun().attempt, { result: answered(200), arrival })
      expect(next()).toBeNull()
      kept(step('first again', 0), step('second again', 1))
      simulations.answerAttempt(begun().attempt, { result: answered(200), arrival }, true)
      expect(next()).toBe('second again')
    })

    it('go on without those that are cancelled', () => {
      const { simulations } = place.store
      kept(step('first', 0), step('second', 1), step('third', 2), step('fourth', 3))
      const { attempt } = begun()
      simulations.cancel([2])
      expect(next()).toBeNull()
      end(attempt)
      expect(next()).toBe('third')
      simulations.cancel([3])
      expect(next()).toBe('fourth')
    })

    it('that are hurried go before those that are due later, and in their order', () => {
      const { simulations } = place.store
      kept(step('first', 0, 100), step('second', 1, 200), step('third', 2, 300))
      simulations.hurry([3], 50)
      const { what, attempt } = begun()
      expect([what, next()]).toEqual(['third', null])
      simulations.hurry([1, 2], 60)
      expect(next()).toBeNull()
      end(attempt)
      expect(next()).toBe('first')
    })

    it('are kept in their order', async () => {
      kept(step('first', 0), step('second', 1))
      begun()
      await place.reopen()
      expect(next()).toBeNull()
    })
  })

  describe('a simulation', () => {
    it('is done when nothing is left, told once, and then knows no secrets', () => {
      const { simulations } = place.store
      const told: number[] = []
      const stop = simulations.onDone(id => told.push(id))
      const id = kept(simulatedBody('one', 'a', 1, 2))
      expect(simulations.rules(id)).toMatchObject({
        secrets: targetSecrets,
        retries: 'schedule',
        weather: { cut: 0.5 },
      })
      tried('a', 200, { state: 'delivered' })
      expect([told, simulations.isDone(id), simulations.unfinished()]).toEqual([[], false, 1])
      tried('a', 500, { state: 'failed' })
      expect([told, simulations.isDone(id), simulations.unfinished()]).toEqual([[id], true, 0])
      expect(simulations.rules(id)?.secrets).toBeNull()
      stop()
    })

    it('that a crash broke off while its events were kept sends those it has', async () => {
      const { simulations } = place.store
      const id = simulations.begin({ startedAt: place.now(), title: 'a title', asked, secrets: null })
      const empty = simulations.begin({ startedAt: place.now(), title: 'nothing', asked, secrets: null })
      simulations.add(id, [simulatedBody('one', 'a', 1)])
      const again = (await place.reopen()).simulations
      expect(await again.get(id)).toMatchObject({ state: 'running', events: 1 })
      expect(await again.get(empty)).toMatchObject({ state: 'done', events: 0 })
    })

    it('shows its tries with their bytes', async () => {
      kept(simulatedBody('one', 'a', 1))
      const id = tried('a', 503, { state: 'waiting', dueAt: place.now() + 300_000 })
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
    function begun(): number {
      kept(simulatedBody('one', 'a', 1))
      const { simulations } = place.store
      const { id: event = 0 } = simulations.next('a') ?? {}
      const request = { method: 'POST', url: 'http://127.0.0.1:9/hook', headers: [] } as const
      return simulations.startAttempt({ event, number: 1, startedAt: place.now(), weather: [], request, body: null })
    }

    it('goes on being sent until the apps have answered, then shows both', async () => {
      const id = begun()
      const { simulations } = place.store
      simulations.answerAttempt(id, { result: answered(200), arrival })
      const [waiting] = await simulations.events(1, null)
      expect(waiting).toMatchObject({ state: 'sending', tries: [{ status: 200, arrival, app: null, apps: [] }] })
      const results = [asked(200), asked(500)] as const
      simulations.endAttempt(id, { answer: null, apps: { results, notAsked: null }, after: { state: 'failed' } })
      const [ended] = await simulations.events(1, null)
      expect(ended).toMatchObject({ state: 'failed', tries: [{ status: 200, app: results[1], apps: results }] })
    })

    it('is known after a crash as one whose apps are not known', async () => {
      const id = begun()
      place.store.simulations.answerAttempt(id, { result: answered(200), arrival })
      const { simulations } = await place.reopen()
      expect(simulations.interrupted()).toMatchObject([{ attempt: id, isAnswered: true }])
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
      expect([samples.add(sample('b')), samples.add(sample('a')), samples.add(sample('a'))]).toEqual([
        true,
        true,
        false,
      ])
      const again = (await place.reopen()).samples
      expect(again.list()).toEqual([sample('a'), sample('b')])
      expect([again.remove('a'), again.remove('a')]).toEqual([true, false])
      expect(again.list()).toEqual([sample('b')])
    })
  })
}
