/** Deliveries that match a query as they come: what `tail` and `wait` have in common. */
import type { Status } from '../../core/api/messages.ts'
import { isImportedHook } from '../../core/capture/capture.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import { localZone } from '../../core/search/local-zone.ts'
import { quoteValue } from '../../core/search/search-terms.ts'
import { localClock, parsePeriod } from '../../core/search/search-time.ts'
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../../server/lib/errors.ts'
import type { ListPage } from '../../server/store/deliveries.ts'
import { answerOf, type Client } from '../client.ts'
import { findAll } from './found.ts'
import { idOfWord } from './ids.ts'
import { newsOfListener } from './watch-changes.ts'

/** From when on deliveries count: those that come from now on, those above an id, or those since a time. */
export type Since =
  | { readonly kind: 'now' }
  | { readonly kind: 'id'; readonly id: number }
  /** Since the hookscope that listens was started. */
  | { readonly kind: 'start' }
  | { readonly kind: 'time'; readonly time: string }

/** @param typed null: now @throws UserError for what is none of them */
export function sinceOf(typed: string | null): Since {
  if (typed === null) return { kind: 'now' }
  if (typed === 'start') return { kind: 'start' }
  const id = idOfWord(typed)
  if (id !== null) return { kind: 'id', id }
  if (parsePeriod(typed, localClock()) !== null) return { kind: 'time', time: typed }
  throw usageError(
    `--since should be the id of a delivery, start, or a time, not “${clip(printable(typed), 40)}”.`,
    'Such as --since 120, --since start or --since 14:05.',
  )
}

/** The largest id that the search takes. */
const lastId = 999_999_999_999_999

/** The query with what `since` adds, and the id that those that count are above. */
async function beginning({ api }: Client, q: string, since: Since): Promise<{ q: string; above: number }> {
  const from = (time: string) => ({ q: `after:${quoteValue(time)} ${q}`, above: 0 })
  switch (since.kind) {
    case 'now':
      return { q, above: (await findAll(api, '', 1))[0]?.id ?? 0 }
    case 'id':
      return { q, above: since.id }
    case 'start':
      return from((await answerOf(api.status.$get())).startedAt)
    case 'time':
      return from(since.time)
  }
}

export interface ComingNews {
  /** That match and did not before, in the order in which they came; each once. */
  readonly deliveries: readonly DeliverySummary[]
  /** Attempts that ended of deliveries that were reported of before. */
  readonly attempts: readonly AttemptSummary[]
  readonly status: Status
  /** What is kept and not listed yet, of the newest those that match; null: no longer anything. Absent where that is no news. */
  readonly preparing?: Preparing | null
}

/** How often it is told what is not listed yet, milliseconds. */
const preparingMs = 900

/**
 * Each delivery that matches, once: also one that matches only later, when the app has answered. What comes while the stream
 * is opened is found by the first look, which follows it. Ends when the listener does.
 * @param signal throws its reason when it is aborted
 * @param wantsPreparing those that are kept and not listed yet are told of as well
 */
export async function* comingDeliveries(
  client: Client,
  query: string,
  since: Since,
  signal: AbortSignal,
  wantsPreparing = false,
): AsyncGenerator<ComingNews, void> {
  const { api, listener } = client
  if (listener === null) return
  const { q, above } = await beginning(client, query, since)
  const reported = new Set<number>()
  /** Attempts that stand in the line of their delivery. */
  const inLine = new Set<number>()
  const news = (ids: readonly number[]) => {
    const low = Math.max(above + 1, Math.min(...ids))
    const high = Math.max(...ids)
    return low <= high ? findAll(api, `id:${low}-${high} ${q}`) : []
  }
  /** Which of them match, only the store knows. */
  async function matching(all: Preparing | null): Promise<Preparing | null> {
    if (all === null || q === '') return all
    const page: ListPage = await answerOf(api.deliveries.$get({ query: { q, zone: localZone(), limit: '1' } }))
    return page.preparing ?? null
  }
  let preparedAt = Number.NEGATIVE_INFINITY
  for await (const told of newsOfListener(listener, signal, wantsPreparing)) {
    if (told.kind === 'preparing') {
      if (told.preparing !== null && performance.now() - preparedAt < preparingMs) continue
      preparedAt = performance.now()
      const status = await answerOf(api.status.$get())
      yield { deliveries: [], attempts: [], status, preparing: await matching(told.preparing) }
      continue
    }
    const changes = told.kind === 'changes' ? told.changes : null
    const attempts = (changes ?? []).flatMap(change => (change.kind === 'attempt' ? [change.attempt] : []))
    const touched = (changes ?? []).flatMap(change => (change.kind === 'delivery' ? [change.delivery.id] : []))
    const ids = changes === null ? [above + 1, lastId] : [...touched, ...attempts.map(({ delivery }) => delivery)]
    if (ids.length === 0) continue
    // What is imported meanwhile does not come.
    const found = (await news(ids)).filter(({ id, hook }) => !reported.has(id) && !isImportedHook(hook)).reverse()
    const ended = attempts.filter(
      ({ id, delivery, outcome }) => reported.has(delivery) && outcome !== 'pending' && !inLine.delete(id),
    )
    if (found.length + ended.length === 0) continue
    for (const { id, lastAttempt } of found) {
      reported.add(id)
      if (lastAttempt !== null && lastAttempt.outcome !== 'pending') inLine.add(lastAttempt.id)
    }
    yield { deliveries: found, attempts: ended, status: await answerOf(api.status.$get()) }
  }
}
