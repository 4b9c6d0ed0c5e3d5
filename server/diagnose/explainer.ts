/** Explains wrong signatures as they come, one after the other and never faster than a person reads. */
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { isExplainable } from '../../core/deliveries/explainable.ts'
import { errorLine } from '../lib/errors.ts'
import { openLimiter } from '../lib/limiter.ts'
import type { Store } from '../store/store.ts'
import type { Diagnoses } from './diagnoses.ts'

export interface ExplainerOptions {
  readonly store: Pick<Store, 'deliveries'>
  readonly diagnoses: Diagnoses
  tell(delivery: DeliverySummary, diagnosis: SignatureDiagnosis): void
  /** Takes what went wrong, as a line for people. */
  log(line: string): void
  /** Milliseconds; default: the machine's clock. */
  readonly now?: () => number
}

export interface Explainer {
  /** Takes a delivery that was told of; those beyond the limit are explained in the inspector only. */
  offer(delivery: DeliverySummary): void
  /** Resolves when all that was taken is told. */
  close(): Promise<void>
}

/** At once, and after that one in so many seconds: who sends more is no gateway. */
const burst = 10
const secondsEach = 5

export function openExplainer({ store, diagnoses, tell, log, now = Date.now }: ExplainerOptions): Explainer {
  const limiter = openLimiter(burst, 1 / secondsEach, now)
  let last: Promise<void> = Promise.resolve()

  async function explainOne(summary: DeliverySummary): Promise<void> {
    try {
      const delivery = await store.deliveries.get(summary.id)
      const diagnosis = delivery === undefined ? null : await diagnoses.of(delivery)
      if (diagnosis !== null) tell(summary, diagnosis)
    } catch (error) {
      log(`Delivery #${summary.id} could not be explained: ${errorLine(error)}`)
    }
  }

  return {
    offer(delivery) {
      if (isExplainable(delivery) && limiter()) last = last.then(() => explainOne(delivery))
    },
    close: () => last,
  }
}
