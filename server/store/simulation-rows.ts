/** Rows of the simulated gateway as the shapes the rest of hookscope knows. */
import type { FaultKind } from '../../core/simulate/faults.ts'
import { attemptInstants } from '../../core/simulate/schedule.ts'
import type { Sample, SimulatedAttempt, SimulatedEvent, Simulation } from '../../core/simulate/simulation.ts'
import { type AppsAsked, decidingApp, type HookStation } from '../../core/simulate/stations.ts'
import { isoTime, type OutcomeRow, toOutcome } from './rows.ts'

export interface SimulationRow
  extends Pick<Simulation, 'id' | 'title' | 'events' | 'delivered' | 'failed' | 'cancelled'> {
  readonly started_at: number
  readonly asked: string
  readonly secrets: string | null
  readonly unsubscribed: string
  readonly state: 'preparing' | 'running' | 'done'
}

/** JSON columns hold only what this hookscope wrote. */
export function toSimulation(row: SimulationRow): Simulation {
  const asked: Simulation['asked'] = JSON.parse(row.asked)
  const unsubscribed: string[] = JSON.parse(row.unsubscribed)
  return {
    id: row.id,
    asked,
    startedAt: isoTime(row.started_at),
    title: row.title,
    events: row.events,
    delivered: row.delivered,
    failed: row.failed,
    cancelled: row.cancelled,
    state: row.state === 'done' ? 'done' : 'running',
    unsubscribed,
  }
}

export interface SimulatedRow
  extends Pick<SimulatedEvent, 'id' | 'simulation' | 'hook' | 'target' | 'summary' | 'state'> {
  readonly ordinal: number
  readonly lane: string
  readonly body: number
  readonly event_id: string | null
  readonly event_type: string | null
  readonly created_at: number
  readonly weather: string
  readonly due_at: number | null
  readonly tries: number
}

export interface SimulatedAttemptRow extends OutcomeRow {
  readonly event: number
  readonly number: number
  readonly weather: string
  readonly arrival: string | null
  readonly apps: string | null
}

const noApps: AppsAsked = { results: [], notAsked: null }

export function toSimulatedAttempt(row: SimulatedAttemptRow): SimulatedAttempt {
  const arrival: HookStation | null = row.arrival === null ? null : JSON.parse(row.arrival)
  const { results: kept, notAsked }: AppsAsked = row.apps === null ? noApps : JSON.parse(row.apps)
  // What an older hookscope kept has no such list.
  const results = kept.map(app => ({ ...app, sloppy: app.sloppy ?? [] }))
  return {
    ...toOutcome(row),
    event: row.event,
    number: row.number,
    instantMs: attemptInstants[row.number - 1] ?? 0,
    weather: readFaultKinds(row.weather),
    arrival,
    app: decidingApp(results),
    apps: results,
    notAsked,
  }
}

export const readFaultKinds = (json: string): readonly FaultKind[] => JSON.parse(json)

/** @param tries of any events, each event's own oldest first */
export function toSimulatedEvents(
  rows: readonly SimulatedRow[],
  tries: readonly SimulatedAttemptRow[],
): SimulatedEvent[] {
  const byEvent = new Map<number, SimulatedAttempt[]>(rows.map(({ id }) => [id, []]))
  for (const row of tries) byEvent.get(row.event)?.push(toSimulatedAttempt(row))
  return rows.map(row => ({
    id: row.id,
    simulation: row.simulation,
    hook: row.hook,
    target: row.target,
    eventId: row.event_id,
    eventType: row.event_type,
    summary: row.summary,
    createdAt: isoTime(row.created_at),
    state: row.state,
    tries: byEvent.get(row.id) ?? [],
    next:
      row.state === 'waiting' && row.due_at !== null
        ? { number: row.tries + 1, instantMs: attemptInstants[row.tries] ?? 0, at: isoTime(row.due_at) }
        : null,
  }))
}

export interface SampleRow extends Pick<Sample, 'name' | 'body' | 'delivery'> {
  readonly event_type: string | null
  readonly created_at: number
}

export function toSample(row: SampleRow): Sample {
  return {
    name: row.name,
    eventType: row.event_type,
    body: row.body,
    createdAt: isoTime(row.created_at),
    delivery: row.delivery,
  }
}
