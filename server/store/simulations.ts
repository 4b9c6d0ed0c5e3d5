/** Keeps simulations, events on their way, and each try in SQLite. */
import type { AskedSimulation } from '../../core/simulation.ts'
import { createListeners } from './listeners.ts'
import type { Reader } from './reader.ts'
import { createSimulationLookups } from './simulation-lookups.ts'
import { createSimulationPruning } from './simulation-pruning.ts'
import { readWeather, type SimulatedRow, type SimulationRow, type TryRow } from './simulation-rows.ts'
import type { SimulationStore, TargetSecrets, TryAnswer, WaitingEvent } from './simulation-store.ts'
import { nothingSaid, type Said, whatItSaid } from './what-it-said.ts'
import type { Writer } from './writer.ts'

const waitingColumns = 'e.id, e.simulation, e.ordinal, e.hook, e.target, e.body, e.weather, e.due_at, e.tries'
type WaitingRow = Pick<
  SimulatedRow,
  'id' | 'simulation' | 'ordinal' | 'hook' | 'target' | 'body' | 'weather' | 'due_at' | 'tries'
>

function toWaiting({ due_at: dueAt, weather, ...row }: WaitingRow): WaitingEvent {
  return { ...row, dueAt: dueAt ?? 0, weather: readWeather(weather) }
}

/** Read before the write begins: a page of an error may be long. */
const saidOf = ({ result: { answer } }: TryAnswer): Said => (answer === null ? nothingSaid : whatItSaid(answer))

type Counter = 'delivered' | 'failed' | 'cancelled'

