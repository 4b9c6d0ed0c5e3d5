/** Tells terminal and scripts of deliveries and attempts, in an order they can rely on: a delivery, then its attempts. */
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { AttemptStore } from '../store/attempts.ts'
import type { ChangeStore } from '../store/changes.ts'
import type { DeliveryStore } from '../store/deliveries.ts'
import { StoreUnavailable } from '../store/problem.ts'

/** A delivery whose answer is not known this long after it came is shown without it: longer than any app may take. */
const patienceMs = 60_000

export interface AnnouncerOptions {
  readonly store: {
    readonly attempts: Pick<AttemptStore, 'onEnded'>
    readonly changes: Pick<ChangeStore, 'onChange'>
    readonly deliveries: Pick<DeliveryStore, 'summaries'>
  }
  /** The app answers the gateway: what it answered is known only after the delivery is indexed. */
  readonly answeredByApp: boolean
  /** The newest delivery that was listed before this start: what is sent of those up to it is shown at once. */
  readonly listedBefore: number
  onDelivery(delivery: DeliverySummary): void
  onAttempt(attempt: AttemptSummary): void
}

export interface Announcer {
  /** Takes deliveries as they are indexed. */
  offer(deliveries: readonly DeliverySummary[]): void
  /** Nothing is told before this; then what came meanwhile is. */
  start(): void
  /** Tells of what still waits, and stops. */
  close(): Promise<void>
}

/** What was never read whole is not answered by the app, and perhaps by nobody. */
const cameWhole = ({ reasons }: DeliverySummary) => !reasons.some(reason => reason.startsWith('body-'))

/** A mock response may be held back for a minute: that it is one is worth knowing at once. */
const isMocked = ({ notes }: DeliverySummary) => notes.includes('answer-rehearsed')

export function openAnnouncer({
  store,
  answeredByApp,
  listedBefore,
  onDelivery,
  onAttempt,
}: AnnouncerOptions): Announcer {
  /** Deliveries whose answer is not known yet. */
  const waiting = new Map<number, { delivery: DeliverySummary; timer: NodeJS.Timeout }>()
  /** Attempts that ended before their delivery was told of. */
  const early = new Map<number, AttemptSummary[]>()
  let newest = listedBefore
  /** What to tell once it has started. */
  let untold: (() => void)[] | null = []
  const safely = (telling: () => void) => {
    if (untold === null) telling()
    else untold.push(telling)
  }

  function tell(delivery: DeliverySummary): void {
    clearTimeout(waiting.get(delivery.id)?.timer)
    waiting.delete(delivery.id)
    safely(() => onDelivery(delivery))
    const attempts = early.get(delivery.id) ?? []
    early.delete(delivery.id)
    for (const attempt of attempts) safely(() => onAttempt(attempt))
  }

  const stopAttempts = store.attempts.onEnded((attempt, byOther) => {
    // Who ended it tells of it.
    if (byOther) return
    // What is replayed has been seen; what is forwarded may have been sent before it was indexed.
    const isKnown = attempt.source !== 'forward' || attempt.delivery <= newest
    if (isKnown && !waiting.has(attempt.delivery)) safely(() => onAttempt(attempt))
    else early.set(attempt.delivery, [...(early.get(attempt.delivery) ?? []), attempt])
  })
  /** One look at a time; what changes meanwhile is looked at after it. */
  let looking: Promise<void> | null = null
  let lookAgain = false
  async function look(): Promise<void> {
    try {
      do {
        lookAgain = false
        for (const delivery of await store.deliveries.summaries([...waiting.keys()]))
          if (delivery.status !== null && waiting.has(delivery.id)) tell(delivery)
      } while (lookAgain && waiting.size > 0)
    } catch (error) {
      // While it cannot be read: the next change looks again, and patience ends all the same.
      if (!(error instanceof StoreUnavailable)) throw error
    } finally {
      looking = null
    }
  }
  function lookForAnswers(): void {
    lookAgain = true
    if (waiting.size > 0) looking ??= look()
  }
  const stopChanges = store.changes.onChange(lookForAnswers)

  return {
    offer(deliveries) {
      for (const delivery of deliveries) {
        newest = Math.max(newest, delivery.id)
        if (!answeredByApp || delivery.status !== null || !cameWhole(delivery) || isMocked(delivery)) {
          tell(delivery)
          continue
        }
        waiting.set(delivery.id, { delivery, timer: setTimeout(() => tell(delivery), patienceMs).unref() })
      }
      // The answer may have been recorded between indexing and this call.
      lookForAnswers()
    },
    start() {
      const telling = untold ?? []
      untold = null
      for (const tellOne of telling) tellOne()
    },
    async close() {
      lookForAnswers()
      await looking
      stopAttempts()
      stopChanges()
      for (const { delivery } of [...waiting.values()]) tell(delivery)
    },
  }
}
