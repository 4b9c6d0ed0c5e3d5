import { expect, it } from 'vitest'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { type Forwarding, whyNotForwarded } from '../../../core/deliveries/not-forwarded.ts'
import { unroutedHook } from '../../../core/hooks/hook.ts'
import { worstByTarget } from '../../../core/http/outcome.ts'
import { attemptSummary, deliverySummary } from '../../helpers/summaries.ts'

it('no target that took it hides another that did not', () => {
  const [a, b, c] = ['http://a/', 'http://b/', 'http://c/']
  const attempts = [
    attemptSummary({ id: 1, target: a, status: 500 }),
    attemptSummary({ id: 2, target: b, outcome: 'refused', status: null }),
    attemptSummary({ id: 3, target: c, outcome: 'pending', status: null }),
    attemptSummary({ id: 5, target: a, status: 200 }),
    attemptSummary({ id: 4, target: a, status: 503 }),
  ]
  expect(worstByTarget(attempts).map(({ id }) => id)).toEqual([2, 3, 5])
})

const forwards: Forwarding = { hasTarget: true, paused: false, rejectedToo: false, waits: false }
const rejected = { verdict: 'rejected', reasons: ['signature-wrong'] } as const
const cases: readonly [code: string, delivery: Partial<DeliverySummary>, forwarding: Partial<Forwarding>][] = [
  ['unrouted', { hook: unroutedHook }, {}],
  ['incomplete', { verdict: 'rejected', reasons: ['body-too-large'] }, { rejectedToo: true }],
  ['loop', { notes: ['loop'] }, {}],
  ['rejected', rejected, { hasTarget: false }],
  ['not-sent', rejected, { rejectedToo: true }],
  ['no-target', {}, { hasTarget: false }],
  ['paused', {}, { paused: true, waits: true }],
  ['waiting', {}, { waits: true }],
  ['not-sent', {}, { paused: true }],
  ['answered-in-place', { status: 502 }, { paused: true }],
  ['answered-in-place', { ...rejected, status: 503 }, { rejectedToo: true }],
  ['waiting', { status: 502 }, { waits: true }],
  ['not-sent', { status: 503, notes: ['answer-rehearsed'] }, {}],
]
it.each(cases)('was not forwarded: %s', (code, delivery, forwarding) => {
  expect(whyNotForwarded(deliverySummary(delivery), { ...forwards, ...forwarding })).toMatchObject({
    code,
    message: expect.stringMatching(/\.$/),
    hint: expect.stringMatching(/\.$/),
  })
})
