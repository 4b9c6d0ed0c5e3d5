// @vitest-environment happy-dom
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Status } from '../../../../core/api/messages.ts'
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import type { Preparing, PreparingDelivery } from '../../../../core/deliveries/preparing.ts'
import { followListener } from '../../../../ui/app/listener.ts'
import { connectRouter } from '../../../../ui/app/route.ts'
import { narrowColumns } from '../../../../ui/deliveries/list/columns.ts'
import { atTop, list, listState, setLive, startDeliveries } from '../../../../ui/deliveries/list/deliveries.ts'
import { PreparingHead } from '../../../../ui/deliveries/preparing/preparing-head.tsx'
import { act, cleanup, render, screen } from '../../../helpers/screen.ts'
import { deliverySummary } from '../../../helpers/summaries.ts'
import { Wire } from '../../../helpers/wire.ts'

const listed = (id: number): DeliverySummary => deliverySummary({ id, summary: `number ${id}` })

function unlisted(id: number, isDescribed = true): PreparingDelivery {
  const { retryOf: _, tries: __, superseded: ___, pinned: ____, lastAttempt: _____, ...delivery } = listed(id)
  return { ...delivery, isDescribed, ...(isDescribed ? {} : { eventType: null, summary: '' }) }
}

/** What a list of a search is answered. */
let found: Preparing | undefined
const goTo = (url: string) => connectRouter(url, next => goTo(next))
let stops: (() => void)[] = []
let cursor = 1

beforeAll(async () => {
  vi.stubGlobal('WebSocket', Wire)
  vi.stubGlobal('fetch', async (input: RequestInfo | URL) => {
    const url = new URL(String(input), 'http://inspector')
    if (url.pathname === '/api/deliveries/count') return Response.json({ count: 3, capped: false })
    return Response.json({ deliveries: [3, 2, 1].map(listed), next: null, ...(found && { preparing: found }) })
  })
  goTo('/')
  stops = [followListener(), startDeliveries()]
  Wire.last.say({ kind: 'hello', cursor, status: { hooks: [] } as unknown as Status })
  await vi.waitUntil(() => listState.value === 'ready' && list.total === 3)
})
afterEach(cleanup)
afterAll(() => {
  for (const stop of stops.toReversed()) stop()
  vi.unstubAllGlobals()
})

const tell = (preparing: Preparing | null) => act(() => Wire.last.say({ kind: 'preparing', preparing }))
const come = (...ids: number[]) =>
  act(() => {
    cursor += 1
    Wire.last.say({ kind: 'batch', cursor, changes: ids.map(id => ({ kind: 'delivery', delivery: listed(id) })) })
  })
const show = () => render(<PreparingHead columns={narrowColumns} height={30} />)
const shown = () => [...document.querySelectorAll('.row-id')].map(({ textContent }) => textContent)

it('the newest stand above the list, and leave it when the list has them, never before', async () => {
  show()
  expect(screen.queryByRole('region', { name: 'Being prepared' })).toBeNull()
  await tell({ count: 12_345, looked: 2, after: 3, newest: [unlisted(12_348, false), unlisted(12_347)] })
  expect(shown()).toEqual(['#12348', '#12347'])
  expect(screen.getByText('Not read yet')).toBeTruthy()
  expect(screen.getAllByText('Being prepared')).toHaveLength(2)
  expect(screen.getByText('12,343 more being prepared')).toBeTruthy()
  await tell({ count: 2, looked: 2, after: 12_346, newest: [unlisted(12_348), unlisted(12_347)] })
  // Both are listed, and the list does not have them yet.
  await tell(null)
  expect(shown()).toEqual(['#12348', '#12347'])
  await come(12_347)
  expect(shown()).toEqual(['#12348'])
  await come(12_348)
  expect(shown()).toEqual([])
  expect(list.rowAt(0)?.id).toBe(12_348)
})

it('while the list stands still, or is scrolled down, only their number is said', async () => {
  show()
  await tell({ count: 7, looked: 7, after: 12_348, newest: [unlisted(12_355)] })
  await act(() => setLive(false))
  expect([shown(), screen.getByText('7 being prepared')]).toEqual([[], expect.anything()])
  await act(() => {
    setLive(true)
    atTop.value = false
  })
  expect(shown()).toEqual([])
  await act(() => {
    atTop.value = true
  })
  expect(shown()).toEqual(['#12355'])
  await tell(null)
  await come(12_355)
})

it('with a search, those that match are shown, and what is not searched is said', async () => {
  show()
  found = { count: 900, looked: 100, after: 12_355, newest: [unlisted(13_000)] }
  await act(() => goTo('/?q=number'))
  await tell({ count: 900, looked: 100, after: 12_355, newest: [unlisted(13_001), unlisted(13_000)] })
  await vi.waitUntil(() => shown().length > 0)
  expect(shown()).toEqual(['#13000'])
  expect(screen.getByText('900 being prepared; until then only the newest 100 are searched')).toBeTruthy()
  found = { count: 900, looked: 0, after: 12_355, newest: [] }
  await tell({ count: 900, looked: 100, after: 12_355, newest: [unlisted(13_001)] })
  expect(await screen.findByText('900 being prepared; until then none of them is searched')).toBeTruthy()
  found = undefined
  await tell(null)
  expect(screen.queryByRole('region', { name: 'Being prepared' })).toBeNull()
  await act(() => goTo('/'))
})
