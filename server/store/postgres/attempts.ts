/** What was sent to targets, and how it ended. */
import { createHash } from 'node:crypto'
import type { AttemptSummary, SendResult } from '../../../core/deliveries/attempt.ts'
import { changesIn } from '../../../core/deliveries/attempt-changes.ts'
import { isGood } from '../../../core/http/outcome.ts'
import { nothingSaid, type Said, whatItSaid } from '../../bodies/what-it-said.ts'
import type { AttemptStart, AttemptStore } from '../attempts.ts'
import { interruptedRecords, interruptedResult, withoutDelivery } from '../interrupted.ts'
import { type ArrivalRow, type AttemptRow, outcomeColumns, readHeaders, toAttemptSummary } from '../rows.ts'
import type { Queries } from './connection.ts'
import { showAttempts } from './index/shown-attempt.ts'
import { storable, storableOrNull } from './storable.ts'
import type { Changed, Writer } from './writer.ts'

export interface AttemptWrites
  extends Pick<AttemptStore, 'start' | 'startForward' | 'end' | 'addReported' | 'setForwarding'> {
  /** Ends what is pending of processes that are gone, or that nobody sends, and notes it. */
  endLeft(): Promise<void>
}

/** What was pending when hookscope ended. */
const interrupted = interruptedResult('The app may have received it. Replay it to be sure.')
/** What was begun, though this process was told that it could not be: whoever wanted to send it tries again within, milliseconds. */
const unbegunMs = 5000

interface Came extends Pick<ArrivalRow, 'method' | 'headers'> {
  readonly same: boolean
  /** The newest forward beyond the known one; null: there is none. */
  readonly newest: number | null
  /** It has not ended, and is this process's. */
  readonly isOwn: boolean | null
}

interface Ending {
  readonly ms: number | null
  readonly result: SendResult
  readonly said: Said
  /** A laptop has sent it: nobody here waits for it. */
  readonly isReported?: boolean
}

/** What was on its way when a process was taken for gone, and has come to its end, is not offered any more. */
async function offerNoMore(tx: Queries, { target, delivery }: AttemptRow): Promise<void> {
  const notes = await tx<{ name: string; value: string }[]>`
    SELECT name, value FROM unfinished WHERE kind = 'interrupted' ORDER BY name FOR UPDATE`
  for (const { name, value } of notes) {
    const rest = withoutDelivery(value, target, delivery)
    if (rest === null) await tx`DELETE FROM unfinished WHERE kind = 'interrupted' AND name = ${name}`
    else if (rest !== value)
      await tx`UPDATE unfinished SET value = ${rest} WHERE kind = 'interrupted' AND name = ${name}`
  }
}

/** When it was received, so that one day is looked at; 0 where it is not kept. Who indexes it meanwhile is waited for, or waits. */
async function receivedAtOf(tx: Queries, delivery: number): Promise<number> {
  const [waiting] = await tx<{ at: number }[]>`
    SELECT received_at AS at FROM unindexed WHERE id = ${delivery} FOR SHARE`
  if (waiting) return waiting.at
  const [listed] = await tx<{ at: number }[]>`SELECT received_at AS at FROM delivery WHERE id = ${delivery}`
  return listed?.at ?? 0
}

