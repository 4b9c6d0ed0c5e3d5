/** Every fault that can have no effect is told, with the reason; none that can is refused. */
import { describe, expect, it } from 'vitest'
import { type FaultsMeet, faultProblem } from '../../../core/simulate/fault-effects.ts'
import { type FaultRates, faultKinds } from '../../../core/simulate/faults.ts'

const bare = { isSigned: false, isAuthenticated: false }
const whole = { isSigned: true, isAuthenticated: true }
const meet = (parts: Partial<FaultsMeet> = {}): FaultsMeet => ({ recipients: [bare], events: 1, bytes: 900, ...parts })

describe('a fault without effect', () => {
  it.each<[FaultRates, Partial<FaultsMeet>, RegExp]>([
    [{ 'no-signature': 0.1 }, {}, /The fault no-signature has no effect: nothing is signed\./],
    [{ 'no-credentials': 1 }, {}, /no-credentials has no effect: nothing is sent with a user name/],
    [{ 'wrong-credentials': 1 }, {}, /wrong-credentials has no effect: nothing is sent with a user name/],
    [{ 'wrong-signature': 1, 'no-signature': 1 }, { recipients: [whole] }, /wrong-signature .* no-signature already/],
    [{ 'wrong-credentials': 1, 'no-credentials': 1 }, { recipients: [whole] }, /wrong-credentials .* already happens/],
    [{ disorder: 1 }, {}, /disorder has no effect: only one event/],
    [{ burst: 1 }, {}, /burst has no effect: only one event/],
    [{ tamper: 1 }, { bytes: 0 }, /tamper has no effect: the body is too short/],
    [{ slow: 1 }, { bytes: 1 }, /slow has no effect: the body is too short/],
    [{ cut: 1, 'no-signature': 1 }, {}, /no-signature/],
  ])('%j of %j', (weather, parts, says) => {
    const problem = faultProblem(weather, meet(parts))
    expect(problem?.message).toMatch(says)
    expect(problem?.hint).toMatch(/remove|Remove/)
  })
})

describe('a fault with an effect', () => {
  it.each<[FaultRates, Partial<FaultsMeet>]>([
    [{ 'wrong-signature': 1 }, {}],
    [{ 'wrong-signature': 1, 'no-signature': 0.5 }, { recipients: [whole] }],
    [{ 'no-signature': 1, 'no-credentials': 1 }, { recipients: [bare, whole] }],
    [{ disorder: 1, burst: 1 }, { events: 2 }],
    [{ duplicates: 1, cut: 1 }, { bytes: 0 }],
    [{ 'no-signature': 0 }, {}],
  ])('%j of %j', (weather, parts) => expect(faultProblem(weather, meet(parts))).toBeNull())

  it('is each, where there is something to befall', () => {
    for (const { kind } of faultKinds)
      expect(faultProblem({ [kind]: 1 }, meet({ recipients: [whole], events: 2 }))).toBeNull()
  })
})
