/** The capture file of hookscope: see docs/reference/capture.md. */
import {
  type CapturedAttempt,
  type CapturedDelivery,
  type CaptureEnd,
  type CaptureHead,
  captureVersion,
  originOf,
  testKey,
} from '../../core/capture/capture.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { Delivery } from '../../core/deliveries/delivery.ts'
import { type SignatureDiagnosis, shownDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { withoutQuery } from '../../core/http/credential-headers.ts'
import { version } from '../lib/version.ts'
import type { Store } from '../store/store.ts'
import { anonymized } from './anonymize.ts'
import type { FileWriter } from './file-writer.ts'

const line = (value: CaptureHead | CapturedDelivery | CaptureEnd) => `${JSON.stringify(value)}\n`

const captured = ({
  source,
  target,
  startedAt,
  outcome,
  status,
  ms,
  line,
  error,
}: AttemptSummary): CapturedAttempt => ({
  ...{ source, target: withoutQuery(target), startedAt, outcome, status, ms, line, error },
})

export interface CaptureWriterOptions {
  readonly store: Pick<Store, 'attempts' | 'bodies'>
  readonly anonymize: boolean
  /** @returns null where no hook has that id any more */
  labelOf(hook: string): string | null
  /** Why its signature is wrong; null where there is nothing to find out. */
  diagnose(delivery: Delivery): Promise<SignatureDiagnosis | null>
}

export function openCaptureWriter({ store, anonymize, labelOf, diagnose }: CaptureWriterOptions): FileWriter {
  const head: CaptureHead = {
    ...{ hookscope: 'capture', version: captureVersion, by: version, exportedAt: new Date().toISOString() },
    contents: anonymize ? 'anonymized' : 'exact',
    testKey: anonymize ? testKey : null,
  }
  async function lineOf(whole: Delivery): Promise<CapturedDelivery> {
    const delivery = anonymize ? await anonymized(whole, store.bodies) : whole
    const attempts = anonymize ? [] : await store.attempts.summariesOf(delivery.id)
    // Of another body with another signature, it would not be true.
    const diagnosis = anonymize ? null : await diagnose(delivery)
    const { id, receivedAt, readMs, method, path, httpVersion, headers, body, bytes, remoteAddress } = delivery
    return {
      ...{ kind: 'delivery', id, receivedAt, readMs, method, target: path, httpVersion, headers },
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
      ...{ bytes, remoteAddress, verdict: delivery.verdictDetail, status: delivery.status },
      mocked: delivery.notes.includes('answer-rehearsed'),
      hook: { id: originOf(delivery.hook) ?? delivery.hook, label: anonymize ? null : labelOf(delivery.hook) },
      flags: delivery.notes,
      attempts: attempts.map(captured),
      diagnosis: diagnosis && shownDiagnosis(diagnosis),
    }
  }
  return {
    type: 'application/x-ndjson',
    extension: 'hookscope',
    head: line(head),
    between: '',
    text: async delivery => line(await lineOf(delivery)),
    foot: deliveries => line({ kind: 'end', deliveries }),
    oldestFirst: true,
  }
}
