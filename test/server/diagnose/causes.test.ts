import { expect, it } from 'vitest'
import { causeChip } from '../../../core/deliveries/cause-chips.ts'
import type { Delivery } from '../../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../../core/deliveries/diagnosis.ts'
import { causesOf } from '../../../server/diagnose/causes.ts'

const found = (...causes: Extract<SignatureDiagnosis, { kind: 'found' }>['causes']): SignatureDiagnosis => ({
  ...{ kind: 'found', causes, sentence: '', key: null, expected: null, signedBytes: 0, parting: null },
})
const fitsNone = () => false
const deliveries = [1, 2, 3, 4].map(id => ({ id }) as Delivery)

it('tells the causes that are found, in the same words for the same trouble, and of those that are not, none', async () => {
  const told = [
    found('body-indented', 'body-sorted-keys'),
    { kind: 'unknown', sentence: '' } as const,
    null,
    found('key-empty'),
  ]
  const answer = await causesOf(deliveries, { of: async ({ id }) => told[id - 1] ?? null }, fitsNone)
  expect(answer).toEqual({
    causes: [
      { id: 1, causes: ['body-indented', 'body-sorted-keys'], label: 'JSON re-serialized on the way', sentence: '' },
      { id: 2, causes: [], label: null, sentence: '' },
      { id: 3, causes: [], label: null, sentence: null },
      { id: 4, causes: ['key-empty'], label: 'Signed with an empty key', sentence: '' },
    ],
    left: [],
  })
})

it('begins no other once it has taken a while, and tells at least one', async () => {
  let now = 0
  const of = async () => {
    now += 200
    return found('body-compact')
  }
  const { causes, left } = await causesOf(deliveries, { of }, fitsNone, () => now)
  expect([causes.map(({ id }) => id), left]).toEqual([
    [1, 2],
    [3, 4],
  ])
  now = -10_000
  const slow = async () => {
    now += 10_000
    return null
  }
  expect((await causesOf(deliveries, { of: slow }, fitsNone, () => now)).left).toEqual([2, 3, 4])
})

it('says of one that fits by now that it does, and of no other', async () => {
  const { causes } = await causesOf(deliveries, { of: async () => null }, ({ id }) => id === 2)
  expect(causes.map(({ label }) => label)).toEqual([null, 'Fits the current key', null, null])
})

it('names several causes once each', () => {
  expect(causeChip(['key-other-kind', 'body-compact', 'body-escapes'])).toBe(
    'Signed with the other key, JSON re-serialized on the way',
  )
})
