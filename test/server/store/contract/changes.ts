/** The change log, and attempts, of which it tells. */
import { describe, expect, it } from 'vitest'
import type { SendResult } from '../../../../core/deliveries/attempt.ts'
import type { HeaderList } from '../../../../core/http/headers.ts'
import type { ChangesAfter } from '../../../../server/store/changes.ts'
import { arrival, asItCame, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function changeContract(place: ContractPlace): void {
  const target = 'http://localhost:3000/webhooks'
  const answered: SendResult = {
    outcome: 'answered',
    answer: {
      status: 503,
      headers: [
        ['Retry-After', '5'],
        ['Set-Cookie', 'a'],
        ['set-cookie', 'b'],
      ],
      body: Uint8Array.of(0, 255, 128),
      bodyBytes: 4000,
    },
    timing: { connectMs: 1.25, firstByteMs: 8, totalMs: 9.5 },
    error: null,
  }
  const refused: SendResult = {
    outcome: 'refused',
    answer: null,
    timing: { connectMs: null, firstByteMs: null, totalMs: 2 },
    error: { code: 'ECONNREFUSED', message: 'Nothing listens there', hint: 'Start the app' },
  }

  async function append(): Promise<number> {
    const id = await place.store.deliveries.append(
      arrival({ body: saleEvent({ id: `event-${place.store.changes.cursor()}` }) }),
    )
    await place.store.deliveries.settled()
    return id
  }

  const start = async (delivery: number) => {
    const came = await place.store.deliveries.get(delivery)
    const request = asItCame(came ?? arrival(), target)
    return place.store.attempts.start({ delivery, source: 'replay', target, startedAt: place.now(), request })
  }

  /** The changes, as `kind id`. */
  function told(after: ChangesAfter): string[] {
    if (after.kind === 'reset') return ['reset']
    return after.changes.map(change =>
      change.kind === 'delivery'
        ? `delivery ${change.delivery.id}`
        : change.kind === 'attempt'
          ? `attempt ${change.attempt.id}`
          : change.kind === 'simulated'
            ? `simulated ${change.event.id}`
            : `${change.kind} ${change.id}`,
    )
  }

  describe('the change log', () => {
    it('tells each thing once, as it is now, and goes on where it ended', async () => {
      const before = place.store.changes.cursor()
      const first = await append()
      const second = await append()
      await place.store.edits.setPinned([first], true)
      await place.store.edits.setAnswered(first, 202)
      const changes = await place.store.changes.after(before, 100)
      expect(told(changes)).toEqual([`delivery ${second}`, `delivery ${first}`])
      expect(changes).toMatchObject({
        kind: 'changes',
        cursor: place.store.changes.cursor(),
        more: false,
        changes: [{ delivery: { pinned: false } }, { delivery: { pinned: true, status: 202 } }],
      })
      expect(told(await place.store.changes.after(place.store.changes.cursor(), 100))).toEqual([])
      await place.store.edits.remove([second])
      expect(told(await place.store.changes.after(before, 100))).toEqual([
        `delivery ${first}`,
        `delivery-removed ${second}`,
      ])
    })

    it('comes in parts when there is much, nothing missed', async () => {
      const before = place.store.changes.cursor()
      const ids: number[] = []
      for (let count = 0; count < 5; count++) ids.push(await append())
      const seen: string[] = []
      let cursor = before
      for (let more = true; more; ) {
        const part = await place.store.changes.after(cursor, 2)
        if (part.kind === 'reset') throw new Error('reset')
        seen.push(...told(part))
        ;({ cursor, more } = part)
      }
      expect(seen).toEqual(ids.map(id => `delivery ${id}`))
      expect(cursor).toBe(place.store.changes.cursor())
    })

    it('outlasts the process: a cursor is good after a restart', async () => {
      const before = place.store.changes.cursor()
      const id = await append()
      const store = await place.reopen()
      expect(told(await store.changes.after(before, 10))).toEqual([`delivery ${id}`])
      const next = await append()
      expect(told(await store.changes.after(before, 10))).toEqual([`delivery ${id}`, `delivery ${next}`])
    })

    it('says reset for a cursor it does not know: too new, of another database, trimmed', async () => {
      await append()
      const now = place.store.changes.cursor()
      expect(await place.store.changes.after(now + 1, 10)).toEqual({ kind: 'reset', cursor: now })
      expect(await place.store.changes.after(0, 10)).toEqual({ kind: 'reset', cursor: now })
      expect((await place.store.changes.after(now - 1, 10)).kind).toBe('changes')
    })

    it('announces itself after the change can be read, also to several, until they leave', async () => {
      const cursors: number[] = []
      const before = place.store.changes.cursor()
      const leave = place.store.changes.onChange(() => cursors.push(place.store.changes.cursor()))
      const id = await append()
      expect(cursors).toEqual([before + 1])
      await place.store.edits.setPinned([id], true)
      await place.store.edits.setPinned([id], true)
      expect(cursors).toEqual([before + 1, before + 2])
      leave()
      await place.store.edits.setPinned([id], false)
      expect(cursors).toHaveLength(2)
    })
  })

  describe('an attempt', () => {
    it('is pending, then ended, and shown on its delivery both times', async () => {
      const id = await append()
      const heard: unknown[] = []
      place.store.attempts.onEnded(attempt => heard.push(attempt))
      const cursor = place.store.changes.cursor()
      const attempt = await start(id)
      const pending = {
        id: attempt,
        delivery: id,
        source: 'replay',
        target,
        outcome: 'pending',
        status: null,
        ms: null,
      }
      expect((await place.store.deliveries.get(id))?.lastAttempt).toMatchObject(pending)
      expect(await place.store.attempts.get(attempt)).toMatchObject({
        ...pending,
        answer: null,
        timing: null,
        error: null,
      })
      await place.store.attempts.end(attempt, answered)
      const ended = { ...pending, outcome: 'answered', status: 503, ms: 9.5 }
      const unsaid = { line: null, location: null, error: null, sloppy: [], former: false, changes: [], own: false }
      expect(heard).toEqual([{ ...ended, ...unsaid, startedAt: '2026-11-23T12:00:00.000Z' }])
      expect(told(await place.store.changes.after(cursor, 10)).sort()).toEqual([`attempt ${attempt}`, `delivery ${id}`])
      const [whole] = await place.store.attempts.ofDelivery(id)
      expect(whole).toMatchObject({ ...ended, timing: answered.timing, error: null })
      expect(whole?.answer?.headers).toEqual(answered.answer?.headers)
      expect(whole?.answer?.bodyBytes).toBe(4000)
      expect([...(whole?.answer?.body ?? [])]).toEqual([0, 255, 128])
      const came = await place.store.deliveries.get(id)
      expect(whole?.request).toEqual({ method: came?.method, url: target, headers: came?.headers, body: came?.body })
    })

    it('that sent something else keeps its bytes, and is not shown on its delivery', async () => {
      const id = await append()
      const sent = {
        method: 'POST',
        url: target,
        headers: [['X-Signature', 'ab']],
        body: Uint8Array.of(1, 2, 0, 255),
      } as const
      const begun = { delivery: id, source: 'replay', target, startedAt: place.now(), request: sent } as const
      await place.store.attempts.end(await place.store.attempts.start(begun), answered)
      expect((await place.store.deliveries.get(id))?.lastAttempt).toBeNull()
      const [whole] = await place.store.attempts.ofDelivery(id)
      expect(whole?.request).toEqual(sent)
      expect(whole).toMatchObject({ changes: ['headers', 'body', 'signature'], own: false, status: 503 })
    })

    it('of a delivery that is not indexed yet is shown once it is', async () => {
      const id = await place.store.deliveries.append(arrival())
      const attempt = await start(id)
      await place.store.attempts.end(attempt, refused)
      await place.store.deliveries.settled()
      expect((await place.store.deliveries.get(id))?.lastAttempt).toMatchObject({ id: attempt, outcome: 'refused' })
      expect((await place.store.deliveries.facets()).failed).toBe(1)
    })

    it('ends once, and an older one that ends later does not hide the newer', async () => {
      const id = await append()
      const [older, newer] = [await start(id), await start(id)]
      await place.store.attempts.end(newer, answered)
      await place.store.attempts.end(older, refused)
      await place.store.attempts.end(newer, refused)
      expect((await place.store.deliveries.get(id))?.lastAttempt).toMatchObject({ id: newer, outcome: 'answered' })
      expect((await place.store.attempts.ofDelivery(id)).map(attempt => attempt.outcome)).toEqual([
        'refused',
        'answered',
      ])
    })

    it('has what the app said, or why it said nothing, beside how it ended', async () => {
      const id = await append()
      const body = Buffer.from('{"error":"no order 7"}')
      const answer = (status: number, headers: HeaderList = []) =>
        ({ ...answered, answer: { status, headers, body, bodyBytes: body.length } }) as const
      const last = async (result: SendResult) => {
        await place.store.attempts.end(await start(id), result)
        return (await place.store.deliveries.get(id))?.lastAttempt
      }
      expect(await last(answer(500))).toMatchObject({ line: 'no order 7', location: null, error: null })
      expect(await last(answer(308, [['Location', '/in/']]))).toMatchObject({ line: 'no order 7', location: '/in/' })
      expect(await last(answer(201))).toMatchObject({ line: null, location: null, error: null })
      expect(await last(refused)).toMatchObject({ line: null, location: null, error: refused.error })
    })

    it('left pending by a crash is ended as reset, and says so', async () => {
      const id = await append()
      const attempt = await start(id)
      const store = await place.reopen()
      expect(await store.attempts.get(attempt)).toMatchObject({
        outcome: 'reset',
        ms: null,
        error: { code: 'interrupted' },
      })
      expect((await store.deliveries.get(id))?.lastAttempt?.outcome).toBe('reset')
    })
  })
}
