/** What is shown at a terminal and given to scripts: deliveries, attempts, and why a signature is wrong. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptSummary, InPlace } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import type { DeliveryWhy } from '../../core/deliveries/not-forwarded.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import type { Settings } from '../config/settings.ts'
import type { Diagnoses } from '../diagnose/diagnoses.ts'
import { openExplainer } from '../diagnose/explainer.ts'
import type { Openings } from '../lib/openings.ts'
import type { Forwarding } from '../sender/forwarding.ts'
import type { Store } from '../store/store.ts'
import { openAnnouncer } from './announcer.ts'
import { openPreparingNews } from './preparing-news.ts'

/** Deliveries are told of at the start once it is known which of them are still sent, or after this long, milliseconds. */
export const takeUpMs = 3000

/** How often it is told what is not listed yet, milliseconds. */
const preparingMs = 1000

/** Who is told. */
export interface NewsTakers {
  /** Each delivery once, when it is kept and what it was answered is known. */
  onDelivery(delivery: DeliverySummary, why: DeliveryWhy): void
  /** Why its signature is wrong, after the delivery was told of; not for each when many come. */
  onDiagnosis(delivery: DeliverySummary, diagnosis: SignatureDiagnosis): void
  /** Each attempt once, when it has ended; never before its delivery. */
  onAttempt(attempt: AttemptSummary): void
  /** What is kept and not listed yet, about once a second while that is late; null: all are listed now. */
  onPreparing?(preparing: Preparing | null): void
}

interface NewsOptions extends NewsTakers {
  readonly settings: Pick<Settings, 'answer'>
  /** Takes lines for people. */
  log(line: string): void
}

interface NewsSources {
  readonly store: Store
  readonly diagnoses: Diagnoses
  /** The newest delivery that was listed before this start. */
  readonly listedBefore: number
}

/** @param forwarding is there by the time that one comes */
export function openNews(
  options: NewsOptions,
  { store, diagnoses, listedBefore }: NewsSources,
  forwarding: () => Forwarding,
  opened: Openings,
) {
  const explainer = openExplainer({ store, diagnoses, tell: options.onDiagnosis, log: options.log })
  opened.add('explainer', () => explainer.close())
  /** Why hookscope answered in the app's place, until the delivery is shown. */
  const inPlace = new Map<number, InPlace>()
  const announcer = openAnnouncer({
    ...{ store, listedBefore },
    answeredByApp: options.settings.answer === 'app',
    onDelivery(delivery) {
      const isUnsent = delivery.lastAttempt === null && forwarding().attemptsAwaited(delivery) === 0
      const notForwarded = isUnsent ? forwarding().whyNot(delivery) : null
      const statusReason = inPlace.get(delivery.id) ?? null
      inPlace.delete(delivery.id)
      options.onDelivery(delivery, { notForwarded, statusReason })
      explainer.offer(delivery)
    },
    onAttempt: options.onAttempt,
  })
  let isAnnounced = false
  const preparing = {
    read: async () => (isAnnounced ? store.deliveries.preparing() : null),
    tell: (told: Preparing | null) => options.onPreparing?.(told),
    log: options.log,
  }
  if (options.onPreparing) opened.add('what is prepared', openPreparingNews(preparing, preparingMs))
  opened.add('announcer', () => {
    if (isAnnounced) announcer.start()
    return announcer.close()
  })
  return {
    offer: announcer.offer,
    inPlace: (delivery: number, why: InPlace) => inPlace.set(delivery, why),
    /** @param known when it is known which deliveries are still sent */
    announce(known: Promise<void>) {
      isAnnounced = true
      void Promise.race([known, sleep(takeUpMs, undefined, { ref: false })]).finally(announcer.start)
    },
  }
}
