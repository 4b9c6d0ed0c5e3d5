/** Keeps simulations, events on their way, and each attempt in SQLite. */
import { nothingSaid, type Said, whatItSaid } from '../../../bodies/what-it-said.ts'
import type { Health } from '../../health.ts'
import { outcomeColumns } from '../../rows.ts'
import { readFaultKinds, type SimulatedAttemptRow, type SimulatedRow } from '../../simulation-rows.ts'
import type { SimulatedAnswer, SimulationStore, WaitingEvent } from '../../simulations.ts'
import type { Reader } from '../read/reader.ts'
import type { Writer } from '../writer.ts'
import { createSimulationLookups } from './lookups.ts'
import { createPreparing } from './preparing.ts'
import { createProgress } from './progress.ts'
import { createSimulationPruning } from './pruning.ts'
import { createTurns } from './turns.ts'

const waitingColumns = 'e.id, e.simulation, e.ordinal, e.hook, e.target, e.body, e.weather, e.due_at, e.tries'
type WaitingRow = Pick<
  SimulatedRow,
  'id' | 'simulation' | 'ordinal' | 'hook' | 'target' | 'body' | 'weather' | 'due_at' | 'tries'
>

function toWaiting({ due_at: dueAt, weather, ...row }: WaitingRow): WaitingEvent {
  return { ...row, dueAt: dueAt ?? 0, weather: readFaultKinds(weather) }
}

/** Read before the write begins: a page of an error may be long. */
const saidOf = ({ result: { answer } }: SimulatedAnswer): Said => (answer === null ? nothingSaid : whatItSaid(answer))

