/** Whose turn it is: the events of one scenario go out to a recipient one after the other, see the same of SQLite. */
import type { Queries } from '../connection.ts'

/** The steps of one scenario that one recipient gets. */
export interface StepTurn {
  readonly simulation: number
  readonly scenario: number
  readonly lane: string
}

/** Looks anew who goes first: those that are due first; the others are held until the first try of these is over. */
export async function decide(tx: Queries, turns: readonly StepTurn[]): Promise<void> {
  // Copies of an event are due at the same time and have the same place: they go together.
  for (const { simulation, scenario, lane } of turns)
    await tx`
      UPDATE simulated s SET held = CASE WHEN (s.due_at, s.place) = (f.due_at, f.place) THEN 0 ELSE 1 END
      FROM (SELECT due_at, place FROM simulated
        WHERE simulation = ${simulation} AND scenario = ${scenario} AND lane = ${lane}
        ORDER BY state = 'waiting', due_at NULLS FIRST, place LIMIT 1) AS f
      WHERE s.simulation = ${simulation} AND s.scenario = ${scenario} AND s.lane = ${lane} AND s.state = 'waiting'`
}

/** The same, where these events are due at another time than before. */
export async function decideFor(tx: Queries, events: readonly number[]): Promise<void> {
  const turns = await tx<StepTurn[]>`
    SELECT DISTINCT simulation, scenario, lane FROM simulated
    WHERE scenario IS NOT NULL AND id = ANY(${events as number[]}::bigint[])`
  await decide(tx, turns)
}

/** The first tries of these are over, or there will be none: they hold up nobody any more. */
export async function pass(tx: Queries, events: readonly number[]): Promise<void> {
  const turns = await tx<StepTurn[]>`
    SELECT DISTINCT simulation, scenario, lane FROM simulated
    WHERE id = ANY(${events as number[]}::bigint[]) AND scenario IS NOT NULL`
  if (turns.length === 0) return
  await tx`UPDATE simulated SET scenario = NULL, held = 0 WHERE id = ANY(${events as number[]}::bigint[])`
  await decide(tx, turns)
}
