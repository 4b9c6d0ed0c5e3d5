// @vitest-environment happy-dom
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Change, Status } from '../../../../core/api/messages.ts'
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import { followListener } from '../../../../ui/app/listener.ts'
import { connectRouter, setParams } from '../../../../ui/app/route.ts'
import { reveal } from '../../../../ui/deliveries/list/cursor.ts'
import {
  atTop,
  isPart,
  jumpToNewest,
  list,
  listState,
  live,
  queryProblem,
  setLive,
  startDeliveries,
  unreadCount,
  waitingCount,
} from '../../../../ui/deliveries/list/deliveries.ts'
import { attemptSummary, deliverySummary } from '../../../helpers/summaries.ts'
import { Wire } from '../../../helpers/wire.ts'

/** What the fake server holds, oldest first; `pinned` is what the search `is:pinned` finds. */
let kept: DeliverySummary[] = []

const delivery = (id: number, more: Partial<DeliverySummary> = {}) =>
  deliverySummary({
    id,
    receivedAt: new Date(1_800_000_000_000 + id * 1000).toISOString(),
    eventType: 'ach.settled',
    family: 'ach',
    summary: `number ${id}`,
    ...more,
  })

/** The API's lists and counts over `kept`. */
async function answer(input: RequestInfo | URL): Promise<Response> {
  const url = new URL(String(input), 'http://inspector')
  const q = url.searchParams.get('q') ?? ''
  const grouped = url.searchParams.get('grouped') === '1'
  const matching = kept.filter(row => (q !== 'is:pinned' || row.pinned) && !(grouped && row.superseded)).toReversed()
  if (url.pathname === '/api/deliveries/count') return Response.json({ count: matching.length, capped: false })
  const before = Number(url.searchParams.get('before') ?? Number.POSITIVE_INFINITY)
  const limit = Number(url.searchParams.get('limit'))
  const from = matching.filter(row => row.id < before)
  return Response.json({ deliveries: from.slice(0, limit), next: from.length > limit ? from[limit - 1]?.id : null })
}

/** Holds the next answer back, as it was when it was asked for, until the returned function is called. */
function holdAnswer(): () => void {
  let release: () => void = () => undefined
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  vi.stubGlobal('fetch', async (input: RequestInfo | URL) => {
    vi.stubGlobal('fetch', answer)
    const response = await answer(input)
    await held
    return response
  })
  return release
}

let cursor = 0
/** New and changed deliveries, and attempts, as the stream tells of them. */
function tell(...changes: Change[]) {
  for (const change of changes)
    if (change.kind === 'delivery')
      kept = [...kept.filter(row => row.id !== change.delivery.id), change.delivery].sort(
        (one, other) => one.id - other.id,
      )
  cursor += 1
  Wire.last.say({ kind: 'batch', cursor, changes })
}
const came = (row: DeliverySummary): Change => ({ kind: 'delivery', delivery: row })
const shown = () => Array.from({ length: list.total }, (_, index) => list.rowAt(index)?.id)

const goTo = (url: string) => connectRouter(url, next => goTo(next))
/** Here also in hooks, where `expect.poll` cannot be. */
const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 20_000 })
let stops: (() => void)[] = []

beforeAll(async () => {
  vi.stubGlobal('fetch', answer)
  vi.stubGlobal('WebSocket', Wire)
  goTo('/')
  stops = [followListener(), startDeliveries()]
  kept = [delivery(1), delivery(2), delivery(3)]
  Wire.last.say({ kind: 'hello', cursor: 1, status: { hooks: [] } as unknown as Status })
  await until(() => listState.value === 'ready' && list.total === 3)
})

afterAll(() => {
  for (const stop of stops.toReversed()) stop()
  vi.unstubAllGlobals()
})

beforeEach(async () => {
  atTop.value = true
  setLive(true)
  kept = [delivery(1), delivery(2), delivery(3)]
  // Another search and back again loads the list anew.
  goTo('/?group=0')
  goTo('/')
  await until(() => listState.value === 'ready' && shown().join() === '3,2,1')
})