export function createSimulations(writer: Writer, reader: Reader, health: Pick<Health, 'survive'>): SimulationStore {
  const { db } = writer
  const progress = createProgress(writer)
  const { counted, write } = progress
  const turns = createTurns(writer)
  // From lane to lane through the index: DISTINCT would read every event that waits.
  const lanes = db
    .prepare<[], string>(
      `WITH RECURSIVE found (lane) AS (
         SELECT min(lane) FROM simulated WHERE state = 'waiting' AND held = 0
         UNION ALL
         SELECT (SELECT min(lane) FROM simulated WHERE state = 'waiting' AND held = 0 AND lane > found.lane)
         FROM found WHERE found.lane IS NOT NULL)
       SELECT lane FROM found WHERE lane IS NOT NULL`,
    )
    .pluck()
  const next = db.prepare<[string], WaitingRow>(`SELECT ${waitingColumns} FROM simulated e
    WHERE e.lane = ? AND e.state = 'waiting' AND e.held = 0 ORDER BY e.due_at, e.place LIMIT 1`)
  const body = db.prepare<[number], Uint8Array>('SELECT body FROM simulated_body WHERE id = ?').pluck()
  const send = db.prepare(`UPDATE simulated SET state = 'sending', tries = @number, target = @url
    WHERE id = @event AND state = 'waiting'`)
  const startAttempt = db.prepare('INSERT INTO simulated_try (event, number, started_at, weather) VALUES (?, ?, ?, ?)')
  const startContent = db.prepare(
    'INSERT INTO simulated_try_content (id, method, url, request_headers, request_body) VALUES (?, ?, ?, ?, ?)',
  )
  const answerAttempt = db
    .prepare<Partial<SimulatedAttemptRow>, number>(
      `UPDATE simulated_try SET outcome = @outcome, status = @status, ms = @ms, line = @line, location = @location,
       error = @error, arrival = @arrival, sloppy = @sloppy, proxy = @proxy WHERE id = @id AND outcome = 'pending' RETURNING event`,
    )
    .pluck()
  const endAttempt = db
    .prepare<[string | null, number], number>('UPDATE simulated_try SET apps = ? WHERE id = ? RETURNING event')
    .pluck()
  const endContent = db.prepare(
    'UPDATE simulated_try_content SET answer_headers = ?, answer_body = ?, answer_bytes = ? WHERE id = ?',
  )
  const settle = db.prepare<
    { event: number; state: string; dueAt: number | null },
    Pick<SimulatedRow, 'simulation' | 'state'>
  >(`UPDATE simulated SET state = iif(@state = 'waiting' AND last = 1, 'cancelled', @state),
      due_at = iif(last = 1, NULL, @dueAt) WHERE id = @event AND state = 'sending' RETURNING simulation, state`)
  const interrupted = db.prepare<
    [],
    WaitingRow & Pick<SimulatedAttemptRow, 'started_at' | 'outcome'> & { attempt: number }
  >(
    `SELECT ${waitingColumns}, t.id AS attempt, t.started_at, t.outcome
      FROM simulated e JOIN simulated_try t ON t.event = e.id AND t.number = e.tries WHERE e.state = 'sending'`,
  )
  const unfinished = db
    .prepare<[], number>(`SELECT coalesce(sum(events - delivered - failed - cancelled), 0) FROM simulation
      WHERE state <> 'done'`)
    .pluck()
  const open = {
    all: db.prepare<[], number>(`SELECT id FROM simulated WHERE state = 'waiting' ORDER BY due_at, id`).pluck(),
    sending: db.prepare<[], number>(`SELECT id FROM simulated WHERE state = 'sending'`).pluck(),
    simulation: db
      .prepare<[number], number>(`SELECT id FROM simulated WHERE simulation = ? AND state IN ('waiting', 'sending')
        ORDER BY due_at, place`)
      .pluck(),
  }
  const hurry = db
    .prepare<[number, string], number>(
      `UPDATE simulated SET due_at = ? WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?)) RETURNING id`,
    )
    .pluck()
  const advance = db
    .prepare<[number, string], number>(
      `UPDATE simulated SET due_at = due_at - ? WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?)) RETURNING id`,
    )
    .pluck()
  const newestAttemptAt = db
    .prepare<[], number>('SELECT started_at FROM simulated_try ORDER BY id DESC LIMIT 1')
    .pluck()
  const cancel = db.prepare<[string], { id: number; simulation: number }>(
    `UPDATE simulated SET state = 'cancelled', due_at = NULL
     WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?)) RETURNING id, simulation`,
  )
  const letLast = db.prepare<[string]>(`UPDATE simulated SET last = 1
    WHERE state = 'sending' AND last = 0 AND id IN (SELECT value FROM json_each(?))
    AND (SELECT asked ->> 'retries' FROM simulation WHERE id = simulated.simulation) = 'schedule'`)

  /** Within a write. @returns the attempt's event; undefined when it was answered before, or is not there */
  function answered(id: number, { result, arrival }: SimulatedAnswer, said: Said): number | undefined {
    const { answer } = result
    const columns = { ...outcomeColumns(result), ...said, arrival: arrival && JSON.stringify(arrival) }
    const event = answerAttempt.get({ id, ...columns })
    if (event !== undefined && answer) endContent.run(JSON.stringify(answer.headers), answer.body, answer.bodyBytes, id)
    return event
  }

  /** @returns how many */
  function changed(change: typeof hurry, value: number, events: readonly number[]): number {
    return writer.write(() => {
      const ids = change.all(value, JSON.stringify(events))
      for (const id of ids) writer.changed('simulated', id)
      turns.decideFor(ids)
      return ids.length
    })
  }

  return {
    lanes: async () => lanes.all(),
    async next(lane) {
      const found = next.get(lane)
      return found && toWaiting(found)
    },
    body: async id => body.get(id) ?? new Uint8Array(),
    async startAttempt({ event, number, startedAt, weather, request, body: bytes }) {
      return writer.write(() => {
        if (send.run({ event, number, url: request.url }).changes === 0) return null
        const { lastInsertRowid } = startAttempt.run(event, number, Math.round(startedAt), JSON.stringify(weather))
        startContent.run(lastInsertRowid, request.method, request.url, JSON.stringify(request.headers), bytes)
        writer.changed('simulated', event)
        return Number(lastInsertRowid)
      })
    },
    async answerAttempt(id, answer, isLetBy = false) {
      const said = saidOf(answer)
      writer.write(() => {
        const event = answered(id, answer, said)
        if (event === undefined) return
        if (isLetBy) turns.pass(event)
        writer.changed('simulated', event)
      })
    },
    async endAttempt(id, { answer, apps, after }) {
      const said = answer && saidOf(answer)
      write(() => {
        const isPending = answer === null || said === null || answered(id, answer, said) !== undefined
        const event = isPending ? endAttempt.get(apps && JSON.stringify(apps), id) : undefined
        if (event === undefined) return { result: undefined, finished: [] }
        const settled = settle.get({
          event,
          state: after.state,
          dueAt: after.state === 'waiting' ? after.dueAt : null,
        })
        turns.pass(event)
        writer.changed('simulated', event)
        const { simulation, state } = settled ?? { simulation: 0, state: 'waiting' }
        if (state === 'waiting' || state === 'sending') return { result: undefined, finished: [] }
        return { result: undefined, finished: counted(new Map([[simulation, { [state]: 1 }]])) }
      })
    },
    interrupted: async () =>
      interrupted.all().map(({ attempt: id, started_at: startedAt, outcome, ...event }) => ({
        ...toWaiting(event),
        attempt: id,
        startedAt,
        isAnswered: outcome !== 'pending',
      })),
    unsettled: async of =>
      of === 'all' ? [...open.sending.all(), ...open.all.all()] : open.simulation.all(of.simulation),
    hurry: async (events, at) => changed(hurry, at, events),
    advance: async (events, ms) => changed(advance, ms, events),
    newestAttemptAt: async () => newestAttemptAt.get() ?? null,
    async cancel(events) {
      const chosen = JSON.stringify(events)
      return write(() => {
        const rows = cancel.all(chosen)
        const perSimulation = new Map<number, { cancelled: number }>()
        for (const { id, simulation } of rows) {
          turns.pass(id)
          writer.changed('simulated', id)
          perSimulation.set(simulation, { cancelled: (perSimulation.get(simulation)?.cancelled ?? 0) + 1 })
        }
        const result = rows.length + letLast.run(chosen).changes
        return { result, finished: counted(perSimulation) }
      })
    },
    unfinished: async () => unfinished.get() ?? 0,
    onDone: progress.onDone,
    // One process owns the file.
    onChanged: () => () => {},
    ...createPreparing(writer, progress, turns, health),
    prune: createSimulationPruning(writer),
    ...createSimulationLookups(reader),
  }
}
