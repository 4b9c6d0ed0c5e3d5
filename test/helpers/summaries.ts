/** Deliveries and attempts as lists tell of them: believable by default, anything on request. */
import type { ForwardStatus, RouteStatus, TargetStatus } from '../../core/api/messages.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'

export function deliverySummary(fields: Partial<DeliverySummary> = {}): DeliverySummary {
  return {
    id: 1,
    hook: 'main',
    receivedAt: '2026-11-23T10:00:00.000Z',
    method: 'POST',
    query: null,
    bytes: 400,
    status: 200,
    verdict: 'verified',
    reasons: [],
    notes: [],
    eventId: null,
    eventType: null,
    eventTriggered: null,
    family: null,
    summary: '',
    amount: null,
    invoice: null,
    orderid: null,
    objectKey: null,
    retryOf: null,
    tries: 1,
    superseded: false,
    pinned: false,
    lastAttempt: null,
    ...fields,
  }
}

/** A sale that was approved. */
export const saleSummary = (fields: Partial<DeliverySummary> = {}): DeliverySummary =>
  deliverySummary({
    id: 12,
    eventId: 'e'.repeat(64),
    eventType: 'transaction.sale.success',
    eventTriggered: '2026-11-23 05:00:00',
    family: 'transaction',
    summary: '$500.00 approved · 98454685',
    objectKey: 'key',
    ...fields,
  })

/** What says that each of these targets gets every delivery. */
export const plainRoutes = (...targets: readonly string[]): RouteStatus => ({
  routes: targets.map(target => ({
    ...{ target, hook: null, events: null, from: 'forward', headers: [], host: null, username: null },
    ...{ timeoutMs: null, insecure: false },
  })),
  ...{ all: false, only: null, unsubscribed: false, given: targets },
})

/** Forwarding to these, with nothing that waits. */
export const forwardStatus = (...targets: readonly string[]): ForwardStatus => ({
  target: targets[0] ?? '',
  paused: false,
  waiting: 0,
  oldestWaiting: null,
  oldestPassedOver: null,
  mostWaiting: 10_000,
  targets: targets.map(targetStatus),
  ...plainRoutes(...targets),
})

/** A target at which something takes connections. */
export const targetStatus = (target: string): TargetStatus => ({
  target,
  waiting: 0,
  isFull: false,
  retryUntil: null,
  state: 'up',
  error: null,
  seenAt: '2026-11-23T10:00:00.000Z',
  watched: true,
  answered: null,
  missed: 0,
})

/** One that the app answered. */
export function attemptSummary(fields: Partial<AttemptSummary> = {}): AttemptSummary {
  return {
    id: 3,
    delivery: 12,
    source: 'forward',
    target: 'http://localhost:3000/webhooks',
    startedAt: '2026-11-23T10:00:00.000Z',
    outcome: 'answered',
    status: 200,
    ms: 12,
    line: null,
    location: null,
    error: null,
    sloppy: [],
    former: false,
    changes: [],
    own: true,
    ...fields,
  }
}
