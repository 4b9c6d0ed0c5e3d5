// @vitest-environment happy-dom

/** Why deliveries are rejected: in their rows, and once above the list for many with the same cause. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Status } from '../../../../core/api/messages.ts'
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import { facets } from '../../../../ui/app/facets.ts'
import { status } from '../../../../ui/app/listener.ts'
import { connectRouter, queryText } from '../../../../ui/app/route.ts'
import { runOf } from '../../../../ui/deliveries/list/ask-causes.ts'
import { causeLabels, rejectedShown } from '../../../../ui/deliveries/list/causes.ts'
import { RejectedBar, runText } from '../../../../ui/deliveries/list/rejected-bar.tsx'
import { RowContent } from '../../../../ui/deliveries/list/row.tsx'
import { cleanup, fireEvent, render, screen, waitFor } from '../../../helpers/screen.ts'
import { saleSummary } from '../../../helpers/summaries.ts'
import { fakeApi } from '../detail/detail-fixtures.ts'

const goTo = (url: string) => connectRouter(url, next => goTo(next))
const now = new Date(2026, 10, 30, 13).getTime()
const label = 'JSON re-serialized on the way'

/** @param minutes before 13:00 */
const rejected = (id: number, minutes: number, parts: Partial<DeliverySummary> = {}): DeliverySummary =>
  saleSummary({
    ...{ id, verdict: 'rejected', reasons: ['signature-wrong'] },
    receivedAt: new Date(now - minutes * 60_000).toISOString(),
    ...parts,
  })
const ten = Array.from({ length: 10 }, (_, index) => rejected(20 - index, 10 + index))

beforeEach(() => {
  goTo('/')
  status.value = {
    hooks: [{ id: 'main', label: 'My shop', signing: { kind: 'none' } }],
    forward: null,
  } as unknown as Status
})
afterEach(() => {
  cleanup()
  causeLabels.value = new Map()
  rejectedShown.value = []
  facets.value = null
  status.value = null
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a run of rejections', () => {
  const said = (rows: readonly DeliverySummary[], labelOf: (row: DeliverySummary) => string | null, isOver = false) => {
    const run = runOf({ rejected: rows, isOver }, labelOf, now)
    return run && runText(run, now)
  }
  const other = rejected(5, 30)
  const long = Array.from({ length: 100 }, (_, index) => rejected(200 - index, 10 + index / 10))
  it.each<[string, string | null, string | null]>([
    ['of one cause', said(ten, () => label), `10 rejected since 12:41: ${label}`],
    ['that is over', said(ten, () => label, true), `10 rejected from 12:41 to 12:50: ${label}`],
    ['of which the newest is not explained yet', said(ten, ({ id }) => (id === 20 ? null : label)), null],
    ['of which an older one is not explained yet', said(ten, ({ id }) => (id === 15 ? null : label)), null],
    ['of too few', said(ten.slice(0, 2), () => label), null],
    [
      'that ends with another cause',
      said([...ten, other], ({ id }) => (id === 5 ? 'x' : label))?.slice(0, 2) ?? '',
      '10',
    ],
    ['at another hook', said([...ten, { ...other, hook: 'b' }], () => label)?.slice(0, 2) ?? '', '10'],
    ['hours after the one before', said([...ten, rejected(5, 600)], () => label)?.slice(0, 2) ?? '', '10'],
    ['of which more may be', said(long, () => label)?.slice(0, 20) ?? '', '100 or more rejected'],
    [
      'of two days ago',
      said(
        [0, 1, 2].map(index => rejected(9 - index, 2900 + index)),
        () => label,
      ),
      null,
    ],
    ['none', said([], () => label), null],
  ])('%s', (_, text, expected) => {
    expect(text).toBe(expected)
  })
})

it('has causes found out behind the list, says them in rows and once above, and can be put away', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now })
  let part = 0
  const { asked, fetch } = fakeApi({
    'GET /api/deliveries': ({ path }: { path: string }) => ({
      deliveries: path.includes('rejected') ? ten : path.includes('verified') ? [] : ten.slice(0, 1),
      next: null,
    }),
    // Half of them, as where there is no time for all.
    'GET /api/deliveries/causes': ({ path }: { path: string }) => {
      const ids = (new URLSearchParams(path.split('?')[1]).get('ids') ?? '').split(',').map(Number)
      part += 1
      const half = part === 1 ? ids.slice(0, 5) : ids
      return {
        causes: half.map(id => ({ id, causes: ['body-compact'], label })),
        left: ids.filter(id => !half.includes(id)),
      }
    },
  })
  vi.stubGlobal('fetch', fetch)
  facets.value = { verdicts: { rejected: 10, verified: 0, unchecked: 0 } } as never
  rejectedShown.value = [20, 19]
  render(<RejectedBar />)
  const bar = await screen.findByText(`10 rejected since 12:41: ${label}`)
  const causes = asked.filter(({ path }) => path.startsWith('/api/deliveries/causes'))
  expect(causes.length).toBeGreaterThan(1)
  expect(causes.at(-1)?.path).not.toContain('=20')
  // What another hook verified says nothing of this one.
  const searches = asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('q'))
  expect(searches.filter(q => q?.includes('is:verified'))).toEqual(['is:verified hook:main id:20-20'])
  const row = render(<RowContent delivery={rejected(20, 10)} marked={false} />).container
  expect(row.querySelector('.badge')?.textContent).toBe(label)
  expect(screen.getByRole('link', { name: 'Why, and how to fix it' }).getAttribute('href')).toBe(
    '/deliveries/20?tab=signature',
  )
  fireEvent.click(screen.getByRole('button', { name: 'Show them' }))
  expect(queryText.value).toBe('is:rejected id:11-20')
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }))
  await waitFor(() => expect(bar.isConnected).toBe(false))
})

it('says in a row what the check says where no cause fits', () => {
  causeLabels.value = new Map([[20, null]])
  const row = render(<RowContent delivery={rejected(20, 10)} marked={false} />).container
  expect(row.querySelector('.badge')?.textContent).toBe('The signature does not fit the body')
})
