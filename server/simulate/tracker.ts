/**
 * Follows simulated requests through a hook of this hookscope: which delivery each became, and what the apps behind it said.
 *
 * A request carries one header line more on its way to the receiver, which takes it off before anything is verified or kept:
 * what is kept and forwarded is what the gateway would have sent. The line's name and value are random, so that no stranger
 * can know either, and both say nothing: who copies them has a header line that is dropped.
 */
import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Attempt } from '../../core/deliveries/attempt.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import type { AppResult, AppsAsked, Claim, HookStation, NotAsked } from '../../core/simulate/stations.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'

export interface TrackerOptions {
  readonly store: Pick<Store, 'attempts'>
  hooks(): readonly Pick<Hook, 'path'>[]
  /** Whether deliveries are forwarded anywhere, a pause aside. */
  isForwarding(): boolean
  /** Whether it is paused. */
  isPaused(): boolean
}

/** One request that is followed. */
export interface Tracked {
  /** Goes out with it. */
  readonly mark: readonly [name: string, value: string]
  /** null as long as it did not arrive. */
  readonly arrival: HookStation | null
  /** Waits for every app behind the hook. Only for one that arrived. @returns null when this is closed first */
  apps(): Promise<AppsAsked | null>
  /** It is followed no longer. */
  forget(): void
}

export interface Tracker {
  /** @param url where a request is about to be sent @returns null when that is no hook of this hookscope */
  track(url: string): Tracked | null
  /** For the receiver. @returns null for a request that did not come from here */
  claim(headers: HeaderList): Claim | null
  /** Whether a delivery came from here, and what the apps say of it is waited for. */
  isFollowed(delivery: number): boolean
  /** Whether what arrives is sent on only later. */
  isPaused(): boolean
  /** Nothing more of a delivery will be sent on. @param isLeftOut no route takes it */
  forwarded(delivery: number, isLeftOut?: boolean): void
  /** Lets what was forwarded be told of, and waits for nothing else. */
  close(): Promise<void>
}

/** While the store can read nothing: how long until the next attempt, milliseconds. */
const storeRetryMs = 1000

interface Followed {
  arrival: HookStation | null
  isLeftOut: boolean
  readonly forwarded: Promise<void>
  /** Ends the waiting. */
  readonly end: () => void
}

export function openTracker({ store, hooks, isForwarding, isPaused }: TrackerOptions): Tracker {
  const markName = `Hookscope-${randomBytes(12).toString('hex')}`
  const marked = markName.toLowerCase()
  /** On their way, by mark. */
  const underWay = new Map<string, Followed>()
  /** Arrived, by delivery. */
  const arrived = new Map<number, Followed>()
  const reading = new Set<Promise<unknown>>()
  let closed = false

  function whyNot({ verdict, answeredBy }: HookStation, isLeftOut: boolean): NotAsked {
    if (verdict === 'rejected') return 'rejected'
    if (!isForwarding()) return 'no-target'
    if (isLeftOut) return 'not-routed'
    return answeredBy === 'app' ? 'paused' : 'dropped'
  }

  /** @returns null when this is closed while the store can read nothing */
  async function appsOf(arrival: HookStation, isLeftOut: boolean): Promise<AppsAsked | null> {
    for (;;) {
      try {
        const results = (await store.attempts.ofDelivery(arrival.delivery)).flatMap(resultIn)
        return { results, notAsked: results.length > 0 ? null : whyNot(arrival, isLeftOut) }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        if (closed) return null
        await sleep(storeRetryMs)
      }
    }
  }

  function noted<T>(work: Promise<T>): Promise<T> {
    reading.add(work)
    const end = () => reading.delete(work)
    work.then(end, end)
    return work
  }

  return {
    track(url) {
      const { pathname } = new URL(url)
      if (closed || !hooks().some(({ path }) => pathname.endsWith(path))) return null
      const value = randomBytes(12).toString('hex')
      let end = () => {}
      const forwarded = new Promise<void>(resolve => {
        end = resolve
      })
      const followed: Followed = { arrival: null, isLeftOut: false, forwarded, end }
      underWay.set(value, followed)
      return {
        mark: [markName, value],
        get arrival() {
          return followed.arrival
        },
        async apps() {
          await followed.forwarded
          const { arrival } = followed
          // Ended by `close` alone: whether it was forwarded is not known.
          if (arrival === null || arrived.has(arrival.delivery)) return null
          return noted(appsOf(arrival, followed.isLeftOut))
        },
        forget() {
          underWay.delete(value)
          if (followed.arrival !== null) arrived.delete(followed.arrival.delivery)
          followed.end()
        },
      }
    },
    claim(headers) {
      const mark = headers.find(([name]) => name.toLowerCase() === marked)
      if (mark === undefined) return null
      return {
        headers: headers.filter(([name]) => name.toLowerCase() !== marked),
        arrived(at) {
          const followed = underWay.get(mark[1])
          if (followed === undefined) return
          underWay.delete(mark[1])
          followed.arrival = at
          arrived.set(at.delivery, followed)
        },
      }
    },
    isFollowed: delivery => arrived.has(delivery),
    isPaused,
    forwarded(delivery, isLeftOut = false) {
      const followed = arrived.get(delivery)
      arrived.delete(delivery)
      if (followed !== undefined) followed.isLeftOut = isLeftOut
      followed?.end()
    },
    async close() {
      closed = true
      for (const { end } of arrived.values()) end()
      // What ended just now is read, and then kept by whoever waited for it.
      await nextTurn()
      await Promise.allSettled([...reading])
      await nextTurn()
    },
  }
}

/** What an attempt says of an app; nothing when it was no forward. */
function resultIn({ source, ...attempt }: Attempt): AppResult[] {
  const { id, target, outcome, status, ms, line, location, error, sloppy, proxy } = attempt
  return source === 'forward'
    ? [{ id, target, outcome, status, ms, line, location, error, sloppy, ...(proxy !== undefined && { proxy }) }]
    : []
}
