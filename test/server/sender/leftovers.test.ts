/** What is offered to be sent: each delivery once, and nothing that is not known. */
import { expect, it, vi } from 'vitest'
import { type LeftNews, missedNews, openLeftovers } from '../../../server/sender/leftovers.ts'

const target = 'http://localhost:3000/'
const interrupted = (ids: readonly number[], settled = vi.fn()): LeftNews => ({
  ...{ kind: 'left', target, why: 'interrupted' },
  ...{ ids, settled },
})
const offered = ({ list }: ReturnType<typeof openLeftovers>) => list().map(({ why, query }) => [why, query])

it('does not call missed what was on its way when hookscope ended, whichever is known first', () => {
  const [one, other] = [openLeftovers(() => {}), openLeftovers(() => {})]
  const settled = vi.fn()
  const missed = missedNews(target, 'missed-before', [3, 4, 5], settled)
  const told: unknown[] = []
  one.onNews(({ target: _, ...news }) => told.push(news))
  one.tell(interrupted([3]))
  one.tell(missed)
  other.tell(missed)
  other.tell(interrupted([3]))
  expect(offered(one)).toEqual([
    ['interrupted', 'id:3'],
    ['missed-before', 'id:4-5'],
  ])
  expect(offered(other).sort()).toEqual(offered(one))
  expect(told).toMatchObject([
    { why: 'interrupted', ids: [3] },
    { why: 'missed-before', ids: [4, 5] },
  ])
  // What another target has on its way says nothing of this one.
  const third = openLeftovers(() => {})
  third.tell({ ...interrupted([3]), target: 'http://localhost:4000/' })
  third.tell(missed)
  expect(offered(third).at(-1)).toEqual(['missed-before', 'id:3-5'])
  expect(settled).not.toHaveBeenCalled()
})

it('offers together what one target missed in several outages, and settles it once all is taken', () => {
  const leftovers = openLeftovers(() => {})
  const settled = vi.fn()
  leftovers.missed(target, [8], settled)
  leftovers.tell(missedNews(target, 'missed-before', [2, 3], settled))
  expect(offered(leftovers)).toEqual([['missed', 'id:2-3,8']])
  const attempt = { target, source: 'replay', changes: [], outcome: 'answered' } as const
  for (const status of [502, 503, 504, 500]) leftovers.attempted({ ...attempt, delivery: 2, status })
  leftovers.attempted({ ...attempt, delivery: 2, outcome: 'refused', status: null })
  expect(offered(leftovers)).toEqual([['missed', 'id:2-3,8']])
  for (const delivery of [2, 3]) leftovers.attempted({ ...attempt, delivery, status: 200 })
  expect([offered(leftovers), settled.mock.calls.length]).toEqual([[['missed', 'id:8']], 0])
  leftovers.attempted({ ...attempt, delivery: 8, status: 204 })
  expect([offered(leftovers), settled.mock.calls.length]).toEqual([[], 1])
})

it('offers again what could not begin to be sent', async () => {
  const leftovers = openLeftovers(() => {})
  leftovers.tell(interrupted([3]))
  const [left] = leftovers.list()
  const refused = leftovers.send(left?.id ?? '', () => {
    expect(leftovers.list()).toEqual([])
    return Promise.reject(new Error('no'))
  })
  await expect(refused).rejects.toThrow('no')
  expect(leftovers.list()).toEqual([left])
})
