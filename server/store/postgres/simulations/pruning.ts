/** Drops old simulations, in small steps between other work. */
import type { SimulationStore } from '../../simulations.ts'
import type { Queries, Sql } from '../connection.ts'
import type { Writer } from '../writer.ts'

/** Events in one step. */
const stepRows = 500

/** @returns whether there may be more */
async function dropSome(tx: Queries, simulation: number): Promise<boolean> {
  const events = await tx<{ id: number }[]>`
    SELECT id FROM simulated WHERE simulation = ${simulation} LIMIT ${stepRows}`
  const ids = events.map(({ id }) => id)
  await tx`
    DELETE FROM simulated_try_content WHERE id IN (SELECT id FROM simulated_try WHERE event = ANY(${ids}::bigint[]))`
  await tx`DELETE FROM simulated_try WHERE event = ANY(${ids}::bigint[])`
  await tx`DELETE FROM simulated WHERE id = ANY(${ids}::bigint[])`
  const bodies = await tx`
    DELETE FROM simulated_body WHERE id IN
      (SELECT id FROM simulated_body WHERE simulation = ${simulation} LIMIT ${stepRows}) RETURNING id`
  if (ids.length === stepRows || bodies.length === stepRows) return true
  await tx`DELETE FROM simulation WHERE id = ${simulation}`
  return false
}

export const createPruning =
  (sql: Sql, writer: Writer): SimulationStore['prune'] =>
  async (count, events) => {
    // Running totals, the newest first: what lies beyond either limit goes.
    const beyond = await sql<{ id: number }[]>`
      SELECT id FROM (SELECT id, state, row_number() OVER newest AS place, sum(events) OVER newest AS total
        FROM simulation WINDOW newest AS (ORDER BY id DESC)) AS s
      WHERE state = 'done' AND place > 1 AND (place > ${count} OR total > ${events})`
    for (const { id } of beyond) while (await writer.alone(tx => dropSome(tx, id)));
  }
