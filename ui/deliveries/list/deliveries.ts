/** The list of deliveries: pages from the API, kept up to date by the stream. */
import { batch, computed, effect, signal, untracked } from '@preact/signals'
import type { Change } from '../../../core/api/messages.ts'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import type { QueryProblem } from '../../../core/search/query.ts'
import { refreshFacets } from '../../app/facets.ts'
import { onChanges, onReload, started } from '../../app/listener.ts'
import { grouped, queryText } from '../../app/route.ts'
import { ApiFailure, api, call, failureText, zone } from '../../client/api.ts'
import { createPagedRows } from '../../kit/long-list/paged-rows.ts'
import { stopAll } from '../../kit/stop-all.ts'
import { throttled } from '../../kit/throttle.ts'
import { fetchLanguage, language, searchProblem } from './search-language.ts'
import { clearSelected, selectedIds } from './selection.ts'

/** Moves with every change of the list: what reads `list` reads this first. */
export const listVersion = signal(0)
/** `first`: nothing has come yet · `loading`: another search is under way, the last one's rows stay. */
export const listState = signal<'first' | 'loading' | 'ready'>('first')
/** How many rows there are has been asked for. */
export const isCounted = signal(false)
/** Why the list could not be loaded; null when it could. */
export const listProblem = signal<string | null>(null)
/** Up to which delivery of an older hookscope the search does not see everything yet; null when it does. */
export const partialUpTo = signal<number | null>(null)
/** The list was loaded while it was being rebuilt, and lacks what is not in it yet. */
export const isPart = signal(false)
/** What is wrong with the search in the URL; the last good result stays. */
export const queryProblem = signal<QueryProblem | null>(null)
/** New rows come in by themselves; off: they wait. */
export const live = signal(true)
/** The list shows its newest row. */
export const atTop = signal(true)
/** Deliveries that came while the page was not looked at. */
export const unreadCount = signal(0)
/** Rows that moved without the list having changed: the view scrolls along. */
export const shifts = signal<{ readonly from: number; readonly by: number } | null>(null)
/** Counts the calls to show the newest row. */
export const topCalls = signal(0)

/** New deliveries, newest first, that wait behind the pill. */
const waiting = signal<readonly DeliverySummary[]>([])
export const waitingCount = computed(() => waiting.value.length)
/** More than this are not kept: the pill then loads the list anew. */
export const waitingCap = 1_000

/** The search that the rows belong to. */
let applied = ''

const search = () => ({ q: applied, zone, grouped: grouped.peek() ? '1' : '0' }) as const

export const list = createPagedRows<DeliverySummary>({
  async load(before, limit, abort) {
    const query = { ...search(), limit: String(limit), ...(before !== null && { before: String(before) }) }
    const page = await call(api.deliveries.$get({ query }, { init: { signal: abort } }))
    partialUpTo.value = page.partialUpTo ?? null
    isPart.value = page.rebuilding !== undefined
    return { rows: page.deliveries, next: page.next }
  },
  onChange: () => {
    listVersion.value += 1
  },
  onShift: (from, by) => {
    shifts.value = { from, by }
  },
  onFailure: error => {
    listProblem.value = failureText(error)
  },
})

/** Changes that came while the newest page was asked for: it may have been read before them, so they come after it. */
const held: Change[] = []
let loads = 0

/** Loads the list of the search in the URL from its newest row. */
export async function reloadList(): Promise<void> {
  const text = queryText.peek()
  if (text !== '' && language.peek() === null) {
    await fetchLanguage()
    if (queryText.peek() !== text) return
  }
  queryProblem.value = searchProblem(text)
  if (queryProblem.peek() !== null) {
    if (listState.value === 'first') listState.value = 'ready'
    return
  }
  if (text !== applied) clearSelected()
  applied = text
  if (listState.value === 'ready') listState.value = 'loading'
  loads += 1
  try {
    await list.reset()
    if (applied !== text) return
    batch(() => {
      waiting.value = []
      listProblem.value = null
      listState.value = 'ready'
      topCalls.value += 1
    })
  } catch (error) {
    if (applied === text) failLoading(error)
    return
  } finally {
    loads -= 1
    if (loads === 0) applyChanges(held.splice(0))
  }
  try {
    highest = Math.max(highest, newestKnown())
    await countRows(text)
  } catch (error) {
    if (applied === text) failLoading(error)
  }
}

function failLoading(error: unknown): void {
  if (error instanceof ApiFailure && error.span)
    queryProblem.value = { message: error.message, hint: error.hint, span: error.span }
  else listProblem.value = failureText(error)
  listState.value = 'ready'
}

