/**
 * Whose turn it is: the events of one scenario go out to a recipient one after the other, as the gateway's do, which are
 * minutes to days apart. Those that are due first go first; all others of the scenario are held until the first try of
 * these is over.
 */
import type { Writer } from '../writer.ts'

/** The steps of one scenario that one recipient gets. */
export interface StepTurn {
  readonly simulation: number
  readonly scenario: number
  readonly lane: string
}

/** Each within a write. */
export interface StepTurns {
  /** Looks anew who goes first: steps were added. */
  decide(turn: StepTurn): void
  /** The same, where these events are due at another time than before. */
  decideFor(events: readonly number[]): void
  /** The first try of an event is over, or there will be none: it holds up nobody any more. */
  pass(event: number): void
}

export function createTurns({ db }: Pick<Writer, 'db'>): StepTurns {
  const steps = 'simulation = @simulation AND scenario = @scenario AND lane = @lane'
  // Copies of an event are due at the same time and have the same place: they go together.
  const decide = db.prepare<StepTurn>(`UPDATE simulated SET held = (due_at, place) <> (
      SELECT due_at, place FROM simulated WHERE ${steps} ORDER BY state = 'waiting', due_at, place LIMIT 1)
    WHERE ${steps} AND state = 'waiting'`)
  const turns = db.prepare<[string], StepTurn>(`SELECT DISTINCT simulation, scenario, lane FROM simulated
    WHERE scenario IS NOT NULL AND id IN (SELECT value FROM json_each(?))`)
  const turn = db.prepare<[number], StepTurn>(
    'SELECT simulation, scenario, lane FROM simulated WHERE id = ? AND scenario IS NOT NULL',
  )
  const pass = db.prepare<[number]>('UPDATE simulated SET scenario = NULL, held = 0 WHERE id = ?')

  return {
    decide: one => void decide.run(one),
    decideFor(events) {
      for (const one of turns.all(JSON.stringify(events))) decide.run(one)
    },
    pass(event) {
      const of = turn.get(event)
      if (of === undefined) return
      pass.run(event)
      decide.run(of)
    },
  }
}
