/** What the list shows of a delivery that was sent several times: never green while a target did not take it. */
import { expect, it } from 'vitest'
import type { AttemptSource, SendResult } from '../../../core/attempt.ts'
import { worstByTarget } from '../../../core/outcome.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

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

type Sent = readonly [source: AttemptSource, target: string, status: number | 'refused' | 'pending']
const forward = (target: string, status: Sent[2]): Sent => ['forward', target, status]
const replay = (target: string, status: Sent[2]): Sent => ['replay', target, status]

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
  ['taken, then a replay elsewhere failed', [forward('a', 200), replay('c', 500)], 1],
  ['a replay elsewhere that failed is past', [forward('a', 200), replay('c', 500), replay('a', 200)], 2],
  ['a replay makes it good: it runs', [forward('a', 500), forward('b', 200), replay('a', 'pending')], 2],
  ['one failed, while a replay to the other runs', [forward('a', 302), forward('b', 200), replay('b', 'pending')], 0],
  ['one runs, the other took it', [forward('a', 'pending'), forward('b', 200)], 0],
  ['never forwarded: the newest replay', [replay('a', 'refused'), replay('b', 200)], 1],
  ['forwarded after a replay', [replay('b', 500), forward('a', 200)], 1],
  ['replayed, forwarded to the same, failed', [replay('a', 200), forward('a', 500), replay('b', 200)], 1],
]

/** @returns the ids of the attempts */
function send(delivery: number, sent: readonly Sent[]): number[] {
  const { store } = place
  return sent.map(([source, host, status]) => {
    const target = `http://${host}/`
    const request = { method: 'POST', url: target, headers: [], body: new Uint8Array() }
    const id = store.startAttempt({ delivery, source, target, startedAt: 0, request })
    if (status !== 'pending') store.endAttempt(id, status === 'refused' ? refused : answered(status))
    return id
  })
}

it('is the worst of the newest attempts at each target', async () => {
  const { store } = place
  let failed = 0
  for (const [what, sent, shown] of cases) {
    const delivery = await store.append(arrival())
    await store.settled()
    const ids = send(delivery, sent)
    const expected = shown === null ? null : ids[shown]
    expect((await store.get(delivery))?.lastAttempt?.id ?? null, what).toBe(expected)
    // The panel of the delivery begins with the same.
    expect(worstByTarget(await store.attempts(delivery))[0]?.id ?? null, what).toBe(expected)
    if (shown !== null && ![200, 201, 204, 'pending'].includes(sent[shown]?.[2] ?? 0)) failed += 1
    expect((await store.facets()).failed, what).toBe(failed)
  }
})
