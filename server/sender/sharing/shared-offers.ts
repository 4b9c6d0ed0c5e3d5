/** What several processes on one log offer to be sent again: what is taken in one, sent or dismissed, is offered by none. */
import pLimit from 'p-limit'
import type { LeftoverReason } from '../../../core/deliveries/leftover.ts'
import type { ReplayManner } from '../../../core/deliveries/replay.ts'
import { type IdRange, idsIn, rangesOf } from '../../../core/text/id-ranges.ts'
import type { OfferStore } from '../../store/offers.ts'
import { whereStoreCan } from '../../store/problem.ts'
import type { Store } from '../../store/store.ts'

/** Of what an offer is: the same in each process. */
export interface OfferKey {
  readonly target: string
  readonly of: string
}

/** An offer, as all make it. */
export interface OfferMade {
  readonly why: LeftoverReason
  readonly ids: readonly number[]
  readonly manner?: ReplayManner
}

export interface OfferTaking {
  /** Takes what is offered. @returns those of them that no other process has taken @throws StoreUnavailable */
  take(key: OfferKey, ids: readonly number[]): Promise<readonly number[]>
  /** Offers in all what was taken, and was not sent or not taken by the app. */
  giveBack(key: OfferKey, offer: OfferMade): Promise<void>
  /** Whether another process took it a moment ago: what this one finds only now. */
  isTaken(key: OfferKey, id: number): boolean
}

/** What others have taken, or give back. */
export interface OfferNews {
  taken(key: OfferKey, ids: readonly number[]): void
  givenBack(target: string, offer: OfferMade): void
}

export interface SharedOffers extends OfferTaking {
  /** Follows the others from now on. */
  begin(news: OfferNews): void
  close(): void
}

interface Said extends OfferKey {
  readonly ids: readonly IdRange[]
  /** Absent: they are taken. */
  readonly back?: Pick<OfferMade, 'why' | 'manner'>
}

/** A process sees late that a target is back, or that targets were changed, milliseconds. */
const lateMs = 90_000

/** Where one process works alone. */
export const offeredAlone: OfferTaking = {
  take: async (_key, ids) => ids,
  giveBack: async () => {},
  isTaken: () => false,
}

const textOf = ({ target, of }: OfferKey) => `${of} ${target}`
const listed = (ids: readonly number[]) => rangesOf([...ids].sort((one, other) => one - other))

/** To be opened before what earlier runs left is read: what was said before that is none of its business. */
export async function openSharedOffers({ offers }: { readonly offers: Pick<Store['offers'], keyof OfferStore> }) {
  /** The newest that is known. */
  let cursor: number | null = null
  let follower: OfferNews | undefined
  let stop = () => {}
  const inTurn = pLimit(1)
  /** When others took it, by its key and id. */
  const taken = new Map<string, Map<number, number>>()

  await whereStoreCan(async () => {
    cursor = await offers.newest()
  })

  function apply({ ids, back, ...key }: Said): void {
    const those = idsIn(ids)
    const own = taken.get(textOf(key)) ?? new Map<number, number>()
    taken.set(textOf(key), own)
    const now = performance.now()
    for (const [id, at] of own) if (now - at > lateMs) own.delete(id)
    for (const id of those) back === undefined ? own.set(id, now) : own.delete(id)
    if (back === undefined) follower?.taken(key, those)
    else follower?.givenBack(key.target, { ids: those, ...back })
  }

  /** @returns what was not known */
  async function read(): Promise<readonly Said[]> {
    cursor ??= await offers.newest()
    const rows = await offers.after(cursor)
    const said: Said[] = rows.map(({ value }) => JSON.parse(value))
    cursor = rows.at(-1)?.seq ?? cursor
    said.forEach(apply)
    return said
  }

  /** @param made what to say, of all that is known then; null: nothing */
  async function say(made: (news: readonly Said[]) => Said | null): Promise<Said | null> {
    let news = await read()
    for (;;) {
      const said = made(news)
      if (said === null) return null
      const seq = await offers.say(JSON.stringify(said), cursor ?? 0)
      if (seq !== null) {
        cursor = seq
        return said
      }
      news = await read()
    }
  }

  const opened: SharedOffers = {
    begin(news) {
      follower = news
      stop = offers.onSaid(() => void whereStoreCan(() => inTurn(read)))
    },
    take: (key, ids) =>
      inTurn(async () => {
        const free = new Set(ids)
        const said = await say(news => {
          for (const { ids: others, back } of news.filter(one => textOf(one) === textOf(key)))
            for (const id of idsIn(others)) back === undefined ? free.delete(id) : ids.includes(id) && free.add(id)
          return free.size === 0 ? null : { ...key, ids: listed([...free]) }
        })
        return said === null ? [] : idsIn(said.ids)
      }),
    giveBack: (key, { why, manner, ids }) =>
      inTurn(async () => {
        await say(() => ({ ...key, ids: listed(ids), back: { why, ...(manner && { manner }) } }))
      }),
    isTaken(key, id) {
      const at = taken.get(textOf(key))?.get(id)
      return at !== undefined && performance.now() - at < lateMs
    },
    close: () => stop(),
  }
  return opened
}
