/** How each hook fares: its last delivery, and what came in the last 24 hours. Followed while the hooks are shown. */
import { effect, signal } from '@preact/signals'
import type { DeliverySummary, VerdictKind } from '../../core/deliveries/delivery.ts'
import { hookTerm } from '../../core/search/search-terms.ts'
import { hourMs } from '../../core/text/duration.ts'
import { withCommas } from '../../core/text/text.ts'
import { onChanges, onReload, started, status } from '../app/listener.ts'
import { api, call, zone } from '../client/api.ts'
import { stopAll } from '../kit/stop-all.ts'
import { throttled } from '../kit/throttle.ts'

export interface HookHealth {
  /** null when nothing has been received yet. */
  readonly last: DeliverySummary | null
  /** Deliveries of each hour, the oldest first, by verdict. */
  readonly hours: readonly Readonly<Record<VerdictKind, number>>[]
}

/** By hook; of those that have come. */
export const health = signal<ReadonlyMap<string, HookHealth>>(new Map())

const hoursShown = 24
/** Each costs two requests; whoever has more hooks sees the others’ totals alone. */
const mostFollowed = 20

async function load(id: string): Promise<HookHealth> {
  const q = hookTerm(id)
  const to = Math.ceil(Date.now() / hourMs) * hourMs
  const from = to - hoursShown * hourMs
  const span = { from: String(from), to: String(to), buckets: String(hoursShown) }
  const [page, timeline] = await Promise.all([
    call(api.deliveries.$get({ query: { q, limit: '1' } })),
    call(api.timeline.$get({ query: { q, zone, ...span } })),
  ])
  const hours = Array.from({ length: hoursShown }, () => ({ verified: 0, rejected: 0, unchecked: 0 }))
  for (const bucket of timeline.buckets) {
    const place = hours[Math.floor((bucket.start - from) / hourMs)]
    if (!place) continue
    place.verified += bucket.verified
    place.rejected += bucket.rejected
    place.unchecked += bucket.unchecked
  }
  return { last: page.deliveries[0] ?? null, hours }
}

/** Follows the stream at a calm pace. @returns a function that stops it */
export function followHealth(): () => void {
  const all = async () => {
    for (const { id } of (status.peek()?.hooks ?? []).slice(0, mostFollowed)) {
      try {
        health.value = new Map([...health.peek(), [id, await load(id)]])
      } catch {
        // What was there stays.
      }
    }
  }
  const soon = throttled(3_000, all)
  return stopAll([
    effect(() => {
      if (started.value && status.value?.hooks.length) soon()
    }),
    onChanges(soon),
    onReload(soon),
    soon.cancel,
  ])
}

/** Sums over the 24 hours. */
export function totalsOf({ hours }: HookHealth): { readonly all: number } & Readonly<Record<VerdictKind, number>> {
  const sum = (kind: VerdictKind) => hours.reduce((total, counts) => total + counts[kind], 0)
  const [verified, rejected, unchecked] = [sum('verified'), sum('rejected'), sum('unchecked')]
  return { verified, rejected, unchecked, all: verified + rejected + unchecked }
}

/** “All 12 verified”, “8 of 12 verified (66 %)”, “12 unchecked”, “None”: never rounded up to what is not so. */
export function shareText(of: HookHealth): string {
  const { all, verified, unchecked } = totalsOf(of)
  if (all === 0) return 'None'
  if (verified === all) return all === 1 ? '1 of 1 verified' : `All ${withCommas(all)} verified`
  if (unchecked === all) return `${withCommas(all)} unchecked`
  const share = Math.floor((verified / all) * 100)
  return `${withCommas(verified)} of ${withCommas(all)} verified (${share} %)`
}
