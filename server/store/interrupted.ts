/** What was on its way to an app when hookscope ended, as it is noted: offered at each start until it is sent or dismissed. */
import { randomUUID } from 'node:crypto'
import type { AttemptSummary, SendResult } from '../../core/deliveries/attempt.ts'
import { type IdRange, idsIn, rangesOf } from '../../core/text/id-ranges.ts'

/** Deliveries of one target. */
export interface InterruptedRecord {
  readonly target: string
  /** What was forwarded and not answered to the gateway either is sent again by that. */
  readonly source: 'forward' | 'replay'
  readonly ids: readonly IdRange[]
  /** What has an attempt with a larger id was sent since. */
  readonly sinceAttempt: number
}

/** @returns records by their names, as JSON texts; none for what was sent by others than the forwarder and the replayer */
export function interruptedRecords(
  attempts: readonly AttemptSummary[],
  sinceAttempt: number,
): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  for (const source of ['forward', 'replay'] as const) {
    // What was changed by hand would go out as it came.
    const meant = attempts.filter(attempt => attempt.source === source && attempt.changes.length === 0)
    for (const target of new Set(meant.map(one => one.target))) {
      const ids = new Set(meant.filter(one => one.target === target).map(({ delivery }) => delivery))
      const ranges = rangesOf([...ids].sort((one, other) => one - other))
      const record: InterruptedRecord = { target, source, ids: ranges, sinceAttempt }
      records.set(randomUUID(), JSON.stringify(record))
    }
  }
  return records
}

/** @returns a record, as its text, without a delivery; null where it has no other */
export function withoutDelivery(text: string, target: string, delivery: number): string | null {
  const record: InterruptedRecord = JSON.parse(text)
  const ids = idsIn(record.ids)
  if (record.target !== target || !ids.includes(delivery)) return text
  const rest = ids.filter(id => id !== delivery)
  return rest.length === 0 ? null : JSON.stringify({ ...record, ids: rangesOf(rest) })
}

/** How an attempt counts that hookscope did not live to see the end of. @param hint what becomes of it, or what to do */
export const interruptedResult = (hint: string): SendResult => ({
  outcome: 'reset',
  answer: null,
  timing: { connectMs: null, firstByteMs: null, totalMs: 0 },
  error: { code: 'interrupted', message: 'hookscope ended before the answer came.', hint },
})
