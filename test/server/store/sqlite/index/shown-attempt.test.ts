/** What the list shows of a delivery that was sent several times: never green while a target did not take it. */
import { expect, it } from 'vitest'
import type { AttemptSource, SendResult } from '../../../../../core/deliveries/attempt.ts'
import type { AttemptChange } from '../../../../../core/deliveries/attempt-changes.ts'
import { worstByTarget } from '../../../../../core/http/outcome.ts'
import { arrival } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()

const timing = { connectMs: 1, firstByteMs: 2, totalMs: 3 }
const answered = (status: number): SendResult => ({
  outcome: 'answered',
  answer: { status, headers: [], body: new Uint8Array(), bodyBytes: 0 },
  timing,
  error: null,
})
const refused: SendResult = {
  outcome: 'refused',
  answer: null,
  timing,
  error: { code: 'ECONNREFUSED', message: 'Nothing listens.', hint: 'Start it.' },
}

type Sent = readonly [
  source: AttemptSource,
  target: string,
  status: number | 'refused' | 'pending',
  change?: AttemptChange,
]
const forward = (target: string, status: Sent[2]): Sent => ['forward', target, status]
const replay = (target: string, status: Sent[2], change?: AttemptChange): Sent => ['replay', target, status, change]

const cases: readonly [what: string, sent: readonly Sent[], shown: number | null][] = [
  ['nothing was sent', [], null],
  ['taken', [forward('a', 200)], 0],
  ['one of two failed', [forward('a', 500), forward('b', 200)], 0],
  ['one of two failed, replayed to the other', [forward('a', 500), forward('b', 200), replay('b', 200)], 0],
  ['one of two failed, replayed to it', [forward('a', 500), forward('b', 200), replay('a', 200)], 2],
  ['both failed, one is made good', [forward('a', 'refused'), forward('b', 500), replay('b', 200)], 0],
  ['both failed, both made good', [forward('a', 500), forward('b', 500), replay('b', 201), replay('a', 204)], 3],
  ['failed, replayed to a target of its own', [forward('a', 500), replay('c', 200)], 0],
  ['taken, then a replay to the same target failed', [forward('a', 200), forward('b', 200), replay('a', 503)], 2],
  ['taken, then a replay elsewhere failed', [forward('a', 200), replay('c', 500)], 0],
  ['failed, then another body was taken', [forward('a', 500), replay('a', 200, 'body')], 0],
  ['failed, then another signature was taken', [forward('a', 'refused'), replay('a', 200, 'signature')], 0],
  ['failed, then other headers were taken', [forward('a', 500), replay('a', 200, 'headers')], 0],
  ['failed, then another method was taken', [forward('a', 500), replay('a', 200, 'method')], 0],
  ['taken, then another body failed', [forward('a', 200), replay('a', 500, 'body')], 0],
  ['taken, while another body runs', [forward('a', 200), replay('a', 'pending', 'body')], 0],
  ['failed, made good, then another body failed', [forward('a', 500), replay('a', 200), replay('a', 500, 'body')], 1],
  ['never forwarded, and only another body was sent', [replay('a', 200, 'body')], null],
  ['never forwarded: the newest replay as it came', [replay('a', 500), replay('b', 200, 'headers')], 0],
  ['a replay elsewhere that failed is past', [forward('a', 200), replay('c', 500), replay('a', 200)], 2],
  ['a replay makes it good: it runs', [forward('a', 500), forward('b', 200), replay('a', 'pending')], 2],
  ['one failed, while a replay to the other runs', [forward('a', 302), forward('b', 200), replay('b', 'pending')], 0],
  ['one runs, the other took it', [forward('a', 'pending'), forward('b', 200)], 0],
  ['never forwarded: the newest replay', [replay('a', 'refused'), replay('b', 200)], 1],
  ['forwarded after a replay', [replay('b', 500), forward('a', 200)], 1],
  ['replayed, forwarded to the same, failed', [replay('a', 200), forward('a', 500), replay('b', 200)], 1],
]

