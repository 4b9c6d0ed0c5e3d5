/** Deliveries that are kept and not listed yet: what is known of the newest of them, and how it is said. */
import { counted } from '../text/text.ts'
import type { DeliverySummary } from './delivery.ts'

/**
 * One of them as its bytes tell. Whether it is a retry, and what the app said, is found out when it is listed; of `notes` those
 * are missing that compare it with others or with its hook's events.
 */
export interface PreparingDelivery
  extends Omit<DeliverySummary, 'retryOf' | 'tries' | 'superseded' | 'pinned' | 'lastAttempt' | 'matched'> {
  /** False: its body is large or packed, and is looked into when it is listed. What it says is null and empty until then. */
  readonly isDescribed: boolean
}

/** What is said of deliveries while listing them is late. */
export interface Preparing {
  /** All that wait, whatever they are. */
  readonly count: number
  /** So many of the newest were looked at; 0 where a search asks for what is not known of them yet. */
  readonly looked: number
  /** Of those that were looked at the ones that match, newest first. */
  readonly newest: readonly PreparingDelivery[]
  /** The newest delivery that was listed when this was read. */
  readonly after: number
}

/** At most so many of the newest are looked at. */
export const mostPrepared = 100

export const preparingSentence = (count: number): string =>
  `${counted(count, 'delivery is', 'deliveries are')} being prepared: kept and answered, and soon listed and sent on.`

/** What is beside a search's results. */
export function searchedSentence({ count, looked }: Pick<Preparing, 'count' | 'looked'>): string {
  if (looked >= count) return preparingSentence(count)
  const how = looked === 0 ? 'none of them is' : `only the newest ${looked} of them are`
  return `${preparingSentence(count)} Until then ${how} searched.`
}
