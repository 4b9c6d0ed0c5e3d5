/** The lines of `--json`: a contract with scripts. Fields may be added, never renamed. */

import type { Status } from '../../core/api/messages.ts'
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import type { AnswerView } from '../../core/api/views.ts'
import type { AttemptError, AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import {
  type SignatureCause,
  type SignatureDiagnosis,
  type ToldDiagnosis,
  toldDiagnosis,
} from '../../core/deliveries/diagnosis.ts'
import type { LeftoverReason } from '../../core/deliveries/leftover.ts'
import type { DeliveryWhy } from '../../core/deliveries/not-forwarded.ts'
import type { DoctorReport } from '../../core/doctor/doctor.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { reasonOf } from '../../core/http/outcome.ts'
import type { SimulatedAttempt, SimulatedEvent, Simulation } from '../../core/simulate/simulation.ts'
import type { WayFacts } from '../../core/tunnels/ways.ts'
import type { AttemptView, DeliveryDetail } from '../../server/api/types.ts'
import type { NotTaken } from '../../server/sender/forward-outage.ts'
import { goneCount, type SendNews } from '../../server/sender/leftovers.ts'
import type { TargetNews } from '../../server/sender/target-watch.ts'
import type { Readiness } from '../../server/tunnel/readiness.ts'

/** Receiver and inspector accept requests. `hookUrl` is null as long as no public URL is known: a `tunnel` line tells of it. */
export interface ReadyLine {
  readonly kind: 'ready'
  readonly version: string
  readonly hooks: readonly Pick<HookView, 'id' | 'label' | 'hookUrl' | 'localUrl'>[]
  readonly inspectorUrl: string
  /** Lets a browser in: `inspectorUrl` with its token. */
  readonly inspectorLink: string
  readonly db: string
  /** Where deliveries are forwarded; empty: nowhere. */
  readonly targets: readonly string[]
  /** The config file that was read, and the names of what it sets; null: none. */
  readonly config: { readonly path: string; readonly sets: readonly string[] } | null
}

/** A delivery is kept and answered. Fields as in DeliverySummary. */
export interface DeliveryLine
  extends DeliveryWhy,
    Pick<
      DeliverySummary,
      | 'id'
      | 'hook'
      | 'receivedAt'
      | 'method'
      | 'query'
      | 'bytes'
      | 'eventId'
      | 'eventType'
      | 'eventTriggered'
      | 'verdict'
      | 'reasons'
      | 'notes'
      | 'retryOf'
      | 'status'
      | 'summary'
    > {
  readonly kind: 'delivery'
  /** How sending it on went so far: of its newest attempts the worst; null when there was none. */
  readonly lastAttempt: Omit<AttemptLine, 'kind'> | null
  /** Of `list`, `wait`, `tail` and `show`: why its signature is wrong, where there was time to find out; null where there is nothing to. */
  readonly diagnosis?: ToldDiagnosis | null
}

/** Of `hookscope show`: a delivery whole. Credentials are masked in `headers`. */
export interface ShownLine
  extends DeliveryLine,
    Pick<DeliveryDetail, 'path' | 'httpVersion' | 'remoteAddress' | 'headers' | 'body'> {
  readonly diagnosis: ToldDiagnosis | null
  /** Oldest first; `answer` is what the app answered, null where there is no answer. */
  readonly attempts: readonly (Omit<AttemptLine, 'kind'> & { readonly answer: AnswerView | null })[]
}

/** An attempt has ended. `ms` is the time from its start to the end of the answer; `reason` says in a sentence why it failed, from `line`, `location` and `error`; null where that is not known; `sloppy` says what is wrong with the HTTP of an answer; `changes` says what was sent differently from what came; `own` is true when it sent the delivery as it came to where deliveries are forwarded; `proxy` is there when it went through one. */
export interface AttemptLine extends Omit<AttemptSummary, 'startedAt' | 'former'> {
  readonly kind: 'attempt'
  readonly reason: string | null
}

/** The way from the public internet changed. `hooks` says what each Hook URL is now. */
export interface TunnelLine {
  readonly kind: 'tunnel'
  readonly state: 'up' | 'down' | 'retrying'
  readonly url: string | null
  readonly reason: string | null
  readonly hooks: readonly { readonly id: string; readonly hookUrl: string | null }[]
}

/** Nothing takes connections at a target, or something does again. Not told of one that took them from the start. */
export interface TargetLine {
  readonly kind: 'target'
  readonly target: string
  readonly state: 'up' | 'down'
  /** Why it is down; null when it is not. */
  readonly error: AttemptError | null
  /** Ids of the deliveries that it missed while it was down. */
  readonly missed: readonly number[]
}

/** Something is wrong with the database, how far its repair is, or all is well again (null). Told at the start only of what is wrong. */
export interface StoreLine {
  readonly kind: 'store'
  readonly trouble: StoreTrouble | null
}

/** Deliveries that an earlier run owed to a target go out now. */
export interface ResumedLine {
  readonly kind: 'resumed'
  readonly target: string
  readonly ids: readonly number[]
}

/** Deliveries that were to be sent and are not: they are kept, and `hookscope replay id:…` sends them. */
export interface LeftLine {
  readonly kind: 'left'
  readonly target: string
  readonly why: LeftoverReason
  readonly ids: readonly number[]
}

/** Deliveries that waited for a target were deleted, or dropped by the limits of what is kept, before they were sent. */
export interface GoneLine {
  readonly kind: 'gone'
  readonly target: string
  /** At a start at most the newest thousand. */
  readonly ids: readonly number[]
  /** Of all. */
  readonly count: number
}

/** So many deliveries wait for a target that no more are queued until half of them are sent; a `left` line names what was not. */
export interface QueueFullLine {
  readonly kind: 'queue-full'
  readonly target: string
  readonly waiting: number
}

/** A target takes no connections, or cut one off before an answer: deliveries are tried again for so many milliseconds. */
export interface RetryingLine {
  readonly kind: 'retrying'
  readonly target: string
  readonly why: NotTaken
  readonly ms: number
}

/** These are not tried again: they are kept, and can be replayed. Of what was `cut-off` the app may have read all. */
export interface GaveUpLine {
  readonly kind: 'gave-up'
  readonly target: string
  readonly why: NotTaken
  readonly ids: readonly number[]
}

/** An attempt of a simulated event has ended, at its last station. `event` is the simulated event's id; fields of the event stand beside those of the attempt. */
export interface SimulatedLine
  extends Pick<SimulatedEvent, 'simulation' | 'hook' | 'target' | 'eventId' | 'eventType' | 'state' | 'next'>,
    SimulatedAttempt {
  readonly kind: 'try'
  /** Whether it had an X-Signature, be it a wrong one. */
  readonly signed: boolean
}

/** What was asked for has ended, or nobody watches it any more. `seed` makes the same events again. */
export interface SimulationLine extends Omit<Simulation, 'startedAt' | 'asked'> {
  readonly kind: 'simulation'
  readonly seed: number
}

/** Why the signature of a delivery is wrong; `causes` is empty when none that is known explains it. */
export interface DiagnosisLine {
  readonly kind: 'diagnosis'
  readonly delivery: number
  readonly causes: readonly SignatureCause[]
  readonly sentence: string
}

/** A count of the API; `capped`: there are more. */
export interface CappedCount {
  readonly count: number
  readonly capped: boolean
}

/** What is kept: all of it, what the app did not take, and what was rejected. */
export interface StatusCounts {
  readonly kept: CappedCount
  readonly failed: CappedCount
  readonly rejected: CappedCount
}

/** How a listening hookscope is doing. Fields as in Status, hooks as in ReadyLine. */
export interface StatusLine
  extends Pick<
    Status,
    | 'version'
    | 'startedAt'
    | 'db'
    | 'tunnel'
    | 'forward'
    | 'answer'
    | 'observe'
    | 'simulator'
    | 'leftovers'
    | 'preparing'
    | 'trouble'
  > {
  readonly kind: 'status'
  readonly pid: number
  readonly inspectorUrl: string
  readonly hooks: ReadyLine['hooks']
  readonly deliveries: StatusCounts
}

/** Of `hookscope tunnels`: one way to a public URL. */
interface WayLine extends WayFacts {
  readonly kind: 'way'
  readonly ready: boolean
  /** Why, or what is missing. */
  readonly note: string
}

/** Of `hookscope doctor`. */
interface DoctorReportLine extends DoctorReport {
  readonly kind: 'doctor'
}

export const wayLine = ({ way, ready, note }: Readiness): WayLine => ({ kind: 'way', ...way, ready, note })

export type JsonLine =
  | ReadyLine
  | DeliveryLine
  | DiagnosisLine
  | AttemptLine
  | TunnelLine
  | TargetLine
  | StoreLine
  | ResumedLine
  | LeftLine
  | QueueFullLine
  | GoneLine
  | RetryingLine
  | GaveUpLine
  | SimulatedLine
  | SimulationLine
  | StatusLine
  | WayLine
  | DoctorReportLine

const hookFields = ({ id, label, hookUrl, localUrl }: HookView) => ({ id, label, hookUrl, localUrl })

export function readyLine(
  ready: Omit<ReadyLine, 'kind' | 'hooks'> & { readonly hooks: readonly HookView[] },
): ReadyLine {
  return {
    kind: 'ready',
    version: ready.version,
    hooks: ready.hooks.map(hookFields),
    inspectorUrl: ready.inspectorUrl,
    inspectorLink: ready.inspectorLink,
    db: ready.db,
    targets: ready.targets,
    config: ready.config,
  }
}

export const statusLine = (
  status: Status,
  { pid, inspectorUrl }: { readonly pid: number; readonly inspectorUrl: string },
  deliveries: StatusCounts,
): StatusLine => ({
  kind: 'status',
  version: status.version,
  pid,
  startedAt: status.startedAt,
  inspectorUrl,
  db: status.db,
  hooks: status.hooks.map(hookFields),
  tunnel: status.tunnel,
  forward: status.forward,
  answer: status.answer,
  observe: status.observe,
  deliveries,
  simulator: status.simulator,
  leftovers: status.leftovers,
  preparing: status.preparing,
  trouble: status.trouble,
})

export function deliveryLine(delivery: DeliverySummary, { notForwarded, statusReason }: DeliveryWhy): DeliveryLine {
  return {
    kind: 'delivery',
    id: delivery.id,
    hook: delivery.hook,
    receivedAt: delivery.receivedAt,
    method: delivery.method,
    query: delivery.query,
    bytes: delivery.bytes,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    eventTriggered: delivery.eventTriggered,
    verdict: delivery.verdict,
    reasons: delivery.reasons,
    notes: delivery.notes,
    retryOf: delivery.retryOf,
    status: delivery.status,
    statusReason,
    notForwarded,
    summary: delivery.summary,
    lastAttempt: delivery.lastAttempt === null ? null : attemptFields(delivery.lastAttempt),
  }
}

export const diagnosisLine = (delivery: number, diagnosis: SignatureDiagnosis): DiagnosisLine => ({
  kind: 'diagnosis',
  delivery,
  ...toldDiagnosis(diagnosis),
})

/** @param attempts of the delivery, with their bytes */
export function shownLine(detail: DeliveryDetail, attempts: readonly AttemptView[]): ShownLine {
  const { path, httpVersion, remoteAddress, headers, body, diagnosis, notForwarded } = detail
  return {
    ...deliveryLine(detail, { notForwarded, statusReason: null }),
    ...{ path, httpVersion, remoteAddress, headers, body },
    diagnosis: diagnosis && toldDiagnosis(diagnosis),
    attempts: attempts.map(({ request: _, timing: __, answer, ...attempt }) => ({ ...attemptFields(attempt), answer })),
  }
}

function attemptFields(attempt: AttemptSummary): Omit<AttemptLine, 'kind'> {
  const { startedAt: _, former: __, ...shown } = attempt
  return { ...shown, reason: reasonOf(attempt)?.message ?? null }
}

export const attemptLine = (attempt: AttemptSummary): AttemptLine => ({ kind: 'attempt', ...attemptFields(attempt) })

/** @returns null for the states that are no news to a script: no tunnel, and one that is starting */
export function tunnelLine(tunnel: TunnelStatus, hooks: readonly HookView[]): TunnelLine | null {
  if (tunnel.state === 'off' || tunnel.state === 'starting') return null
  return {
    kind: 'tunnel',
    state: tunnel.state,
    url: tunnel.url,
    reason: tunnel.state === 'up' ? null : tunnel.reason,
    hooks: hooks.map(({ id, hookUrl }) => ({ id, hookUrl })),
  }
}

export function targetLine(news: TargetNews): TargetLine {
  const { target, state } = news
  return news.state === 'down'
    ? { kind: 'target', target, state, error: news.error, missed: [] }
    : { kind: 'target', target, state, error: null, missed: news.missed }
}

export function sendNewsLine(
  news: SendNews,
): ResumedLine | LeftLine | QueueFullLine | GoneLine | RetryingLine | GaveUpLine {
  const { target } = news
  switch (news.kind) {
    case 'resumed':
      return { kind: 'resumed', target, ids: news.ids }
    case 'left':
      return { kind: 'left', target, why: news.why, ids: news.ids }
    case 'gone':
      return { kind: 'gone', target, ids: news.ids, count: goneCount(news) }
    case 'retrying':
      return { kind: 'retrying', target, why: news.why, ms: news.ms }
    case 'gave-up':
      return { kind: 'gave-up', target, why: news.why, ids: news.ids }
    case 'full':
      return { kind: 'queue-full', target, waiting: news.waiting }
  }
}

export function simulatedLine(event: SimulatedEvent, ended: SimulatedAttempt, signed: boolean): SimulatedLine {
  const { simulation, hook, target, eventId, eventType, state, next } = event
  return {
    kind: 'try',
    simulation,
    ...ended,
    signed,
    hook,
    target,
    eventId,
    eventType,
    state,
    next,
  }
}

export function simulationLine(simulation: Simulation, seed: number): SimulationLine {
  const { id, title, events, delivered, failed, cancelled, state, unsubscribed } = simulation
  return { kind: 'simulation', id, title, seed, events, delivered, failed, cancelled, state, unsubscribed }
}
