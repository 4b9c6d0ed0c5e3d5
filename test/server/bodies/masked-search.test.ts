/** What is shown alike once it is masked is described alike: no search tells the one from the other. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describe as describeDelivery } from '../../../core/deliveries/describe.ts'
import { jobs } from '../../../server/bodies/jobs.ts'
import { whatItSaid } from '../../../server/bodies/what-it-said.ts'
import { type MaskedPair, maskedPairs } from '../../helpers/masked-pairs.ts'

const isMaskedAlike = ({ headers, one, other }: MaskedPair) => {
  const [shown, shownOther] = [one, other].map(body => JSON.stringify(jobs.mask({ headers, body })))
  return shown === shownOther
}

it('bodies that are shown alike are described alike', () => {
  let compared = 0
  fc.assert(
    fc.property(maskedPairs, pair => {
      fc.pre(isMaskedAlike(pair) && !Buffer.from(pair.one).equals(pair.other))
      compared += 1
      const [described, otherDescribed] = [pair.one, pair.other].map(body =>
        describeDelivery({ method: 'POST', headers: pair.headers, body, bodyKept: true }),
      )
      expect(described).toEqual(otherDescribed)
    }),
    { numRuns: 300, maxSkipsPerRun: 1000 },
  )
  expect(compared).toBe(300)
})

it('and so is what an app said', () => {
  fc.assert(
    fc.property(maskedPairs, fc.constantFrom('', 'Declined: ', 'Error:   '), (pair, lead) => {
      const said = [pair.one, pair.other].map(body => Buffer.concat([Buffer.from(lead), body]))
      const [one, other] = said.map(body => jobs.mask({ headers: pair.headers, body }))
      fc.pre(JSON.stringify(one) === JSON.stringify(other))
      const [line, otherLine] = said.map(body => whatItSaid({ status: 500, headers: pair.headers, body }))
      expect(line).toEqual(otherLine)
    }),
    { numRuns: 300, maxSkipsPerRun: 1000 },
  )
})

it.each([
  ['a track whose name is blanks', 'Declined %B4111111111111111^    ^2512101000?', '1111111'],
  ['bytes that are no UTF-8 between its digits', 'Declined 4111\xa01234\xa05678\xa01119', '1234'],
])('the line of an answer holds nothing of %s', (_, body, hidden) => {
  const { line } = whatItSaid({ status: 500, headers: [], body: Buffer.from(body, 'latin1') })
  expect(line).toMatch(/^Declined/)
  expect(line).not.toContain(hidden)
})
