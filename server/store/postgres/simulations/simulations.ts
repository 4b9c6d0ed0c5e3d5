/** Keeps simulations, events on their way, and each attempt. */
import { nothingSaid, type Said, whatItSaid } from '../../../bodies/what-it-said.ts'
import { outcomeColumns } from '../../rows.ts'
import { readFaultKinds, type SimulatedAttemptRow, type SimulatedRow } from '../../simulation-rows.ts'
import type { SimulatedAnswer, SimulationStore, WaitingEvent } from '../../simulations.ts'
import type { Following } from '../changes.ts'
import type { Queries, Sql } from '../connection.ts'
import { storable, storableOrNull } from '../storable.ts'
import type { Changed, Writer } from '../writer.ts'
import { createPreparing, type Preparing } from './preparing.ts'
import { type Counts, count } from './progress.ts'
import { createPruning } from './pruning.ts'
import { decideFor, pass } from './turns.ts'

type Reading = 'list' | 'get' | 'events' | 'pending' | 'attempt'

export type SimulationWrites = Omit<SimulationStore, Reading> & Pick<Preparing, 'completeLeft'>

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

export interface SimulationsOptions {
  readonly sql: Sql
  readonly writer: Writer
  readonly following: Following
  process(): number
}

export function createSimulations({ sql, writer, following, process }: SimulationsOptions): SimulationWrites {
  /** Within a write. @returns the attempt's event; undefined when it was answered before, or is not there */
  async function answered(tx: Queries, id: number, { result, arrival }: SimulatedAnswer, said: Said) {
    const { answer } = result
    const { outcome, status, ms, error, sloppy, proxy } = outcomeColumns(result)
    const [row] = await tx<{ event: number }[]>`
      UPDATE simulated_try SET outcome = ${outcome}, status = ${status}, ms = ${ms}, line = ${storableOrNull(said.line)},
        location = ${storableOrNull(said.location)}, error = ${error}, arrival = ${arrival && JSON.stringify(arrival)},
        sloppy = ${sloppy}, proxy = ${storableOrNull(proxy)}
      WHERE id = ${id} AND outcome = 'pending' RETURNING event`
    if (row && answer)
      await tx`
        UPDATE simulated_try_content SET answer_headers = ${JSON.stringify(answer.headers)}, answer_body = ${answer.body},
          answer_bytes = ${answer.bodyBytes} WHERE id = ${id}`
    return row?.event
  }

  /** After these are due at another time. @returns how many */
  async function moved(
    tx: Queries,
    changed: Changed,
    rows: readonly { readonly id: number; readonly simulation: number }[],
  ) {
    for (const { id, simulation } of rows) {
      changed('simulated', id)
      changed('simulation', simulation)
    }
    await decideFor(
      tx,
      rows.map(({ id }) => id),
    )
    return rows.length
  }

  const idsOf = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id)

  return {
    async lanes() {
      // From lane to lane through the index: DISTINCT would read every event that waits.
      const rows = await sql<{ lane: string }[]>`
        WITH RECURSIVE found (lane) AS (
          SELECT min(lane) FROM simulated WHERE state = 'waiting' AND held = 0
          UNION ALL
          SELECT (SELECT min(s.lane) FROM simulated s WHERE s.state = 'waiting' AND s.held = 0 AND s.lane > found.lane)
          FROM found WHERE found.lane IS NOT NULL)
        SELECT lane FROM found WHERE lane IS NOT NULL`
      return rows.map(({ lane }) => lane)
    },
    async next(lane) {
      const [found] = await sql.unsafe<WaitingRow[]>(
        `SELECT ${waitingColumns} FROM simulated e WHERE e.lane = $1 AND e.state = 'waiting' AND e.held = 0
         ORDER BY e.due_at, e.place LIMIT 1`,
        [lane],
        { prepare: true },
      )
      return found && toWaiting(found)
    },
    async body(id) {
      const [row] = await sql<{ body: Uint8Array }[]>`SELECT body FROM simulated_body WHERE id = ${id}`
      return row?.body ?? new Uint8Array()
    },
    startAttempt: ({ event, number, startedAt, weather, request, body }) =>
      writer.write(async (tx, changed) => {
        // It may have been cancelled meanwhile, or be sent by another process.
        const [waits] = await tx`
          UPDATE simulated SET state = 'sending', tries = ${number}, target = ${storable(request.url)}, process = ${process()}
          WHERE id = ${event} AND state = 'waiting' RETURNING id`
        if (!waits) return null
        const [row] = await tx<{ id: number }[]>`
          INSERT INTO simulated_try (event, number, started_at, weather)
          VALUES (${event}, ${number}, ${Math.round(startedAt)}, ${JSON.stringify(weather)}) RETURNING id`
        const id = row?.id ?? 0
        await tx`
          INSERT INTO simulated_try_content (id, method, url, request_headers, request_body)
          VALUES (${id}, ${storable(request.method)}, ${storable(request.url)}, ${JSON.stringify(request.headers)}, ${body})`
        changed('simulated', event)
        return id
      }),
    answerAttempt: (id, answer, isLetBy = false) => {
      const said = saidOf(answer)
      return writer.write(async (tx, changed) => {
        const event = await answered(tx, id, answer, said)
        if (event === undefined) return
        if (isLetBy) await pass(tx, [event])
        changed('simulated', event)
      })
    },
    endAttempt: (id, { answer, apps, after }) => {
      const said = answer && saidOf(answer)
      return writer.write(async (tx, changed) => {
        const isPending = answer === null || said === null || (await answered(tx, id, answer, said)) !== undefined
        if (!isPending) return
        const [ended] = await tx<{ event: number }[]>`
          UPDATE simulated_try SET apps = ${apps && JSON.stringify(apps)} WHERE id = ${id} RETURNING event`
        if (!ended) return
        const { event } = ended
        const dueAt = after.state === 'waiting' ? after.dueAt : null
        const [settled] = await tx<Pick<SimulatedRow, 'simulation' | 'state'>[]>`
          UPDATE simulated SET process = NULL,
            state = CASE WHEN ${after.state} = 'waiting' AND last = 1 THEN 'cancelled' ELSE ${after.state} END,
            due_at = CASE WHEN last = 1 THEN NULL ELSE ${dueAt}::double precision END
          WHERE id = ${event} AND state = 'sending' AND tries = (SELECT number FROM simulated_try WHERE id = ${id})
          RETURNING simulation, state`
        await pass(tx, [event])
        changed('simulated', event)
        if (!settled || settled.state === 'waiting' || settled.state === 'sending') return
        await count(tx, changed, new Map([[settled.simulation, { [settled.state]: 1 }]]))
      })
    },
    async interrupted() {
      const rows = await sql.unsafe<
        (WaitingRow & Pick<SimulatedAttemptRow, 'started_at' | 'outcome'> & { attempt: number })[]
      >(
        `SELECT ${waitingColumns}, t.id AS attempt, t.started_at, t.outcome
         FROM simulated e JOIN simulated_try t ON t.event = e.id AND t.number = e.tries
         WHERE e.state = 'sending' AND NOT EXISTS (SELECT 1 FROM process p WHERE p.id = e.process) ORDER BY e.id`,
        [],
        { prepare: true },
      )
      return rows.map(({ attempt, started_at: startedAt, outcome, ...event }) => ({
        ...toWaiting(event),
        ...{ attempt, startedAt, isAnswered: outcome !== 'pending' },
      }))
    },
    async unsettled(of) {
      if (of === 'all') {
        const sending = await sql<{ id: number }[]>`SELECT id FROM simulated WHERE state = 'sending'`
        const waiting = await sql<
          { id: number }[]
        >`SELECT id FROM simulated WHERE state = 'waiting' ORDER BY due_at, id`
        return [...idsOf(sending), ...idsOf(waiting)]
      }
      const rows = await sql<{ id: number }[]>`
        SELECT id FROM simulated WHERE simulation = ${of.simulation} AND state IN ('waiting', 'sending')
        ORDER BY due_at NULLS FIRST, place`
      return idsOf(rows)
    },
    hurry: (events, at) =>
      writer.write(async (tx, changed) => {
        const rows = await tx<{ id: number; simulation: number }[]>`
          UPDATE simulated SET due_at = ${at} WHERE state = 'waiting' AND id = ANY(${events as number[]}::bigint[])
          RETURNING id, simulation`
        return moved(tx, changed, rows)
      }),
    advance: (events, ms) =>
      writer.write(async (tx, changed) => {
        const rows = await tx<{ id: number; simulation: number }[]>`
          UPDATE simulated SET due_at = due_at - ${ms}::double precision
          WHERE state = 'waiting' AND id = ANY(${events as number[]}::bigint[]) RETURNING id, simulation`
        return moved(tx, changed, rows)
      }),
    async newestAttemptAt() {
      const [row] = await sql<{ at: number }[]>`SELECT started_at AS at FROM simulated_try ORDER BY id DESC LIMIT 1`
      return row?.at ?? null
    },
    cancel: events =>
      writer.write(async (tx, changed) => {
        const rows = await tx<{ id: number; simulation: number }[]>`
          UPDATE simulated SET state = 'cancelled', due_at = NULL
          WHERE state = 'waiting' AND id = ANY(${events as number[]}::bigint[]) RETURNING id, simulation`
        await pass(tx, idsOf(rows))
        const perSimulation = new Map<number, Required<Pick<Counts, 'cancelled'>>>()
        for (const { id, simulation } of rows) {
          changed('simulated', id)
          changed('simulation', simulation)
          perSimulation.set(simulation, { cancelled: (perSimulation.get(simulation)?.cancelled ?? 0) + 1 })
        }
        const last = await tx`
          UPDATE simulated e SET last = 1 FROM simulation s
          WHERE e.state = 'sending' AND e.last = 0 AND e.id = ANY(${events as number[]}::bigint[])
            AND s.id = e.simulation AND s.asked::json ->> 'retries' = 'schedule' RETURNING e.id`
        await count(tx, changed, perSimulation)
        return rows.length + last.length
      }),
    async unfinished() {
      const [row] = await sql<{ n: number }[]>`
        SELECT coalesce(sum(events - delivered - failed - cancelled), 0) AS n FROM simulation WHERE state <> 'done'`
      return row?.n ?? 0
    },
    onDone: following.onDone,
    onChanged: listener => following.onOthers('simulation', listener),
    ...createPreparing(sql, writer, process),
    prune: createPruning(sql, writer),
  }
}
