/** What was to be sent and is not: offered, with the command or the button that sends it, and never sent by itself. */
import { randomUUID } from 'node:crypto'
import type { ReplayJob } from '../../core/api/messages.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { Leftover, LeftoverReason } from '../../core/deliveries/leftover.ts'
import type { ReplayManner } from '../../core/deliveries/replay.ts'
import { isGood } from '../../core/http/outcome.ts'
import { rangeWords } from '../../core/text/id-ranges.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { NotTaken } from './forward-outage.ts'
import { openGoneNews } from './gone-news.ts'
import { type OfferKey, type OfferNews, type OfferTaking, offeredAlone } from './sharing/shared-offers.ts'

/** How what was missed is sent: as it would have come. */
const asTriggered: ReplayManner = { order: 'triggered', rate: null }
/** How anything else is sent that says nothing of it. */
const asReceived: ReplayManner = { order: 'received', rate: null }

/** What a target missed, offered. */
export const missedNews = (
  target: string,
  why: MissedReason,
  ids: readonly number[],
  settled: () => Promise<void>,
): LeftNews => ({ kind: 'left', target, why, ids, manner: asTriggered, settled })

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
  /** It takes no connections, or cut one off before an answer: what comes is tried again for so many milliseconds. */
  | { readonly kind: 'retrying'; readonly target: string; readonly why: NotTaken; readonly ms: number }
  /** These are not tried again. */
  | { readonly kind: 'gave-up'; readonly target: string; readonly why: NotTaken; readonly ids: readonly number[] }
  | LeftNews

export interface LeftNews {
  readonly kind: 'left'
  readonly target: string
  readonly why: LeftoverReason
  /** Ascending. */
  readonly ids: readonly number[]
  readonly manner?: ReplayManner
  /** The note that it comes of, where what others left for the same target for the same reason is apart from it. */
  readonly note?: string
  /** Called when it is sent or dismissed; for what was missed: when the target has taken it. */
  readonly settled?: () => Promise<void>
}

export const goneCount = ({ ids, more = 0 }: { readonly ids: readonly number[]; readonly more?: number }): number =>
  ids.length + more

export interface Leftovers {
  /** Takes news as they come. Of nothing, nothing is told. */
  tell(news: SendNews): void
  /** What a target missed is offered, with what it missed before. The news of the target tells of it. */
  missed(target: string, ids: readonly number[], settled: () => Promise<void>): void
  list(): readonly Leftover[]
  /**
   * Sends one, which is offered no more meanwhile. What was missed and the target does not take is offered again afterwards.
   * @returns undefined when there is none of that id
   */
  send(id: string, start: StartLeft): Promise<ReplayJob | undefined>
  /** An attempt has ended: what was replayed to its target is offered no more, as at the next start. */
  attempted(attempt: Pick<AttemptSummary, 'delivery' | 'target' | 'source' | 'changes' | 'outcome' | 'status'>): void
  /** One that was taken for cut off has come to its end: what it sent was not on its way when hookscope ended. */
  cameToEnd(attempt: Pick<AttemptSummary, 'delivery' | 'target' | 'changes'>): void
  /** Deliveries were dropped for good: they are offered no more, and told of where they were sent nowhere. */
  forget(ids: readonly number[]): void
  /** How many of what was offered, and was sent nowhere, are gone. */
  readonly gone: number
  /** Tells what was not told yet. */
  close(): void
  /** It is not wanted, in any process. @returns whether it was there; once that is kept */
  dismiss(id: string): Promise<boolean>
  /** What other processes take of what all of them offer. */
  readonly others: OfferNews
  /** What came before the first listener is told to it at once. */
  onNews(listener: (news: SendNews) => void): void
}

/** Starts a replay of what was left. */
export type StartLeft = (left: {
  readonly ids: readonly number[]
  readonly target: string
  readonly manner: ReplayManner
  /** It is noted elsewhere until the target has taken it. */
  readonly isNoted: boolean
  /** To be called when nothing more of it is sent. */
  readonly ended: () => void
}) => Promise<ReplayJob>

const missedReasons = ['missed', 'missed-before', 'missed-removed'] as const satisfies readonly LeftoverReason[]
export type MissedReason = (typeof missedReasons)[number]
const wasMissed = ({ why }: Pick<LeftNews, 'why'>) => missedReasons.some(reason => reason === why)

