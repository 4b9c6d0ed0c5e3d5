/** What was begun and is not done: notes that outlive the process, and what nothing was sent of. */
import { expect, it } from 'vitest'
import type { SendResult } from '../../../../core/deliveries/attempt.ts'
import { arrival } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

const target = 'http://localhost:3000/'

export function unfinishedContract(place: ContractPlace): void {
  it('notes are kept by name until they are done, each kind by itself', async () => {
    await place.store.unfinished.note(
      'replay',
      new Map([
        ['1', 'one'],
        ['2', 'two'],
      ]),
    )
    await place.store.unfinished.note('forward', new Map([['1', 'another']]))
    const { unfinished } = await place.reopen()
    await unfinished.note(
      'replay',
      new Map([
        ['1', null],
        ['2', 'changed'],
      ]),
    )
    expect([...(await unfinished.of('replay'))]).toEqual([['2', 'changed']])
    expect([...(await unfinished.of('forward'))]).toEqual([['1', 'another']])
    expect([...(await unfinished.of('verification'))]).toEqual([])
  })

  it('a delivery is missed by how its forward ended, until the target has answered it 2xx as it came', async () => {
    const { deliveries, attempts, unfinished, edits } = place.store
    const { method, headers, body } = arrival()
    const request = { method, url: target, headers, body }
    const timing = { connectMs: null, firstByteMs: null, totalMs: 1 }
    const sent = async (
      delivery: number,
      end: number | string,
      source: 'forward' | 'replay' = 'forward',
      to = target,
    ) => {
      const id = await attempts.start({ delivery, source, target: to, startedAt: place.now(), request })
      const answered = {
        outcome: 'answered',
        answer: { status: Number(end), headers: [], body: new Uint8Array(), bodyBytes: 0 },
      }
      const refused = { outcome: 'refused', answer: null, error: { code: String(end), message: 'm', hint: 'h' } }
      await attempts.end(id, { timing, error: null, ...(typeof end === 'number' ? answered : refused) } as SendResult)
      return id
    }
    const ids: number[] = []
    for (let n = 0; n < 8; n++) ids.push(await deliveries.append(arrival()))
    const [before = 0, gone = 0, off = 0, late = 0, own = 0, elsewhere = 0, removed = 0, after = 0] = ids
    const sinceAttempt = await sent(before, 503)
    await sent(gone, 'ECONNREFUSED')
    await sent(off, 503)
    await sent(late, 503)
    await sent(late, 200, 'replay')
    const cut = await sent(own, 500)
    await sent(elsewhere, 503, 'forward', 'http://localhost:4000/')
    await sent(removed, 503)
    const upToAttempt = await sent(off, 503, 'replay')
    await sent(after, 503)
    await edits.remove([removed])
    const ask = { target, sinceAttempt, upToAttempt, statuses: [503], codes: ['ECONNREFUSED'], attempts: [] }
    // A replay of the same bytes counts only where it was answered.
    expect(await unfinished.missed(ask)).toEqual([gone, off])
    expect(await unfinished.missed({ ...ask, codes: [] })).toEqual([off])
    expect(await unfinished.missed({ ...ask, codes: [], attempts: [cut, upToAttempt + 1] })).toEqual([off, own])
  })

  it('a delivery is unsent until an attempt at the target begins, whichever way it is asked about', async () => {
    const { deliveries, attempts, unfinished, edits } = place.store
    const append = () => deliveries.append(arrival())
    const [first, sent, removed, last] = [await append(), await append(), await append(), await append()]
    expect(await unfinished.newestAttempt()).toBe(0)
    const request = { method: 'POST', url: target, headers: [], body: new Uint8Array() }
    const attempt = await attempts.start({ delivery: sent, source: 'forward', target, startedAt: place.now(), request })
    await edits.remove([removed])
    expect(await unfinished.newestAttempt()).toBe(attempt)
    const ask = { target, ids: [first], after: first, upTo: last, sinceAttempt: 0 }
    const idsOf = async (asked: typeof ask) => (await unfinished.unsent(asked)).map(({ id }) => id)
    expect(await idsOf(ask)).toEqual([first, last])
    expect(await idsOf({ ...ask, target: 'http://localhost:4000/' })).toEqual([first, sent, last])
    expect(await idsOf({ ...ask, sinceAttempt: attempt })).toEqual([first, sent, last])
    expect(await unfinished.unsent({ ...ask, after: last })).toMatchObject([
      { id: first, hook: 'main', verdict: 'unchecked', isWhole: true },
    ])
  })
}
