/** The lines of `--json` about deliveries and their attempts. */

import type { AnswerView } from '../../core/api/views.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import {
  type ShownDiagnosis,
  type SignatureCause,
  type SignatureDiagnosis,
  shownDiagnosis,
} from '../../core/deliveries/diagnosis.ts'
import type { DeliveryWhy } from '../../core/deliveries/not-forwarded.ts'
import { reasonOf } from '../../core/http/outcome.ts'
import type { AttemptView, DeliveryDetail } from '../../server/api/types.ts'
import { pick } from './pick.ts'

const deliveryFields = [
  'id',
  'hook',
  'receivedAt',
  'method',
  'query',
  'bytes',
  'eventId',
  'eventType',
  'eventTriggered',
  'verdict',
  'reasons',
  'notes',
  'retryOf',
  'status',
  'summary',
  'origin',
] as const satisfies readonly (keyof DeliverySummary)[]

/** A delivery is kept and answered. Fields as in DeliverySummary. */
export interface DeliveryLine extends DeliveryWhy, Pick<DeliverySummary, (typeof deliveryFields)[number]> {
  readonly kind: 'delivery'
  /** How sending it on went so far: of its newest attempts the worst; null when there was none. */
  readonly lastAttempt: Omit<AttemptLine, 'kind'> | null
  /** Of `list`, `wait`, `tail` and `show`: why its signature is wrong, where there was time to find out; null where there is nothing to. */
  readonly diagnosis?: ShownDiagnosis | null
}

/** Of `hookscope show`: a delivery whole. Credentials are masked in `headers`. */
export interface ShownLine
  extends DeliveryLine,
    Pick<DeliveryDetail, 'path' | 'httpVersion' | 'remoteAddress' | 'headers' | 'body'> {
  readonly diagnosis: ShownDiagnosis | null
  /** Oldest first; `answer` is what the app answered, null where there is no answer. */
  readonly attempts: readonly (Omit<AttemptLine, 'kind'> & { readonly answer: AnswerView | null })[]
}

/** An attempt has ended. `ms` is the time from its start to the end of the answer; `reason` says in a sentence why it failed, from `line`, `location` and `error`; null where that is not known; `sloppy` says what is wrong with the HTTP of an answer; `changes` says what was sent differently from what came; `own` is true when it sent the delivery as it came to where deliveries are forwarded; `proxy` is there when it went through one. */
export interface AttemptLine extends Omit<AttemptSummary, 'startedAt' | 'former'> {
  readonly kind: 'attempt'
  readonly reason: string | null
}

/** Why the signature of a delivery is wrong; `causes` is empty when none that is known explains it. */
export interface DiagnosisLine {
  readonly kind: 'diagnosis'
  readonly delivery: number
  readonly causes: readonly SignatureCause[]
  readonly sentence: string
}

export function deliveryLine(delivery: DeliverySummary, { notForwarded, statusReason }: DeliveryWhy): DeliveryLine {
  return {
    kind: 'delivery',
    ...pick(delivery, deliveryFields),
    statusReason,
    notForwarded,
    lastAttempt: delivery.lastAttempt === null ? null : attemptFields(delivery.lastAttempt),
  }
}

export const diagnosisLine = (delivery: number, diagnosis: SignatureDiagnosis): DiagnosisLine => ({
  kind: 'diagnosis',
  delivery,
  ...shownDiagnosis(diagnosis),
})

/** @param attempts of the delivery, with their bytes */
export function shownLine(detail: DeliveryDetail, attempts: readonly AttemptView[]): ShownLine {
  const { path, httpVersion, remoteAddress, headers, body, diagnosis, notForwarded } = detail
  return {
    ...deliveryLine(detail, { notForwarded, statusReason: null }),
    ...{ path, httpVersion, remoteAddress, headers, body },
    diagnosis: diagnosis && shownDiagnosis(diagnosis),
    attempts: attempts.map(({ request: _, timing: __, answer, ...attempt }) => ({ ...attemptFields(attempt), answer })),
  }
}

function attemptFields(attempt: AttemptSummary): Omit<AttemptLine, 'kind'> {
  const { startedAt: _, former: __, ...shown } = attempt
  return { ...shown, reason: reasonOf(attempt)?.message ?? null }
}

export const attemptLine = (attempt: AttemptSummary): AttemptLine => ({ kind: 'attempt', ...attemptFields(attempt) })
