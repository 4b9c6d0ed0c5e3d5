/** Deliveries that a query finds, page by page, and each as a line of a list. */
import type { Status } from '../../core/api/messages.ts'
import { targetsOf } from '../../core/api/target-words.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import { rowNotForwarded } from '../../core/deliveries/row-not-forwarded.ts'
import { localZone } from '../../core/search/search.ts'
import type { ListPage } from '../../server/store/deliveries.ts'
import { notYet, storeProblem } from '../../server/store/problem.ts'
import { type ApiClient, answerOf } from '../client.ts'
import type { Causes } from './causes.ts'
import { deliveryLines, type LineStyle, reasonLines, rejectionTitles } from './delivery-line.ts'
import { deliveryLine } from './json-delivery.ts'

/** Deliveries that are asked for at a time. */
const pageSize = 500

/** What a search finds, and what is kept and not listed yet; null when all is. */
export interface Listed {
  /** Newest first. */
  readonly found: DeliverySummary[]
  readonly preparing: Preparing | null
}

/**
 * @param most so many at the most
 * @throws UserError while those that are found may not be all: nobody wants a part of what matches
 */
export async function findListed(api: ApiClient, q: string, most = Number.POSITIVE_INFINITY): Promise<Listed> {
  const found: DeliverySummary[] = []
  let preparing: Preparing | null = null
  let before: number | null = null
  do {
    const from = before === null ? {} : { before: String(before) }
    const query = { q, zone: localZone(), limit: String(Math.min(pageSize, most - found.length)), ...from }
    const page: ListPage = await answerOf(api.deliveries.$get({ query }))
    if (page.rebuilding !== undefined) throw storeProblem(notYet())
    preparing ??= page.preparing ?? null
    found.push(...page.deliveries)
    before = page.next
  } while (before !== null && found.length < most)
  return { found, preparing }
}

/** Newest first; see `findListed`. */
export const findAll = async (api: ApiClient, q: string, most?: number): Promise<DeliverySummary[]> =>
  (await findListed(api, q, most)).found

/** In no order. */
export async function findIds(api: ApiClient, ids: readonly number[]): Promise<DeliverySummary[]> {
  const found: DeliverySummary[] = []
  for (let from = 0; from < ids.length; from += pageSize) {
    const page = ids.slice(from, from + pageSize)
    const { deliveries } = await answerOf(api.deliveries.$get({ query: { ids: page.join() } }))
    found.push(...deliveries)
  }
  return found
}

/** Those that are not among `found`. */
export function missingOf(ids: readonly number[], found: readonly DeliverySummary[]): number[] {
  const there = new Set(found.map(({ id }) => id))
  return ids.filter(id => !there.has(id))
}

const whyOf = (delivery: DeliverySummary, status: Status) => ({
  notForwarded: rowNotForwarded(delivery, status, Date.now()),
  statusReason: null,
})

/** As `hookscope` prints it; below it why it was rejected, and why the app did not take it. `hookscope show` has what to try. */
export const foundLines = (delivery: DeliverySummary, status: Status, causes: Causes, style: LineStyle): string[] => [
  ...rowLines(delivery, status, style),
  ...rejectionTitles(delivery, causes.get(delivery.id)?.label ?? null, style),
  ...(delivery.lastAttempt === null ? [] : reasonLines(delivery.lastAttempt, { ...style, withoutHint: true })),
]

/** The same without what stands below it. */
export function rowLines(delivery: DeliverySummary, status: Status, style: LineStyle): string[] {
  const { lastAttempt } = delivery
  const ended = lastAttempt && { ...lastAttempt, line: null, location: null, error: null }
  return deliveryLines(
    { ...delivery, reasons: [] },
    ended,
    { ...style, withoutHint: true },
    { ...whyOf(delivery, status), targets: targetsOf(status) },
  )
}

/** The same for scripts. */
export function rowJson(delivery: DeliverySummary, status: Status, causes: Causes) {
  const { sentence = null, causes: found = [] } = causes.get(delivery.id) ?? {}
  const diagnosis = sentence === null ? null : { causes: found, sentence }
  return { ...deliveryLine(delivery, whyOf(delivery, status)), diagnosis }
}
