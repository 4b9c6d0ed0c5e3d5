/** The lines of `--json`: a contract with scripts. Fields may be added, never renamed. */
import type { AttemptError, AttemptSummary, InPlace } from '../core/attempt.ts'
import type { DeliverySummary } from '../core/delivery.ts'
import type { SignatureCause, SignatureDiagnosis } from '../core/diagnosis.ts'
import type { HookView } from '../core/hook.ts'
import type { NotForwarded } from '../core/not-forwarded.ts'
import { reasonOf } from '../core/outcome.ts'
import type { SimulatedEvent, SimulatedTry, Simulation } from '../core/simulation.ts'
import type { TunnelStatus } from '../core/tunnel.ts'
import type { TargetNews } from './sender/target-watch.ts'

/** Both doors accept requests. `hookUrl` is null as long as no public URL is known: a `tunnel` line tells of it. */
export interface ReadyLine {
  readonly kind: 'ready'
  readonly version: string
  readonly hooks: readonly Pick<HookView, 'id' | 'label' | 'hookUrl' | 'localUrl'>[]
  readonly inspectorUrl: string
  /** Lets a browser in: `inspectorUrl` with the session's token. */
  readonly inspectorLink: string
  readonly db: string
  /** Where deliveries are forwarded; empty: nowhere. */
  readonly targets: readonly string[]
}

/** What is known of a delivery, when it is told of, that did not reach the app. */
export interface DeliveryWhy {
  /** Why no attempt is made; null when one was, or will be. */
  readonly notForwarded: NotForwarded | null
  /** Why hookscope answered in the app's place; null when it did not. */
  readonly statusReason: InPlace | null
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
    > {
  readonly kind: 'delivery'
}

/** An attempt has ended. `ms` is the time from its start to the end of the answer; `reason` says in a sentence why it failed, from `line`, `location` and `error`; null where that is not known; `sloppy` says what is wrong with the HTTP of an answer. */
export interface AttemptLine extends Omit<AttemptSummary, 'startedAt'> {
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

/** A try of a simulated event has ended, at its last station. `event` is the simulated event's id; fields of the event stand beside those of the try. */
export interface TryLine
  extends Pick<SimulatedEvent, 'simulation' | 'hook' | 'target' | 'eventId' | 'eventType' | 'state' | 'next'>,
    SimulatedTry {
  readonly kind: 'try'
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

export type JsonLine =
  | ReadyLine
  | DeliveryLine
  | DiagnosisLine
  | AttemptLine
  | TunnelLine
  | TargetLine
  | TryLine
  | SimulationLine

export function readyLine(
  ready: Omit<ReadyLine, 'kind' | 'hooks'> & { readonly hooks: readonly HookView[] },
): ReadyLine {
  return {
    kind: 'ready',
    version: ready.version,
    hooks: ready.hooks.map(({ id, label, hookUrl, localUrl }) => ({ id, label, hookUrl, localUrl })),
    inspectorUrl: ready.inspectorUrl,
    inspectorLink: ready.inspectorLink,
    db: ready.db,
    targets: ready.targets,
  }
}

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
  }
}

export function diagnosisLine(delivery: number, diagnosis: SignatureDiagnosis): DiagnosisLine {
  const causes = diagnosis.kind === 'found' ? diagnosis.causes : []
  return { kind: 'diagnosis', delivery, causes, sentence: diagnosis.sentence }
}

export function attemptLine(attempt: AttemptSummary): AttemptLine {
  const { id, delivery, source, target, outcome, status, ms, line, location, error, sloppy } = attempt
  const reason = reasonOf(attempt)?.message ?? null
  return { kind: 'attempt', id, delivery, source, target, outcome, status, ms, line, location, error, reason, sloppy }
}

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

export function tryLine(event: SimulatedEvent, ended: SimulatedTry): TryLine {
  const { simulation, hook, target, eventId, eventType, state, next } = event
  return {
    kind: 'try',
    simulation,
    ...ended,
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