async function countRows(text: string): Promise<void> {
  const { count, capped } = await call(api.deliveries.count.$get({ query: { q: text, zone } }))
  if (applied !== text) return
  // A filtered count stops early; the whole has a count of its own.
  const all = capped && text.trim() === '' ? (await refreshFacets())?.total : undefined
  list.tellTotal(Math.max(count, all ?? 0))
  isCounted.value = true
}

/** Shows the newest rows, those that wait included. */
export function jumpToNewest(): void {
  const rows = waiting.peek()
  if (rows.length >= waitingCap) void reloadList()
  else
    batch(() => {
      waiting.value = []
      list.prepend(rows)
      topCalls.value += 1
    })
}

/** Lets new rows in, or makes them wait. */
export function setLive(next: boolean): void {
  live.value = next
  if (next && atTop.peek()) jumpToNewest()
}

function arrive(rows: readonly DeliverySummary[]): void {
  if (rows.length === 0) return
  if (live.peek() && atTop.peek() && waiting.peek().length === 0) list.prepend(rows)
  else waiting.value = [...rows, ...waiting.peek()].slice(0, waitingCap)
}

/** The newest delivery that the list or the pill knows. */
export const newestKnown = () => Math.max(list.rowAt(0)?.id ?? 0, waiting.peek()[0]?.id ?? 0)

/** With a search, only the server knows which new deliveries match: ask for those newer than the newest known. */
const catchUp = throttled(300, async () => {
  const text = applied
  const newest = newestKnown()
  try {
    const page = await call(api.deliveries.$get({ query: { ...search(), limit: '200' } }))
    if (applied !== text) return
    const fresh = page.deliveries.filter(row => row.id > newest)
    if (fresh.length === page.deliveries.length && page.next !== null) void reloadList()
    else arrive(fresh)
  } catch (error) {
    listProblem.value = failureText(error)
  }
})

function applyChanges(changes: readonly Change[]): void {
  if (loads > 0) {
    held.push(...changes)
    return
  }
  const fresh: DeliverySummary[] = []
  const newest = newestKnown()
  let matchesUnknown = false
  for (const change of changes) {
    if (change.kind === 'delivery-removed') forget(change.id)
    else if (change.kind === 'attempt') {
      const { attempt } = change
      // Which of several stands for its delivery, the delivery's own change says.
      changeRow(attempt.delivery, row => (row.lastAttempt?.id === attempt.id ? { ...row, lastAttempt: attempt } : row))
    } else if (change.kind === 'delivery') {
      const { delivery } = change
      if (delivery.superseded && grouped.peek()) forget(delivery.id)
      else if (changeRow(delivery.id, row => (row.matched ? { ...delivery, matched: row.matched } : delivery))) continue
      else if (applied.trim() !== '') matchesUnknown = true
      else if (delivery.id > newest) fresh.unshift(delivery)
      else list.insert(delivery)
    }
  }
  const arrived = newDeliveries(changes)
  if (document.visibilityState === 'hidden') unreadCount.value += arrived
  arrive(fresh.toSorted((one, other) => other.id - one.id))
  if (matchesUnknown) catchUp()
}

/** The largest id the stream has told of, by which new deliveries are told from changed ones. */
let highest = 0

function newDeliveries(changes: readonly Change[]): number {
  const ids = changes.flatMap(change => (change.kind === 'delivery' ? [change.delivery.id] : []))
  const fresh = ids.filter(id => id > highest)
  highest = Math.max(highest, ...fresh)
  return fresh.length
}

function changeRow(id: number, change: (row: DeliverySummary) => DeliverySummary): boolean {
  if (list.update(id, change)) return true
  const at = waiting.peek().findIndex(row => row.id === id)
  const row = waiting.peek()[at]
  if (!row) return false
  waiting.value = waiting.peek().with(at, change(row))
  return true
}

function forget(id: number): void {
  list.remove(id)
  if (waiting.peek().some(row => row.id === id)) waiting.value = waiting.peek().filter(row => row.id !== id)
  if (selectedIds.peek().has(id)) selectedIds.value = new Set([...selectedIds.peek()].filter(one => one !== id))
}

/** Follows the URL and the stream. @returns a function that stops it */
export function startDeliveries(): () => void {
  const seen = () => {
    if (document.visibilityState === 'visible') unreadCount.value = 0
  }
  document.addEventListener('visibilitychange', seen)
  return stopAll([
    effect(() => {
      // Both decide what the list holds.
      queryText.value
      grouped.value
      if (started.value) untracked(() => void reloadList())
    }),
    onChanges(applyChanges),
    onReload(() => void reloadList()),
    () => document.removeEventListener('visibilitychange', seen),
    () => catchUp.cancel(),
  ])
}