/** What a target missed is offered together, and so is what was on its way there when processes ended. */
const areTogether = (one: LeftNews, other: LeftNews) =>
  one.target === other.target &&
  ((wasMissed(one) && wasMissed(other)) || (one.why === 'interrupted' && other.why === 'interrupted'))

const keyOf = (news: LeftNews): OfferKey => ({
  target: news.target,
  of: wasMissed(news) ? 'missed' : news.note === undefined ? news.why : `${news.why} ${news.note}`,
})
const isOf = (news: LeftNews, key: OfferKey) => news.target === key.target && keyOf(news).of === key.of

/** Each process finds these by itself, some later than others; of any other, a note tells that it is taken. */
const isFoundByAll = (news: LeftNews) => news.why !== 'interrupted' && news.why !== 'replay'

const both = (one: LeftNews, other: LeftNews) => async () => {
  await one.settled?.()
  await other.settled?.()
}

/** A search takes at most 100 conditions. */
const mostRanges = 100

function queryOf(ids: readonly number[]): string | null {
  const words = rangeWords(ids)
  return words.length > mostRanges ? null : `id:${words.join(',')}`
}

/**
 * @param changed called when the list is another
 * @param removed deliveries that were taken away: they are offered once they are brought back
 */
export function openLeftovers(
  changed: () => void,
  removed: ReadonlySet<number> = new Set(),
  taking: OfferTaking = offeredAlone,
): Leftovers {
  const entries = new Map<string, LeftNews>()
  /** What is being sent of them. */
  const underWay = new Map<string, ReadonlySet<number>>()
  const listeners = new Set<(news: SendNews) => void>()
  let untold: SendNews[] = []
  let gone = 0
  const goneNews = openGoneNews((target, ids) => tell({ kind: 'gone', target, ids }))

  /** What waits for a target that is forwarded to again is none any more. */
  function dropResumed(target: string): void {
    for (const [id, entry] of entries) if (entry.why === 'elsewhere' && entry.target === target) entries.delete(id)
  }

  /** What is known to be on its way there when hookscope ended: the app may have it, so that it is not known to be missed. */
  const interruptedAt = (target: string) =>
    new Set(
      [...entries.values()].flatMap(entry => (entry.why === 'interrupted' && entry.target === target ? entry.ids : [])),
    )

  /** What a target missed is offered together. */
  function add(given: LeftNews): void {
    const news = stillOffered(given)
    if (news.ids.length === 0) return void (given.ids.length > 0 && news.settled?.())
    if (news.why === 'interrupted') {
      const own = new Set(news.ids)
      for (const [id, entry] of [...entries])
        if (wasMissed(entry) && entry.target === news.target) withdraw(id, entry, own)
    }
    const [id, before] = [...entries].find(([, entry]) => areTogether(entry, news)) ?? [randomUUID(), null]
    const apart = wasMissed(news) ? interruptedAt(news.target) : new Set()
    const together = new Set([...(before?.ids ?? []), ...news.ids])
    const ids = [...together].filter(one => !apart.has(one)).sort((one, other) => one - other)
    if (ids.length === 0) return
    // Of an earlier run it is known late.
    const why = news.why === 'missed-before' ? (before?.why ?? news.why) : news.why
    entries.set(id, { ...news, why, ids, settled: before?.why === 'interrupted' ? both(before, news) : news.settled })
  }

  /** Without what another process has taken, which found it before. */
  function stillOffered(news: LeftNews): LeftNews {
    const key = keyOf(news)
    return isFoundByAll(news) ? { ...news, ids: news.ids.filter(id => !taking.isTaken(key, id)) } : news
  }

  /** What of one is offered: what is there, and is not being sent. */
  const offered = (id: string, { ids }: LeftNews) => ids.filter(one => !removed.has(one) && !underWay.get(id)?.has(one))

  function tellable(news: LeftNews): LeftNews {
    const interrupted = wasMissed(news) ? interruptedAt(news.target) : new Set()
    // Of several processes that saw it missed, one has told of it.
    const offeredNow = [...entries.values()].find(one => wasMissed(news) && areTogether(one, news))?.ids ?? []
    const known = new Set([...interrupted, ...offeredNow])
    return { ...news, ids: stillOffered(news).ids.filter(id => !removed.has(id) && !known.has(id)) }
  }

  function tell(news: SendNews): void {
    if ('ids' in news && news.ids.length === 0) return
    const told = news.kind === 'left' ? tellable(news) : news
    if (news.kind === 'left') add(news)
    if (news.kind === 'resumed') dropResumed(news.target)
    changed()
    if (told.kind === 'left' && told.ids.length === 0) return
    if (listeners.size === 0) untold.push(told)
    for (const listener of listeners) listener(told)
  }

  /** @returns those that were in it */
  function withdraw(id: string, entry: LeftNews, those: ReadonlySet<number>): readonly number[] {
    const found = entry.ids.filter(one => those.has(one))
    if (found.length === 0) return found
    entries.set(id, { ...entry, ids: entry.ids.filter(one => !those.has(one)) })
    if (found.length === entry.ids.length) void settle(id)
    changed()
    return found
  }

  async function settle(id: string): Promise<boolean> {
    const entry = entries.get(id)
    if (entry === undefined) return false
    entries.delete(id)
    underWay.delete(id)
    changed()
    await entry.settled?.()
    return true
  }

  /** What came to be offered meanwhile, or was taken away, stays. */
  async function settleOf(id: string, those: ReadonlySet<number>): Promise<void> {
    const entry = entries.get(id)
    if (entry?.ids.some(one => !those.has(one))) withdraw(id, entry, those)
    else await settle(id)
  }

  async function dismiss(id: string): Promise<boolean> {
    const entry = entries.get(id)
    if (entry === undefined) return false
    await taking.take(keyOf(entry), entry.ids)
    await settle(id)
    return true
  }

  /** What is not taken by the app, or does not go out at all, is offered again, by every process. */
  async function giveBack(id: string, entry: LeftNews, sent: ReadonlySet<number>): Promise<void> {
    underWay.set(id, new Set([...(underWay.get(id) ?? [])].filter(one => !sent.has(one))))
    changed()
    const ids = entries.get(id)?.ids.filter(one => sent.has(one)) ?? []
    if (ids.length > 0) await whereStoreCan(() => taking.giveBack(keyOf(entry), { ...entry, ids }))
  }

  async function send(id: string, start: StartLeft): Promise<ReplayJob | undefined> {
    const entry = entries.get(id)
    const wanted = entry === undefined ? [] : offered(id, entry)
    if (entry === undefined || wanted.length === 0) return undefined
    underWay.set(id, new Set([...(underWay.get(id) ?? []), ...wanted]))
    changed()
    let sent = new Set(wanted)
    const ended = () => void giveBack(id, entry, sent)
    const isNoted = wasMissed(entry)
    try {
      // Two persons may ask for it, each in a process of its own.
      const ids = await taking.take(keyOf(entry), wanted)
      sent = new Set(ids)
      if (ids.length === 0) return undefined
      const job = await start({ ids, target: entry.target, manner: entry.manner ?? asReceived, isNoted, ended })
      if (!isNoted) await settleOf(id, sent)
      return job
    } catch (error) {
      ended()
      throw error
    }
  }

  return {
    tell,
    missed(target, ids, settled) {
      if (ids.length === 0) return
      add(missedNews(target, 'missed', ids, settled))
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
    attempted(attempt) {
      const { delivery, target, source, changes } = attempt
      if (source !== 'replay' || changes.length > 0) return
      for (const [id, entry] of [...entries])
        if (entry.target === target && (!wasMissed(entry) || isGood(attempt))) withdraw(id, entry, new Set([delivery]))
    },
    cameToEnd({ delivery, target, changes }) {
      if (changes.length > 0) return
      for (const [id, entry] of [...entries])
        if (entry.target === target && entry.why === 'interrupted') withdraw(id, entry, new Set([delivery]))
    },
    get gone() {
      return gone
    },
    close: goneNews.close,
    list: () =>
      [...entries].flatMap(([id, entry]) => {
        const { target, why } = entry
        const ids = offered(id, entry)
        return ids.length === 0 ? [] : [{ id, target, why, count: ids.length, query: queryOf(ids) }]
      }),
    send,
    dismiss,
    others: {
      taken(key, ids) {
        const those = new Set(ids)
        for (const [id, entry] of [...entries]) if (isOf(entry, key)) withdraw(id, entry, those)
      },
      givenBack(target, offer) {
        add({ kind: 'left', target, ...offer })
        changed()
      },
    },
    onNews(listener) {
      listeners.add(listener)
      for (const news of untold) listener(news)
      untold = []
    },
  }
}
