/** Keeps what a simulation is to send. */
import type { AskedSimulation } from '../../../../core/simulate/simulation.ts'
import type { Health } from '../../health.ts'
import type { SimulationRow } from '../../simulation-rows.ts'
import type { SimulationStore, TargetSecrets } from '../../simulations.ts'
import type { Writer } from '../writer.ts'
import type { SimulationProgress } from './progress.ts'
import type { StepTurn, StepTurns } from './turns.ts'

export function createPreparing(
  writer: Writer,
  { finished, write }: SimulationProgress,
  turns: StepTurns,
  health: Pick<Health, 'survive'>,
): Pick<SimulationStore, 'begin' | 'add' | 'complete' | 'rules' | 'isDone'> {
  const { db } = writer
  const begin = db.prepare('INSERT INTO simulation (started_at, title, asked, secrets) VALUES (?, ?, ?, ?)')
  const addBody = db.prepare('INSERT INTO simulated_body (simulation, body) VALUES (?, ?)')
  const addEvent = db.prepare(`INSERT INTO simulated
    (simulation, ordinal, lane, hook, target, body, event_id, event_type, summary, created_at, weather, due_at, place,
      scenario)
    VALUES (@simulation, @ordinal, @lane, @hook, @target, @body, @eventId, @eventType, @summary, @createdAt, @weather,
      @dueAt, @place, @scenario)`)
  const createdAt = db.prepare<[number], number>('SELECT started_at FROM simulation WHERE id = ?').pluck()
  const grow = db.prepare('UPDATE simulation SET events = events + ? WHERE id = ?')
  const complete = db.prepare(`UPDATE simulation SET state = 'running', unsubscribed = ? WHERE id = ?`)
  const row = db.prepare<[number], SimulationRow>('SELECT * FROM simulation WHERE id = ?')
  const cut = db.prepare<[], number>(`SELECT id FROM simulation WHERE state = 'preparing'`).pluck()

  // A start that a crash broke off was never acknowledged; what it had prepared is sent all the same.
  function completeLeft(): void {
    const left = cut.all()
    if (left.length > 0)
      writer.write(() => {
        for (const simulation of left) {
          complete.run('[]', simulation)
          finished(simulation)
        }
      })
  }
  health.survive('simulations', completeLeft, undefined)

  return {
    async begin({ startedAt, title, asked, secrets }) {
      const kept = secrets && JSON.stringify(secrets)
      return writer.write(() =>
        Number(begin.run(Math.round(startedAt), title, JSON.stringify(asked), kept).lastInsertRowid),
      )
    },
    async add(simulation, bodies) {
      writer.write(() => {
        const created = createdAt.get(simulation)
        let added = 0
        const begun = new Map<string, StepTurn>()
        for (const { body: bytes, recipients, eventId, eventType, summary, scenario } of bodies) {
          const bodyId = addBody.run(simulation, bytes).lastInsertRowid
          for (const recipient of recipients) {
            const weather = JSON.stringify(recipient.weather)
            const { lastInsertRowid } = addEvent.run({
              ...recipient,
              eventId,
              eventType,
              summary,
              weather,
              simulation,
              body: bodyId,
              createdAt: created,
              scenario: scenario ?? null,
            })
            const { lane } = recipient
            if (scenario !== undefined) begun.set(`${scenario} ${lane}`, { simulation, scenario, lane })
            writer.changed('simulated', Number(lastInsertRowid))
            added++
          }
        }
        for (const turn of begun.values()) turns.decide(turn)
        grow.run(added, simulation)
      })
    },
    async complete(simulation, unsubscribed) {
      write(() => {
        complete.run(JSON.stringify(unsubscribed), simulation)
        return { result: undefined, finished: finished(simulation) }
      })
    },
    async rules(simulation) {
      const found = row.get(simulation)
      if (!found) return undefined
      const { retries, clock, weather, seed }: AskedSimulation = JSON.parse(found.asked)
      const secrets: TargetSecrets | null = found.secrets === null ? null : JSON.parse(found.secrets)
      return { retries, clock, weather, seed, secrets }
    },
    isDone: async simulation => (row.get(simulation)?.state ?? 'done') === 'done',
  }
}