export function createSimulations(writer: Writer, reader: Reader): SimulationStore {
  const { db } = writer
  const done = createListeners<number>()
  const begin = db.prepare('INSERT INTO simulation (started_at, title, asked, secrets) VALUES (?, ?, ?, ?)')
  const addBody = db.prepare('INSERT INTO simulated_body (simulation, body) VALUES (?, ?)')
  const addEvent = db.prepare(`INSERT INTO simulated
    (simulation, ordinal, lane, hook, target, body, event_id, event_type, summary, created_at, weather, due_at, place)
    VALUES (@simulation, @ordinal, @lane, @hook, @target, @body, @eventId, @eventType, @summary, @createdAt, @weather,
      @dueAt, @place)`)
  const createdAt = db.prepare<[number], number>('SELECT started_at FROM simulation WHERE id = ?').pluck()
  const grow = db.prepare('UPDATE simulation SET events = events + ? WHERE id = ?')
  const complete = db.prepare(`UPDATE simulation SET state = 'running', unsubscribed = ? WHERE id = ?`)
  const row = db.prepare<[number], SimulationRow>('SELECT * FROM simulation WHERE id = ?')
  // From lane to lane through the index: DISTINCT would read every event that waits.
  const lanes = db
    .prepare<[], string>(
      `WITH RECURSIVE found (lane) AS (
         SELECT min(lane) FROM simulated WHERE state = 'waiting'
         UNION ALL
         SELECT (SELECT min(lane) FROM simulated WHERE state = 'waiting' AND lane > found.lane)
         FROM found WHERE found.lane IS NOT NULL)
       SELECT lane FROM found WHERE lane IS NOT NULL`,
    )
    .pluck()
  const next = db.prepare<[string], WaitingRow>(`SELECT ${waitingColumns} FROM simulated e
    WHERE e.lane = ? AND e.state = 'waiting' ORDER BY e.due_at, e.place LIMIT 1`)
  const body = db.prepare<[number], Uint8Array>('SELECT body FROM simulated_body WHERE id = ?').pluck()
  const send = db.prepare(`UPDATE simulated SET state = 'sending', tries = @number, target = @url WHERE id = @event`)
  const startTry = db.prepare('INSERT INTO simulated_try (event, number, started_at, weather) VALUES (?, ?, ?, ?)')
  const startContent = db.prepare(
    'INSERT INTO simulated_try_content (id, method, url, request_headers, request_body) VALUES (?, ?, ?, ?, ?)',
  )
  const answerTry = db
    .prepare<Partial<TryRow>, number>(
      `UPDATE simulated_try SET outcome = @outcome, status = @status, ms = @ms, line = @line, location = @location,
       error = @error, arrival = @arrival WHERE id = @id AND outcome = 'pending' RETURNING event`,
    )
    .pluck()
  const endTry = db
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
  const interrupted = db.prepare<[], WaitingRow & Pick<TryRow, 'started_at' | 'outcome'> & { try: number }>(
    `SELECT ${waitingColumns}, t.id AS try, t.started_at, t.outcome
      FROM simulated e JOIN simulated_try t ON t.event = e.id AND t.number = e.tries WHERE e.state = 'sending'`,
  )
  const cut = db.prepare<[], number>(`SELECT id FROM simulation WHERE state = 'preparing'`).pluck()
  const unfinished = db
    .prepare<[], number>(`SELECT coalesce(sum(events - delivered - failed - cancelled), 0) FROM simulation
      WHERE state <> 'done'`)
    .pluck()
  const count: Readonly<Record<Counter, ReturnType<typeof db.prepare<[number, number]>>>> = {
    delivered: db.prepare('UPDATE simulation SET delivered = delivered + ? WHERE id = ?'),
    failed: db.prepare('UPDATE simulation SET failed = failed + ? WHERE id = ?'),
    cancelled: db.prepare('UPDATE simulation SET cancelled = cancelled + ? WHERE id = ?'),
  }
  const finish = db.prepare(`UPDATE simulation SET state = 'done', secrets = NULL
    WHERE id = ? AND state = 'running' AND events = delivered + failed + cancelled`)

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
  const cancel = db.prepare<[string], { id: number; simulation: number }>(
    `UPDATE simulated SET state = 'cancelled', due_at = NULL
     WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?)) RETURNING id, simulation`,
  )
  const letLast = db.prepare<[string]>(`UPDATE simulated SET last = 1
    WHERE state = 'sending' AND last = 0 AND id IN (SELECT value FROM json_each(?))
    AND (SELECT asked ->> 'retries' FROM simulation WHERE id = simulated.simulation) = 'schedule'`)

  /** @returns the simulations of which nothing is left to do */
  function counted(changes: ReadonlyMap<number, Partial<Record<Counter, number>>>): number[] {
    return [...changes].flatMap(([simulation, counters]) => {
      for (const counter of ['delivered', 'failed', 'cancelled'] as const)
        if (counters[counter]) count[counter].run(counters[counter], simulation)
      return finish.run(simulation).changes > 0 ? [simulation] : []
    })
  }

  /** Within a write. @returns the try's event; undefined when it was answered before, or is not there */
  function answered(id: number, { result, arrival }: TryAnswer, said: Said): number | undefined {
    const { outcome, answer, timing } = result
    const event = answerTry.get({
      id,
      outcome,
      status: answer?.status ?? null,
      ms: timing.totalMs,
      ...said,
      error: result.error && JSON.stringify(result.error),
      arrival: arrival && JSON.stringify(arrival),
    })
    if (event !== undefined && answer) endContent.run(JSON.stringify(answer.headers), answer.body, answer.bodyBytes, id)
    return event
  }

  /** Runs a write that may finish simulations, and tells of those. */
  function write<Result>(work: () => { readonly result: Result; readonly finished: readonly number[] }): Result {
    const { result, finished } = writer.write(work)
    for (const simulation of finished) done.call(simulation)
    return result
  }

  // A start that a crash broke off was never acknowledged; what it had prepared is sent all the same.
  const left = cut.all()
  if (left.length > 0)
    writer.write(() => {
      for (const simulation of left) {
        complete.run('[]', simulation)
        finish.run(simulation)
      }
    })

  return {
    begin({ startedAt, title, asked, secrets }) {
      const kept = secrets && JSON.stringify(secrets)
      return writer.write(() =>
        Number(begin.run(Math.round(startedAt), title, JSON.stringify(asked), kept).lastInsertRowid),
      )
    },
    add(simulation, bodies) {
      writer.write(() => {
        const created = createdAt.get(simulation)
        let added = 0
        for (const { body: bytes, recipients, eventId, eventType, summary } of bodies) {
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
            })
            writer.changed('simulated', Number(lastInsertRowid))
            added++
          }
        }
        grow.run(added, simulation)
      })
    },
    complete(simulation, unsubscribed) {
      write(() => {
        complete.run(JSON.stringify(unsubscribed), simulation)
        return { result: undefined, finished: finish.run(simulation).changes > 0 ? [simulation] : [] }
      })
    },
    rules(simulation) {
      const found = row.get(simulation)
      if (!found) return undefined
      const { retries, clock, weather, seed }: AskedSimulation = JSON.parse(found.asked)
      const secrets: TargetSecrets | null = found.secrets === null ? null : JSON.parse(found.secrets)
      return { retries, clock, weather, seed, secrets }
    },
    lanes: () => lanes.all(),
    next(lane) {
      const found = next.get(lane)
      return found && toWaiting(found)
    },
    body: id => body.get(id) ?? new Uint8Array(),
    startTry({ event, number, startedAt, weather, request, body: bytes }) {
      return writer.write(() => {
        send.run({ event, number, url: request.url })
        const { lastInsertRowid } = startTry.run(event, number, Math.round(startedAt), JSON.stringify(weather))
        startContent.run(lastInsertRowid, request.method, request.url, JSON.stringify(request.headers), bytes)
        writer.changed('simulated', event)
        return Number(lastInsertRowid)
      })
    },
    answerTry(id, answer) {
      const said = saidOf(answer)
      writer.write(() => {
        const event = answered(id, answer, said)
        if (event !== undefined) writer.changed('simulated', event)
      })
    },
    endTry(id, { answer, apps, after }) {
      const said = answer && saidOf(answer)
      write(() => {
        const isPending = answer === null || said === null || answered(id, answer, said) !== undefined
        const event = isPending ? endTry.get(apps && JSON.stringify(apps), id) : undefined
        if (event === undefined) return { result: undefined, finished: [] }
        const settled = settle.get({
          event,
          state: after.state,
          dueAt: after.state === 'waiting' ? after.dueAt : null,
        })
        writer.changed('simulated', event)
        const { simulation, state } = settled ?? { simulation: 0, state: 'waiting' }
        if (state === 'waiting' || state === 'sending') return { result: undefined, finished: [] }
        return { result: undefined, finished: counted(new Map([[simulation, { [state]: 1 }]])) }
      })
    },
    interrupted: () =>
      interrupted.all().map(({ try: id, started_at: startedAt, outcome, ...event }) => ({
        ...toWaiting(event),
        try: id,
        startedAt,
        isAnswered: outcome !== 'pending',
      })),
    unsettled: of => (of === 'all' ? [...open.sending.all(), ...open.all.all()] : open.simulation.all(of.simulation)),
    hurry(events, at) {
      return writer.write(() => {
        const ids = hurry.all(at, JSON.stringify(events))
        for (const id of ids) writer.changed('simulated', id)
        return ids.length
      })
    },
    cancel(events) {
      const chosen = JSON.stringify(events)
      return write(() => {
        const rows = cancel.all(chosen)
        const perSimulation = new Map<number, { cancelled: number }>()
        for (const { id, simulation } of rows) {
          writer.changed('simulated', id)
          perSimulation.set(simulation, { cancelled: (perSimulation.get(simulation)?.cancelled ?? 0) + 1 })
        }
        const result = rows.length + letLast.run(chosen).changes
        return { result, finished: counted(perSimulation) }
      })
    },
    unfinished: () => unfinished.get() ?? 0,
    isDone: simulation => (row.get(simulation)?.state ?? 'done') === 'done',
    onDone: listener => done.add(listener),
    prune: createSimulationPruning(writer),
    ...createSimulationLookups(reader),
  }
}
