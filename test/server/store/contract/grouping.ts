/** Which deliveries are tries of one event. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../../core/deliveries/delivery.ts'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function groupingContract(place: ContractPlace): void {
  const verified: Verdict = { kind: 'verified', key: 'signature-key', basic: false }
  const rejected: Verdict = { kind: 'rejected', reasons: ['signature-wrong'] }

  const genuine = saleEvent({ id: 'known' })
  const changed = saleEvent({ id: 'known', amount: '99.00' })

  async function post(...deliveries: { verdict: Verdict; body?: object; hook?: string }[]): Promise<number[]> {
    const ids: number[] = []
    for (const { verdict, body = genuine, hook = 'main' } of deliveries)
      ids.push(await place.store.deliveries.append(arrival({ verdict, body, hook })))
    await place.store.deliveries.settled()
    return ids
  }

  async function shown(ids: readonly number[]) {
    const kept = await place.store.deliveries.summaries(ids)
    return ids.map(id => {
      const { notes = [], retryOf, tries, superseded } = kept.find(one => one.id === id) ?? {}
      return { note: notes.find(note => note.startsWith('retry')) ?? null, retryOf, tries, superseded }
    })
  }

  describe('the deliveries of one event', () => {
    it('a retry is noted, counted and shown in place of its first delivery', async () => {
      const ids = await post({ verdict: verified }, { verdict: verified }, { verdict: verified, body: changed })
      expect(await shown(ids)).toEqual([
        { note: null, retryOf: null, tries: 1, superseded: true },
        { note: 'retry', retryOf: ids[0], tries: 2, superseded: true },
        { note: 'retry-changed', retryOf: ids[0], tries: 3, superseded: false },
      ])
      const grouped = await place.store.deliveries.list({
        query: { terms: [] },
        before: null,
        limit: 10,
        grouped: true,
      })
      expect(grouped.deliveries.map(delivery => delivery.id)).toEqual([ids[2]])
      expect((await place.store.deliveries.ofEvent('main', 'known')).map(delivery => delivery.id)).toEqual(ids)
    })

    it('each hook has its own: the gateway sends an event to all of them', async () => {
      const ids = await post({ verdict: verified }, { verdict: verified, hook: 'other' })
      expect((await shown(ids)).map(one => one.note)).toEqual([null, null])
    })

    it('deliveries without an event_id are not tries of each other', async () => {
      const ids = await post({ verdict: verified, body: {} }, { verdict: verified, body: {} })
      expect((await shown(ids)).map(one => one.tries)).toEqual([1, 1])
    })

    it('a stranger who posts a known event_id changes nothing about the genuine deliveries', async () => {
      const ids = await post(
        { verdict: rejected, body: changed },
        { verdict: verified },
        { verdict: rejected, body: changed },
        { verdict: verified },
        { verdict: rejected },
      )
      expect(await shown(ids)).toEqual([
        { note: null, retryOf: null, tries: 1, superseded: true },
        { note: null, retryOf: null, tries: 1, superseded: true },
        { note: 'retry-changed', retryOf: ids[1], tries: 2, superseded: true },
        { note: 'retry', retryOf: ids[1], tries: 2, superseded: false },
        { note: 'retry', retryOf: ids[1], tries: 3, superseded: false },
      ])
    })

    it('the retries of an event that is rejected each time are one group', async () => {
      const ids = await post({ verdict: rejected }, { verdict: rejected }, { verdict: rejected })
      expect((await shown(ids)).map(one => [one.note, one.retryOf, one.tries, one.superseded])).toEqual([
        [null, null, 1, true],
        ['retry', ids[0], 2, true],
        ['retry', ids[0], 3, false],
      ])
    })

    it('stand after any change of verdicts as if they had come with them', async () => {
      let event = 0
      const verdict = fc.constantFrom(verified, rejected)
      const tries = fc.array(fc.record({ came: verdict, becomes: verdict, amount: fc.constantFrom('1.00', '2.00') }), {
        minLength: 2,
        maxLength: 8,
      })
      await fc.assert(
        fc.asyncProperty(tries, async all => {
          event += 1
          const withBody = all.map(one => ({ ...one, body: saleEvent({ id: `event-${event}`, amount: one.amount }) }))
          const judgedAgain = await post(...withBody.map(({ came, body }) => ({ verdict: came, body, hook: 'one' })))
          const fresh = await post(...withBody.map(({ becomes, body }) => ({ verdict: becomes, body, hook: 'two' })))
          for (const half of [0, 1]) {
            const verdicts = withBody.flatMap(({ becomes }, at) =>
              at % 2 === half ? { id: judgedAgain[at] ?? 0, verdict: becomes } : [],
            )
            // On a slow machine one go is not enough for an event.
            for (const many of await place.store.edits.setVerdicts(verdicts, 'a test'))
              await place.store.edits.regroup(many)
          }
          const inOrder = async (ids: readonly number[]) =>
            (await shown(ids)).map(one => ({ ...one, retryOf: one.retryOf ? ids.indexOf(one.retryOf) : null }))
          expect(await inOrder(judgedAgain)).toEqual(await inOrder(fresh))
        }),
        { numRuns: 30 },
      )
      const listed = await place.store.deliveries.list({
        query: { terms: [] },
        before: null,
        limit: 500,
        grouped: false,
      })
      const repeated = listed.deliveries.filter(({ notes }) => notes.some(note => note.startsWith('retry'))).length
      expect(listed.next).toBeNull()
      expect((await place.store.deliveries.facets()).duplicates).toBe(repeated)
      const duplicates = {
        negated: false,
        anyOf: [{ field: 'is', state: 'duplicate' }],
        span: { start: 0, end: 0 },
      } as const
      expect(await place.store.deliveries.count({ terms: [duplicates] }, 1000)).toEqual({ count: repeated })
    }, 30_000)

    it('that a stranger repeats without end are grouped anew a bounded number at a time', async () => {
      const many = 450
      const postMany = async (hook: string, verdictOf: (place: number) => Verdict) => {
        const posted = Array.from({ length: many }, (_, at) =>
          place.store.deliveries.append(
            arrival({ verdict: verdictOf(at), body: at % 7 === 0 ? changed : genuine, hook }),
          ),
        )
        const ids = await Promise.all(posted)
        await place.store.deliveries.settled()
        return ids
      }
      const becomes = (at: number) => (at % 3 === 0 ? verified : rejected)
      const judgedAgain = await postMany('one', at => (at % 2 === 0 ? verified : rejected))
      const fresh = await postMany('two', becomes)
      const verdicts = judgedAgain.map((id, at) => ({ id, verdict: becomes(at) }))
      const event = { hook: 'one', eventId: 'known' }
      expect(await place.store.edits.setVerdicts(verdicts, 'a test')).toEqual([event])
      let walks = 0
      await place.store.edits.regroup(event, () => walks++)
      expect(walks).toBeGreaterThan(3)
      const inOrder = async (ids: readonly number[]) =>
        (await shown(ids)).map(one => ({ ...one, retryOf: one.retryOf ? ids.indexOf(one.retryOf) : null }))
      expect(await inOrder(judgedAgain)).toEqual(await inOrder(fresh))
    })

    it('are grouped anew when a corrected key verifies what was rejected', async () => {
      const ids = await post({ verdict: rejected }, { verdict: rejected }, { verdict: verified })
      const cursor = place.store.changes.cursor()
      await place.store.edits.setVerdicts(
        ids.slice(0, 2).map(id => ({ id, verdict: verified })),
        'the key was corrected',
      )
      expect((await shown(ids)).map(one => [one.note, one.retryOf, one.tries, one.superseded])).toEqual([
        [null, null, 1, true],
        ['retry', ids[0], 2, true],
        ['retry', ids[0], 3, false],
      ])
      expect((await place.store.deliveries.get(ids[0] ?? 0))?.verdictDetail).toEqual(verified)
      const after = await place.store.changes.after(cursor, 100)
      const told =
        after.kind === 'changes' ? after.changes.map(change => change.kind === 'delivery' && change.delivery.id) : []
      expect([...told].sort()).toEqual(ids)
      expect((await place.store.deliveries.facets()).verdicts).toEqual({ verified: 3, rejected: 0, unchecked: 0 })
    })

    it('a retry still names its first delivery when that one was dropped', async () => {
      const [first = 0] = await post({ verdict: verified }, { verdict: verified })
      await place.store.edits.remove([first])
      await place.store.retention.purge({ count: null, days: null, bytes: null })
      const [third = 0] = await post({ verdict: verified })
      expect(await shown([third])).toEqual([{ note: 'retry', retryOf: first, tries: 3, superseded: false }])
    })
  })

  describe('related events', () => {
    it('are every event about one object, in triggered order', async () => {
      const event = (id: string, triggered: string, key: string) => ({
        verdict: verified,
        body: saleEvent({ id, triggered, key }),
      })
      const [late = 0, , early = 0] = await post(
        event('1', '2026-11-20 12:00:00', 'sale'),
        event('2', '2026-11-20 11:00:00', 'another'),
        event('3', '2026-11-20 10:00:00', 'sale'),
      )
      expect((await place.store.deliveries.related(late)).map(delivery => delivery.id)).toEqual([early, late])
      expect(await place.store.deliveries.related(12345)).toEqual([])
    })
  })
}