export function createAttempts(writer: Writer, process: () => number): AttemptWrites {
  let forwarding: readonly string[] = []
  /** Begun here and not ended: what else is this process's was kept by a commit whose answer the server's end cut off. */
  const begun = new Set<number>()

  async function show(
    tx: Queries,
    changed: Changed,
    { id, delivery }: AttemptRow,
    bytes: number,
    event?: 'ended' | 'corrected',
  ) {
    changed('attempt', id, event)
    const shown = await showAttempts(tx, [delivery])
    if (shown.length === 0) return
    changed('delivery', delivery)
    if (bytes > 0) await tx`UPDATE delivery SET kept = kept + ${bytes} WHERE id = ${delivery}`
  }

  async function end(
    tx: Queries,
    changed: Changed,
    id: number,
    { ms, result, said, isReported = false }: Ending,
  ): Promise<AttemptRow | undefined> {
    const { answer, timing } = result
    const { outcome, status, error, sloppy, proxy } = outcomeColumns(result)
    const endWhere = (which: ReturnType<Queries>) => tx<AttemptRow[]>`
      UPDATE attempt SET outcome = ${outcome}, status = ${status}, ms = ${ms}, line = ${storableOrNull(said.line)},
        location = ${storableOrNull(said.location)}, error = ${error}, sloppy = ${sloppy},
        proxy = ${storableOrNull(proxy)}
      WHERE id = ${id} AND ${which} RETURNING *`
    const [first] = await endWhere(tx`outcome = 'pending'`)
    // Whoever sends it knows better than one who took it for gone.
    const [again] =
      first !== undefined || result === interrupted
        ? []
        : await endWhere(tx`process = ${process()} AND error::json ->> 'code' = 'interrupted'`)
    const row = first ?? again
    if (!row) return undefined
    if (again) await offerNoMore(tx, again)
    const headers = answer && JSON.stringify(answer.headers)
    await tx`
      UPDATE attempt_content SET answer_headers = ${headers}, answer_body = ${answer?.body ?? null},
        answer_bytes = ${answer?.bodyBytes ?? null}, timing = ${JSON.stringify(timing)} WHERE id = ${id}`
    if (row.laptop === null && isGood(row) && row.changes === '[]' && forwarding.includes(row.target)) {
      const former = await tx<{ id: number }[]>`
        UPDATE attempt SET former = 1 WHERE delivery = ${row.delivery} AND former = 0 AND outcome <> 'pending'
          AND (outcome <> 'answered' OR status NOT BETWEEN 200 AND 299)
          AND laptop IS NULL AND target <> ALL(${forwarding as string[]}::text[]) RETURNING id`
      for (const one of former) changed('attempt', one.id)
    }
    const event = isReported ? undefined : again ? 'corrected' : 'ended'
    await show(tx, changed, row, answer ? answer.body.length + (headers?.length ?? 0) : 0, event)
    return row
  }

  /** What is forwarded goes out as it came. */
  function changesOf({ source, request }: AttemptStart, came: Came | undefined) {
    if (source === 'forward' || came === undefined) return []
    return changesIn({ method: came.method, headers: readHeaders(came.headers) }, request, came.same)
  }

  /** @param known of a forward: see `startForward`; null: whatever there is */
  async function begin(start: AttemptStart, known: number | null): Promise<number | null> {
    let begins: number | null = null
    try {
      return await writer.write(async (tx, changed) => {
        begins = await beginIn(tx, changed, start, known)
        if (begins !== null) begun.add(begins)
        return begins
      })
    } catch (error) {
      if (begins !== null) begun.delete(begins)
      throw error
    }
  }

  async function beginIn(tx: Queries, changed: Changed, start: AttemptStart, known: number | null) {
    const { delivery, source, target, startedAt, request } = start
    const digest = createHash('sha256').update(request.body).digest()
    const receivedAt = await receivedAtOf(tx, delivery)
    // So does another process that is about to send it.
    if (known !== null) await tx`SELECT 1 FROM delivery WHERE id = ${delivery} FOR NO KEY UPDATE`
    const [came] = await tx<Came[]>`
      SELECT method, headers, sha256(body) = ${digest} AS same, t.id AS newest,
        t.outcome = 'pending' AND t.process = ${process()} AS "isOwn"
      FROM arrival a LEFT JOIN LATERAL (
        SELECT t.id, t.outcome, t.process FROM attempt t
        WHERE t.delivery = a.id AND t.source = 'forward' AND t.target = ${storable(target)} AND t.laptop IS NULL
          AND t.id > ${known ?? Number.MAX_SAFE_INTEGER}::bigint ORDER BY t.id DESC LIMIT 1) t ON true
      WHERE a.id = ${delivery} AND a.received_at = ${receivedAt}`
    if (came && came.newest !== null) return came.isOwn && !begun.has(came.newest) ? came.newest : null
    const body = came?.same ? null : request.body
    const changes = JSON.stringify(changesOf(start, came))
    const isOwn = source === 'forward' || forwarding.includes(target)
    const [row] = await tx<AttemptRow[]>`
      INSERT INTO attempt (delivery, source, target, started_at, outcome, changes, own, process)
      SELECT ${delivery}::bigint, ${source}, ${storable(target)}, ${Math.round(startedAt)}::bigint, 'pending', ${changes},
        CASE WHEN ${changes} = '[]' AND (${isOwn} OR EXISTS (SELECT 1 FROM attempt t
          WHERE t.delivery = ${delivery} AND t.target = ${storable(target)} AND t.own = 1)) THEN 1 ELSE 0 END,
        ${process()}
      RETURNING *`
    if (!row) throw new Error('An attempt was not kept')
    const headers = JSON.stringify(request.headers)
    await tx`
      INSERT INTO attempt_content (id, method, url, request_headers, request_body)
      VALUES (${row.id}, ${storable(request.method)}, ${storable(request.url)}, ${headers}, ${body})`
    await show(tx, changed, row, headers.length + (body?.length ?? 0))
    return row.id
  }

  return {
    async start(start) {
      const id = await begin(start, null)
      if (id === null) throw new Error('An attempt was not begun')
      return id
    },
    startForward: begin,
    async end(id, result) {
      const said = result.answer === null ? nothingSaid : whatItSaid(result.answer)
      await writer.write((tx, changed) => end(tx, changed, id, { ms: result.timing.totalMs, result, said }))
      begun.delete(id)
    },
    addReported({ delivery, source, target, startedAt, request, laptop, report, changes, result }) {
      const said = result.answer === null ? nothingSaid : whatItSaid(result.answer)
      const digest = createHash('sha256').update(request.body).digest()
      const [name, what] = [JSON.stringify(laptop), JSON.stringify(changes)].map(storable)
      return writer.write(async (tx, changed) => {
        const receivedAt = await receivedAtOf(tx, delivery)
        const [came] = await tx<{ same: boolean }[]>`
          SELECT sha256(body) = ${digest} AS same FROM arrival WHERE id = ${delivery} AND received_at = ${receivedAt}`
        if (came === undefined) return false
        const [row] = await tx<{ id: number }[]>`
          INSERT INTO attempt (delivery, source, target, started_at, outcome, changes, own, process, laptop, report)
          VALUES (${delivery}::bigint, ${source}, ${storable(target)}, ${Math.round(startedAt)}::bigint, 'pending',
            ${what ?? '[]'}, 0, ${process()}, ${name ?? null}, ${storable(report)})
          ON CONFLICT (report) WHERE report IS NOT NULL DO NOTHING RETURNING id`
        if (row === undefined) return false
        const headers = JSON.stringify(request.headers)
        await tx`
          INSERT INTO attempt_content (id, method, url, request_headers, request_body)
          VALUES (${row.id}, ${storable(request.method)}, ${storable(request.url)}, ${headers},
            ${came.same ? null : request.body})`
        await end(tx, changed, row.id, { ms: result.timing.totalMs, result, said, isReported: true })
        return true
      })
    },
    async setForwarding(targets) {
      forwarding = targets
    },
    endLeft: () =>
      writer.write(async (tx, changed) => {
        const left = await tx<{ id: number }[]>`
          SELECT a.id FROM attempt a WHERE a.outcome = 'pending'
            AND (NOT EXISTS (SELECT 1 FROM process p WHERE p.id = a.process)
              OR (a.process = ${process()} AND a.started_at < ${Date.now() - unbegunMs}
                AND a.id <> ALL(${[...begun]}::bigint[])))
          ORDER BY a.id FOR UPDATE SKIP LOCKED`
        if (left.length === 0) return
        const ended: AttemptSummary[] = []
        for (const { id } of left) {
          const row = await end(tx, changed, id, { ms: null, result: interrupted, said: nothingSaid })
          if (row) ended.push(toAttemptSummary(row))
        }
        const [newest] = await tx<{ id: number }[]>`SELECT max(id) AS id FROM attempt`
        for (const [name, value] of interruptedRecords(ended, newest?.id ?? 0))
          await tx`INSERT INTO unfinished (kind, name, value) VALUES ('interrupted', ${name}, ${value})`
      }),
  }
}
