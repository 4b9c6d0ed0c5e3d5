/** Keeps what a simulation is to send. */
import type { AskedSimulation } from '../../../../core/simulate/simulation.ts'
import type { SimulationRow } from '../../simulation-rows.ts'
import type { SimulationStore, TargetSecrets } from '../../simulations.ts'
import { joined, type Sql } from '../connection.ts'
import { storable, storableOrNull } from '../storable.ts'
import type { Writer } from '../writer.ts'
import { finish } from './progress.ts'
import { decide, type StepTurn } from './turns.ts'

export interface Preparing extends Pick<SimulationStore, 'begin' | 'add' | 'complete' | 'rules' | 'isDone'> {
  /** What was prepared by processes that are gone was never acknowledged; what there is of it is sent all the same. */
  completeLeft(): Promise<void>
}

export function createPreparing(sql: Sql, writer: Writer, process: () => number): Preparing {
  const rowOf = async (id: number) => {
    const [row] = await sql<SimulationRow[]>`SELECT * FROM simulation WHERE id = ${id}`
    return row
  }
  return {
    completeLeft: () =>
      writer.write(async (tx, changed) => {
        const left = await tx<{ id: number }[]>`
          UPDATE simulation s SET state = 'running' WHERE state = 'preparing'
            AND NOT EXISTS (SELECT 1 FROM process p WHERE p.id = s.process) RETURNING id`
        for (const { id } of left) {
          changed('simulation', id)
          await finish(tx, changed, id)
        }
      }),
    begin: ({ startedAt, title, asked, secrets }) =>
      writer.write(async tx => {
        const [row] = await tx<{ id: number }[]>`
          INSERT INTO simulation (started_at, title, asked, secrets, process)
          VALUES (${Math.round(startedAt)}, ${storable(title)}, ${JSON.stringify(asked)},
            ${secrets && JSON.stringify(secrets)}, ${process()})
          RETURNING id`
        return row?.id ?? 0
      }),
    add: (simulation, bodies) =>
      writer.write(async (tx, changed) => {
        const [of] = await tx<{ started_at: number }[]>`SELECT started_at FROM simulation WHERE id = ${simulation}`
        if (!of || bodies.length === 0) return
        const { all, at, lengths } = joined(bodies.map(({ body }) => body))
        const kept = await tx<{ id: number }[]>`
          INSERT INTO simulated_body (simulation, body)
          SELECT ${simulation}::bigint, substring(${all}::bytea FROM at FOR length)
          FROM unnest(${at}::integer[], ${lengths}::integer[]) WITH ORDINALITY AS b (at, length, place)
          ORDER BY place RETURNING id`
        const ids = kept.map(({ id }) => id).sort((one, other) => one - other)
        const rows = bodies.flatMap(({ recipients, ...body }, index) =>
          recipients.map(recipient => ({ ...recipient, ...body, bodyId: ids[index] ?? 0 })),
        )
        const each = <Value>(value: (row: (typeof rows)[number]) => Value) => rows.map(value)
        const added = await tx<{ id: number }[]>`
          INSERT INTO simulated (simulation, ordinal, lane, hook, target, body, event_id, event_type, summary, created_at,
            weather, due_at, place, scenario)
          SELECT ${simulation}::bigint, ordinal, lane, hook, target, body, event_id, event_type, summary,
            ${of.started_at}::bigint, weather, due_at, spot, scenario
          FROM unnest(${each(one => one.ordinal)}::integer[], ${each(one => storable(one.lane))}::text[],
            ${each(one => storableOrNull(one.hook))}::text[], ${each(one => storable(one.target))}::text[],
            ${each(one => one.bodyId)}::bigint[], ${each(one => storableOrNull(one.eventId))}::text[],
            ${each(one => storableOrNull(one.eventType))}::text[], ${each(one => storable(one.summary))}::text[],
            ${each(one => JSON.stringify(one.weather))}::text[], ${each(one => one.dueAt)}::double precision[],
            ${each(one => one.place)}::double precision[], ${each(one => one.scenario ?? null)}::integer[])
            WITH ORDINALITY AS e (ordinal, lane, hook, target, body, event_id, event_type, summary, weather, due_at, spot,
              scenario, nth)
          ORDER BY nth RETURNING id`
        for (const { id } of added) changed('simulated', id)
        const begun = new Map<string, StepTurn>()
        for (const { scenario, lane } of rows)
          if (scenario !== undefined) begun.set(`${scenario} ${lane}`, { simulation, scenario, lane: storable(lane) })
        await decide(tx, [...begun.values()])
        await tx`UPDATE simulation SET events = events + ${rows.length} WHERE id = ${simulation}`
        changed('simulation', simulation)
      }),
    complete: (simulation, unsubscribed) =>
      writer.write(async (tx, changed) => {
        await tx`UPDATE simulation SET state = 'running', unsubscribed = ${JSON.stringify(unsubscribed)}
          WHERE id = ${simulation}`
        changed('simulation', simulation)
        await finish(tx, changed, simulation)
      }),
    async rules(simulation) {
      const found = await rowOf(simulation)
      if (!found) return undefined
      const { retries, clock, weather, seed }: AskedSimulation = JSON.parse(found.asked)
      const secrets: TargetSecrets | null = found.secrets === null ? null : JSON.parse(found.secrets)
      return { retries, clock, weather, seed, secrets }
    },
    isDone: async simulation => ((await rowOf(simulation))?.state ?? 'done') === 'done',
  }
}
