import { describe, expect, test } from 'vitest'
import type { ReplayJob } from '../../../core/api/messages.ts'
import { headerValue, headerValues } from '../../../core/http/headers.ts'
import { UserError } from '../../../server/lib/errors.ts'
import type { Replayer } from '../../../server/sender/replay.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { signatureOf } from '../../helpers/gateway.ts'
import { holdAnswers, manners } from '../../helpers/merchants.ts'
import { useReplayer } from './replayer.ts'

const place = useReplayer()
const { arrive } = place

/** Deliveries triggered in the order 3rd, 1st, (unknown), 2nd, 1st again. */
async function shuffled(): Promise<number[]> {
  const ids: number[] = []
  for (const [index, triggered] of ['10:00:03', '10:00:01', null, '10:00:02', '10:00:01'].entries()) {
    const event = saleEvent({ id: String(index).repeat(64), triggered: `2026-11-20 ${triggered}` })
    ids.push(await arrive({ body: triggered === null ? 'not JSON' : event }))
  }
  return ids
}

/** Resolves with the job once it is no longer running and `sent` have ended. */
function ended(made: Replayer, id: string, sent: number): Promise<ReplayJob> {
  return new Promise(resolve => {
    const check = () => {
      const job = made.jobs().find(one => one.id === id)
      if (job && job.state !== 'running' && job.sent >= sent) {
        stop()
        resolve(job)
      }
    }
    const stop = made.onChange(check)
    check()
  })
}

describe('a replay of several', () => {
  test.each([
    ['received', [0, 1, 2, 3, 4]],
    ['triggered', [1, 4, 3, 0, 2]],
  ] as const)('in the order %s, one after the other', async (order, expected) => {
    const ids = await shuffled()
    const job = await place.replayer.startJob({ ids: ids.toReversed(), order, rate: null })
    expect(job).toMatchObject({ target: place.target.url, total: 5, sent: 0, state: 'running' })
    expect(await ended(place.replayer, job.id, 5)).toEqual({ ...job, sent: 5, answered: 5, failed: 0, state: 'done' })
    expect(place.target.received.map(({ headers }) => Number(headerValue(headers, 'Hookscope-Delivery')))).toEqual(
      expected.map(index => ids[index]),
    )
  })

  test('at a rate, they are not held up by a slow app', async () => {
    const { manner, release } = holdAnswers()
    place.target.behave(manner)
    const job = await place.replayer.startJob({ ids: await shuffled(), order: 'received', rate: 200 })
    await place.target.arrived(5)
    expect(place.replayer.jobs()).toMatchObject([{ sent: 0, state: 'running' }])
    release()
    expect(await ended(place.replayer, job.id, 5)).toMatchObject({ answered: 5, state: 'done' })
  })

  test('at no rate are more than 20 connections open', async () => {
    const { manner, release } = holdAnswers()
    place.target.behave(manner)
    const ids = await Promise.all(Array.from({ length: 30 }, () => place.kept.store.deliveries.append(arrival())))
    await place.kept.store.deliveries.settled()
    const job = await place.replayer.startJob({ ids, order: 'received', rate: 1000 })
    await place.target.arrived(20)
    // Time enough for a 21st to come, were it sent.
    for (let count = 0; count < 20; count++) await place.kept.store.deliveries.append(arrival())
    expect(place.target.connections).toBe(20)
    release()
    expect(await ended(place.replayer, job.id, 30)).toMatchObject({ sent: 30, answered: 30 })
  })

  test('counts as failed what was not answered 2xx, and says why the last one was not', async () => {
    const ids = await shuffled()
    place.target.behave(manners.answers('500 Oops', [], 'no order 7'))
    const job = await place.replayer.startJob({ ids: ids.slice(0, 2), order: 'received', rate: null })
    expect(await ended(place.replayer, job.id, 2)).toMatchObject({
      sent: 2,
      answered: 0,
      failed: 2,
      problem: '500: no order 7',
      state: 'done',
    })
  })

  test('signs none that was rejected, unless that is asked for', async () => {
    const genuine = await arrive({ verdict: { kind: 'verified', key: null, basic: false } })
    const forged = await arrive({ verdict: { kind: 'rejected', reasons: ['signature-wrong'] } })
    const ask = { ids: [genuine, forged], order: 'received', rate: null } as const
    const countsOf = async (more: object) => {
      const { total, leftOut } = await place.replayer.startJob({ ...ask, ...more })
      return [total, leftOut]
    }
    expect(await countsOf({ resign: true })).toEqual([1, 1])
    expect(await countsOf({ resign: true, includeRejected: true })).toEqual([2, 0])
    expect(await countsOf({})).toEqual([2, 0])
    expect(await countsOf({ includeRejected: false })).toEqual([1, 1])
    await expect(countsOf({ ids: [forged], resign: true })).rejects.toThrow(/were rejected/)
  })

  test('cancelled, it sends no more; what is in flight is still counted', async () => {
    const { manner, release } = holdAnswers()
    place.target.behave(manner)
    const job = await place.replayer.startJob({ ids: await shuffled(), order: 'received', rate: null })
    await place.target.arrived(1)
    expect(place.replayer.cancelJob(job.id)).toBe(true)
    expect(place.replayer.cancelJob(job.id)).toBe(false)
    expect(place.replayer.cancelJob('unknown')).toBe(false)
    release()
    expect(await ended(place.replayer, job.id, 1)).toMatchObject({ sent: 1, total: 5, state: 'cancelled' })
    await place.replayer.close()
    expect(place.target.received).toHaveLength(1)
  })

  test('closing cancels it without waiting for its pace', async () => {
    const job = await place.replayer.startJob({ ids: await shuffled(), order: 'received', rate: 0.001 })
    await place.target.arrived(1)
    await place.replayer.close()
    expect(place.replayer.jobs()).toMatchObject([{ id: job.id, state: 'cancelled', sent: 1 }])
  })

  test('deliveries that are gone are left out, and all gone is an error', async () => {
    const id = await arrive()
    const job = await place.replayer.startJob({ ids: [id, 998, 999], order: 'received', rate: null })
    expect(job.total).toBe(1)
    await ended(place.replayer, job.id, 1)
    await expect(place.replayer.startJob({ ids: [999], order: 'received', rate: null })).rejects.toThrow(/any more/)
  })

  test('what cannot be started says why', async () => {
    const ids = [await arrive(), await arrive({ hook: 'gone' })]
    const base = { ids, order: 'received', rate: null } as const
    await expect(place.replayer.startJob({ ...base, rate: 0 })).rejects.toThrow(UserError)
    await expect(place.replayer.startJob({ ...base, target: 'nowhere' })).rejects.toThrow(/not a URL/)
    await expect(place.replayer.startJob({ ...base, resign: true })).rejects.toThrow(/no key to sign/)
    expect(place.replayer.jobs()).toEqual([])
  })

  test('signs each anew when asked to', async () => {
    const ids = await shuffled()
    const job = await place.replayer.startJob({ ids, order: 'received', rate: null, resign: true })
    await ended(place.replayer, job.id, 5)
    for (const { headers, body } of place.target.received)
      expect(headerValues(headers, 'X-Signature')).toEqual([signatureOf('first key', body)])
  })
})