it('is no failure at a target that is none any more, once one that is took the delivery', async () => {
  const { store } = place
  const now = (...hosts: readonly string[]) => store.attempts.setForwarding(hosts.map(host => `http://${host}/`))
  const shown = async (delivery: number) => {
    const attempts = await store.attempts.ofDelivery(delivery)
    const { id } = (await store.deliveries.get(delivery))?.lastAttempt ?? {}
    expect(worstByTarget(attempts)[0]?.id).toBe(id)
    return [attempts.findIndex(attempt => attempt.id === id), attempts.map(({ former }) => former)]
  }
  const arrived = async () => {
    const delivery = await store.deliveries.append(arrival())
    await store.deliveries.settled()
    return delivery
  }
  const failed = async () => (await store.deliveries.facets()).failed
  await now('wrong')
  const delivery = await arrived()
  await send(delivery, [forward('wrong', 'refused')])
  await now('right', 'other')
  // One that is no target either makes nothing good, and neither does another body or a failure.
  await send(delivery, [replay('elsewhere', 200), replay('right', 200, 'body')])
  expect([await shown(delivery), await failed()]).toEqual([[0, [false, false, false]], 1])
  await send(delivery, [replay('right', 500)])
  expect([await shown(delivery), await failed()]).toEqual([[3, [false, false, false, false]], 1])
  await send(delivery, [replay('right', 200)])
  expect([await shown(delivery), await failed()]).toEqual([[4, [true, false, false, false, false]], 0])
  // A target that is one still counts, and so does what fails from now on.
  await send(delivery, [forward('other', 503)])
  expect(await shown(delivery)).toEqual([5, [true, false, false, false, false, false]])
  await send(delivery, [replay('other', 204), replay('wrong', 500)])
  expect([await shown(delivery), await failed()]).toEqual([
    [7, [true, false, false, false, false, false, false, false]],
    1,
  ])
})

/** @returns the ids of the attempts */
async function send(delivery: number, sent: readonly Sent[]): Promise<number[]> {
  const { store } = place
  const came = arrival()
  const ids: number[] = []
  for (const [source, host, status, change] of sent) {
    const target = `http://${host}/`
    const request = {
      method: change === 'method' ? 'PUT' : came.method,
      url: target,
      headers: [
        ...came.headers,
        ...(change === 'signature' ? [['X-Signature', '0'.repeat(64)] as const] : []),
        ...(change === 'headers' ? [['X-Test', '1'] as const] : []),
        // What every send writes for itself changes nothing.
        ['Hookscope-Source', source] as const,
        ['Connection', 'keep-alive'] as const,
      ],
      body: change === 'body' ? new Uint8Array() : came.body,
    }
    const id = await store.attempts.start({ delivery, source, target, startedAt: 0, request })
    if (status !== 'pending') await store.attempts.end(id, status === 'refused' ? refused : answered(status))
    ids.push(id)
  }
  return ids
}

it('is the worst of the newest attempts at each target', async () => {
  const { store } = place
  let failed = 0
  for (const [what, sent, shown] of cases) {
    const delivery = await store.deliveries.append(arrival())
    await store.deliveries.settled()
    const ids = await send(delivery, sent)
    const expected = shown === null ? null : ids[shown]
    expect((await store.deliveries.get(delivery))?.lastAttempt?.id ?? null, what).toBe(expected)
    expect(
      (await store.attempts.summariesOf(delivery)).map(({ changes }) => changes),
      what,
    ).toEqual(sent.map(([, , , change]) => (change === undefined ? [] : [change])))
    // The panel of the delivery begins with the same.
    expect(worstByTarget(await store.attempts.ofDelivery(delivery))[0]?.id ?? null, what).toBe(expected)
    if (shown !== null && ![200, 201, 204, 'pending'].includes(sent[shown]?.[2] ?? 0)) failed += 1
    expect((await store.deliveries.facets()).failed, what).toBe(failed)
  }
})
