/** Drops old simulations, in small steps between other work. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SimulationStore } from '../../simulations.ts'
import type { Writer } from '../writer.ts'

/** Events in one step: bounds how long the event loop is away. */
const stepRows = 200

export function createSimulationPruning(writer: Writer): SimulationStore['prune'] {
  const { db } = writer
  // Running totals, the newest first: what lies beyond either limit goes.
  const beyond = db
    .prepare<[number, number], number>(
      `SELECT id FROM (SELECT id, state, row_number() OVER newest AS place, sum(events) OVER newest AS total
         FROM simulation WINDOW newest AS (ORDER BY id DESC))
       WHERE state = 'done' AND place > 1 AND (place > ? OR total > ?)`,
    )
    .pluck()
  const some = `SELECT id FROM simulated WHERE simulation = ? LIMIT ${stepRows}`
  const drop = [
    `DELETE FROM simulated_try_content WHERE id IN (SELECT id FROM simulated_try WHERE event IN (${some}))`,
    `DELETE FROM simulated_try WHERE event IN (${some})`,
    `DELETE FROM simulated_body WHERE id IN (SELECT id FROM simulated_body WHERE simulation = ? LIMIT ${stepRows})`,
    `DELETE FROM simulated WHERE id IN (${some})`,
  ].map(text => db.prepare<[number]>(text))
  const dropSimulation = db.prepare<[number]>('DELETE FROM simulation WHERE id = ?')

  return async (count, events) => {
    if (!db.open) return
    for (const simulation of beyond.all(count, events)) {
      for (let dropped = 1; dropped > 0 && db.open; ) {
        dropped = writer.write(() => drop.reduce((most, step) => Math.max(most, step.run(simulation).changes), 0))
        await nextTurn()
      }
      if (db.open) writer.write(() => dropSimulation.run(simulation))
    }
  }
}
