/** What was to be sent and is not: offered, with the command or the button that sends it, and never sent by itself. */
import { randomUUID } from 'node:crypto'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { Leftover, LeftoverReason } from '../../core/deliveries/leftover.ts'
import type { ReplayJobRequest } from '../../core/deliveries/replay.ts'
import { rangeWords } from '../../core/text/id-ranges.ts'
import { openGoneNews } from './gone-news.ts'

/** How it was to be sent; null for what was to be forwarded. */
export type ReplayManner = Pick<ReplayJobRequest, 'order' | 'rate' | 'resign' | 'includeRejected'>

/** What a person is told of what waits, beyond attempts. */
export type SendNews =
  /** What an earlier run owed to a target goes out now. */
  | { readonly kind: 'resumed'; readonly target: string; readonly ids: readonly number[] }
  /** No more is queued for a target, until half of what waits is sent. */
  | { readonly kind: 'full'; readonly target: string; readonly waiting: number }
  /** What waited was deleted, or dropped by the limits of what is kept, before its turn came. */
  | {
      readonly kind: 'gone'
      readonly target: string
      /** Ascending. */
      readonly ids: readonly number[]
      /** How many more there are, older than those; default 0. */
      readonly more?: number
    }
  | LeftNews

export interface LeftNews {
  readonly kind: 'left'
  readonly target: string
  readonly why: LeftoverReason
  /** Ascending. */
  readonly ids: readonly number[]
  readonly manner?: ReplayManner
  /** Called when it is sent or dismissed. */
  readonly settled?: () => void
}

export const goneCount = ({ ids, more = 0 }: { readonly ids: readonly number[]; readonly more?: number }): number =>
  ids.length + more

export interface Leftovers {
  /** Takes news as they come. Of nothing, nothing is told. */
  tell(news: SendNews): void
  /** What a target missed is offered, with what it missed before. The news of the target tells of it. */
  missed(target: string, ids: readonly number[], settled: () => void): void
  list(): readonly Leftover[]
  /** @returns undefined when there is none of that id */
  get(id: string): LeftNews | undefined
  /** An attempt has ended: what was replayed to its target is offered no more, as at the next start. */
  attempted(attempt: Pick<AttemptSummary, 'delivery' | 'target' | 'source' | 'changes' | 'outcome'>): void
  /** Deliveries were dropped for good: they are offered no more, and told of where they were sent nowhere. */
  forget(ids: readonly number[]): void
  /** How many of what was offered, and was sent nowhere, are gone. */
  readonly gone: number
  /** Tells what was not told yet. */
  close(): void
  /** It is sent, or not wanted. @returns whether it was there */
  settle(id: string): boolean
  /** What came before the first listener is told to it at once. */
  onNews(listener: (news: SendNews) => void): void
}

const wasMissed = ({ why }: LeftNews) => why === 'missed' || why === 'missed-before'

/** A search takes at most 100 conditions. */
const mostRanges = 100

function queryOf(ids: readonly number[]): string | null {
  const words = rangeWords(ids)
  return words.length > mostRanges ? null : `id:${words.join(',')}`
}

/** @param changed called when the list is another */
export function openLeftovers(changed: () => void): Leftovers {
  const entries = new Map<string, LeftNews>()
  const listeners = new Set<(news: SendNews) => void>()
  let untold: SendNews[] = []
  let gone = 0
  const goneNews = openGoneNews((target, ids) => tell({ kind: 'gone', target, ids }))

  /** What waits for a target that is forwarded to again is none any more. */
  function dropResumed(target: string): void {
    for (const [id, entry] of entries) if (entry.why === 'elsewhere' && entry.target === target) entries.delete(id)
  }

  function tell(news: SendNews): void {
    if (news.kind !== 'full' && news.ids.length === 0) return
    if (news.kind === 'left') entries.set(randomUUID(), news)
    if (news.kind === 'resumed') dropResumed(news.target)
    if (listeners.size === 0) untold.push(news)
    for (const listener of listeners) listener(news)
    changed()
  }

  /** @returns those that were in it */
  function withdraw(id: string, entry: LeftNews, those: ReadonlySet<number>): readonly number[] {
    const found = entry.ids.filter(one => those.has(one))
    if (found.length === 0) return found
    entries.set(id, { ...entry, ids: entry.ids.filter(one => !those.has(one)) })
    if (found.length === entry.ids.length) settle(id)
    changed()
    return found
  }

  function settle(id: string): boolean {
    const entry = entries.get(id)
    if (entry === undefined) return false
    entries.delete(id)
    entry.settled?.()
    changed()
    return true
  }

  return {
    tell,
    missed(target, ids, settled) {
      if (ids.length === 0) return
      const isSame = (entry: LeftNews) => wasMissed(entry) && entry.target === target
      const [id, before] = [...entries].find(([, entry]) => isSame(entry)) ?? [randomUUID(), null]
      const all = [...new Set([...(before?.ids ?? []), ...ids])].sort((one, other) => one - other)
      const manner = { order: 'triggered', rate: null } as const
      entries.set(id, { kind: 'left', target, why: 'missed', ids: all, manner, settled })
      changed()
    },
    forget(ids) {
      const dropped = new Set(ids)
      for (const [id, entry] of [...entries]) {
        const lost = withdraw(id, entry, dropped)
        // What was on its way may have come to the app; what was missed waited for nothing.
        if (entry.why === 'interrupted' || wasMissed(entry)) continue
        gone += lost.length
        goneNews.add(entry.target, lost)
      }
    },
    attempted({ delivery, target, source, changes, outcome }) {
      if (source !== 'replay' || changes.length > 0) return
      for (const [id, entry] of [...entries]) {
        const isMissedAgain = wasMissed(entry) && outcome !== 'answered'
        if (entry.target === target && !isMissedAgain) withdraw(id, entry, new Set([delivery]))
      }
    },
    get gone() {
      return gone
    },
    close: goneNews.close,
    list: () =>
      [...entries].map(([id, { target, why, ids }]) => ({ id, target, why, count: ids.length, query: queryOf(ids) })),
    get: id => entries.get(id),
    settle,
    onNews(listener) {
      listeners.add(listener)
      for (const news of untold) listener(news)
      untold = []
    },
  }
}