describe('the list of deliveries', () => {
  it('shows new ones on top while one is at the top', () => {
    tell(came(delivery(4)), came(delivery(5)))
    expect(shown()).toEqual([5, 4, 3, 2, 1])
    expect(waitingCount.value).toBe(0)
  })

  it('misses nothing that comes between asking for a page and its answer', async () => {
    const release = holdAnswer()
    goTo('/?group=0')
    tell(came(delivery(4)), came(delivery(2, { pinned: true })), { kind: 'delivery-removed', id: 1 })
    release()
    await until(() => listState.value === 'ready')
    expect(shown()).toEqual([4, 3, 2])
    expect(list.rowAt(2)?.pinned).toBe(true)
  })

  it('keeps them behind the pill once one has moved, until they are asked for', () => {
    atTop.value = false
    tell(came(delivery(4)))
    tell(came(delivery(5)))
    expect([shown(), waitingCount.value]).toEqual([[3, 2, 1], 2])
    jumpToNewest()
    expect([shown(), waitingCount.value]).toEqual([[5, 4, 3, 2, 1], 0])
  })

  it('keeps them while paused, and lets them in when live again', () => {
    setLive(false)
    tell(came(delivery(4)))
    expect([live.value, waitingCount.value, list.total]).toEqual([false, 1, 3])
    setLive(true)
    expect(shown()).toEqual([4, 3, 2, 1])
  })

  it('gathers a retry under its event: the earlier row goes', () => {
    tell(came(delivery(2, { superseded: true })), came(delivery(4, { retryOf: 2, tries: 2 })))
    expect(shown()).toEqual([4, 3, 1])
  })

  it('shows a change and an attempt in place; of several attempts, the one that the delivery names', () => {
    const attempt = (id: number, status: number) => attemptSummary({ id, delivery: 2, status })
    tell(came(delivery(2, { pinned: true, lastAttempt: { ...attempt(7, 500), outcome: 'pending', status: null } })))
    tell({ kind: 'attempt', attempt: attempt(7, 500) }, { kind: 'attempt', attempt: attempt(8, 200) })
    const row = list.rowAt(1)
    expect([shown(), row?.pinned, row?.lastAttempt?.status]).toEqual([[3, 2, 1], true, 500])
  })

  it('takes away what was deleted and puts back what was restored', () => {
    tell({ kind: 'delivery-removed', id: 2 })
    expect(shown()).toEqual([3, 1])
    tell(came(delivery(2)))
    expect(shown()).toEqual([3, 2, 1])
  })

  it('asks the server which new ones match a search', async () => {
    kept = [delivery(1, { pinned: true }), delivery(2), delivery(3)]
    setParams({ q: 'is:pinned' })
    await until(() => listState.value === 'ready' && shown().join() === '1')
    tell(came(delivery(4)), came(delivery(5, { pinned: true })))
    await until(() => list.total === 2)
    expect(shown()).toEqual([5, 1])
  })

  it('keeps the last good result when the search cannot be understood', async () => {
    setParams({ q: 'is:nonsense' })
    expect(queryProblem.value?.span).toEqual({ start: 3, end: 11 })
    expect(shown()).toEqual([3, 2, 1])
    setParams({ q: null })
    await until(() => listState.value === 'ready')
    expect(queryProblem.value).toBeNull()
  })

  it('says that a list that is being rebuilt is a part, and loads it anew once that is done', async () => {
    const says = (rebuilding: object | null) =>
      Wire.last.say({
        kind: 'status',
        status: { hooks: [], trouble: rebuilding && { rebuilding } } as unknown as Status,
      })
    const part = { done: 1, of: 3 }
    says(part)
    vi.stubGlobal('fetch', async (input: RequestInfo | URL) =>
      Response.json({ ...(await (await answer(input)).json()), deliveries: [delivery(1)], count: 1, rebuilding: part }),
    )
    goTo('/?group=0')
    await until(() => isPart.value && shown().join() === '1')
    vi.stubGlobal('fetch', answer)
    says(null)
    await until(() => !isPart.value && shown().join() === '3,2,1')
  })

  it('counts what comes while the page is not looked at', () => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    tell(came(delivery(40)), came(delivery(41)))
    tell(came(delivery(41, { pinned: true })))
    expect(unreadCount.value).toBe(2)
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
    expect(unreadCount.value).toBe(0)
  })

  it('brings the row of a linked delivery into view, however far down it is', async () => {
    kept = Array.from({ length: 1_000 }, (_, index) => delivery(index + 1))
    goTo('/?group=0')
    await until(() => listState.value === 'ready' && list.total === 1_000)
    const { turn } = reveal.value
    goTo('/deliveries/120?group=0')
    await until(() => reveal.value.turn > turn)
    expect(list.rowAt(reveal.value.index)?.id).toBe(120)
    expect(reveal.value.index).toBe(880)
  })
})
