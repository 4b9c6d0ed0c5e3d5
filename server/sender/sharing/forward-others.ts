/** What waits here for a target and is sent to it by another process on the same log: what that made of it is read off its attempts. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt, AttemptSummary } from '../../../core/deliveries/attempt.ts'
import { isGood } from '../../../core/http/outcome.ts'
import { StoreUnavailable } from '../../store/problem.ts'
import type { Store } from '../../store/store.ts'
import { resetCodes } from '../failure.ts'
import { isCutOff, isRefused, lateMs, mostResets, type NotTaken } from '../forward-outage.ts'

/** A delivery that was tried in vain, and is to be tried again. */
export interface TriedElsewhere {
  /** The newest attempt. */
  readonly attempt: number
  /** Until when, milliseconds since 1970. */
  readonly until: number
  /** How often a connection was cut off. */
  readonly resets: number
  readonly why: NotTaken
}

export interface OthersOptions {
  readonly store: { readonly attempts: Pick<Store['attempts'], 'ofDelivery'> }
  target(): string
  /** How long deliveries are tried again, milliseconds; 0: not at all. */
  readonly retryMs: number
  /** Nobody has sent it: it waits here again. */
  unsent(delivery: number): void
  /** It waits here again, to be tried once more. */
  again(delivery: number, tried: TriedElsewhere): void
  /** Nothing more of it is sent. */
  over(delivery: number): void
}

export interface Others {
  has(delivery: number): boolean
  ids(): readonly number[]
  /** Takes one that another process has begun to send, and was taken out of the queue: it comes back, or is over. */
  take(delivery: number): Promise<void>
  /** An attempt of one of them has ended. */
  ended(attempt: AttemptSummary): void
  /** @returns whether it was there */
  forget(delivery: number): boolean
  close(): void
}

/** While the store can read nothing: how long until the next try, milliseconds. */
const storeRetryMs = 1000

/** What attempts say of a delivery at a target; `under-way`: one has not ended. */
export function madeOf(
  attempts: readonly Attempt[],
  { target, retryMs }: { readonly target: string; readonly retryMs: number },
): TriedElsewhere | 'unsent' | 'under-way' | 'over' {
  const own = attempts.filter(one => one.target === target && one.changes.length === 0 && one.laptop === undefined)
  if (own.some(isGood)) return 'over'
  const forwards = own.filter(({ source }) => source === 'forward')
  const [first, last] = [forwards[0], forwards.at(-1)]
  if (first === undefined || last === undefined) return 'unsent'
  if (last.outcome === 'pending') return 'under-way'
  const resets = forwards.filter(wasCutOff).length
  const until = endOf(first) + retryMs
  const isTriedAgain = retryMs > 0 && (isRefused(last) || wasCutOff(last)) && resets <= mostResets
  if (!isTriedAgain || endOf(last) >= until || Date.now() >= until + lateMs) return 'over'
  return { attempt: last.id, until, resets, why: resets > 0 ? 'cut-off' : 'refused' }
}

/** Whether nothing follows an attempt of the forwarder, as far as it tells by itself. */
export const isLast = (attempt: AttemptSummary) =>
  !isRefused(attempt) && (attempt.error === null || !resetCodes.includes(attempt.error.code))

const endOf = ({ startedAt, ms }: AttemptSummary) => Date.parse(startedAt) + (ms ?? 0)
const wasCutOff = ({ error, timing }: Attempt) => isCutOff({ error, isUnanswered: timing?.firstByteMs == null })

export function openOthers({ store, target, retryMs, unsent, again, over }: OthersOptions): Others {
  const those = new Set<number>()
  let closed = false

  async function attemptsOf(delivery: number): Promise<Attempt[] | null> {
    while (!closed && those.has(delivery))
      try {
        return await store.attempts.ofDelivery(delivery)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await sleep(storeRetryMs, undefined, { ref: false })
      }
    return null
  }

  async function look(delivery: number): Promise<void> {
    const attempts = await attemptsOf(delivery)
    if (attempts === null || closed || !those.has(delivery)) return
    const made = madeOf(attempts, { target: target(), retryMs })
    // Its end is told of.
    if (made === 'under-way') return
    those.delete(delivery)
    if (made === 'unsent') unsent(delivery)
    else if (made === 'over') over(delivery)
    else again(delivery, made)
  }

  return {
    has: delivery => those.has(delivery),
    ids: () => [...those],
    take(delivery) {
      those.add(delivery)
      return look(delivery)
    },
    ended({ delivery }) {
      if (those.has(delivery)) void look(delivery)
    },
    forget: delivery => those.delete(delivery),
    close() {
      closed = true
    },
  }
}
