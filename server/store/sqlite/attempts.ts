/** What was sent to targets, and how it ended. */
import type { AttemptSummary, SendResult } from '../../../core/deliveries/attempt.ts'
import { changesIn } from '../../../core/deliveries/attempt-changes.ts'
import { isGood } from '../../../core/http/outcome.ts'
import { nothingSaid, type Said, whatItSaid } from '../../bodies/what-it-said.ts'
import { createListeners } from '../../lib/listeners.ts'
import type { AttemptStart, AttemptStore } from '../attempts.ts'
import type { Health } from '../health.ts'
import { interruptedRecords, interruptedResult } from '../interrupted.ts'
import {
  type ArrivalRow,
  type AttemptContentRow,
  type AttemptRow,
  outcomeColumns,
  readHeaders,
  toAttempt,
  toAttemptSummary,
} from '../rows.ts'
import { shownAttempt } from './index/shown-attempt.ts'
import type { Reader } from './read/reader.ts'
import { attemptSelect } from './select.ts'
import type { Writer } from './writer.ts'

/** What was pending when hookscope ended. */
const interrupted = interruptedResult('The app may have received it. Replay it to be sure.')

/** Ends what a crash left pending, and keeps attempts from then on. */
export function openAttempts(writer: Writer, reader: Reader, health: Pick<Health, 'survive'>): AttemptStore {
  const { db } = writer
  const ended = createListeners<AttemptSummary>()
  const summary = db.prepare<[number], AttemptRow>('SELECT * FROM attempt WHERE id = ?')
  const isOwnBody = db.prepare<[number, Uint8Array], number>('SELECT 1 FROM arrival WHERE id = ? AND body = ?').pluck()
  const came = db.prepare<[number], Pick<ArrivalRow, 'method' | 'headers'>>(
    'SELECT method, headers FROM arrival WHERE id = ?',
  )
  const add = db.prepare<Pick<AttemptRow, 'delivery' | 'source' | 'target' | 'started_at' | 'changes' | 'own'>>(
    `INSERT INTO attempt (delivery, source, target, started_at, outcome, changes, own)
     VALUES (@delivery, @source, @target, @started_at, 'pending', @changes, @changes = '[]' AND (@own = 1 OR EXISTS (
       SELECT 1 FROM attempt t WHERE t.delivery = @delivery AND t.target = @target AND t.own = 1)))`,
  )
  const addContent = db.prepare(
    'INSERT INTO attempt_content (id, method, url, request_headers, request_body) VALUES (?, ?, ?, ?, ?)',
  )
  const finish = db.prepare<Partial<AttemptRow>, AttemptRow>(
    `UPDATE attempt SET outcome = @outcome, status = @status, ms = @ms, line = @line, location = @location, error = @error,
    sloppy = @sloppy, proxy = @proxy
    WHERE id = @id AND outcome = 'pending' RETURNING *`,
  )
  const finishContent = db.prepare(
    'UPDATE attempt_content SET answer_headers = ?, answer_body = ?, answer_bytes = ?, timing = ? WHERE id = ?',
  )
  const showOnDelivery =
    db.prepare(`UPDATE delivery SET (last_attempt, last_outcome, last_status) = (${shownAttempt('@delivery')}),
    kept = kept + @bytes WHERE id = @delivery`)
  const setFormer = db
    .prepare<[number, string], number>(
      `UPDATE attempt SET former = 1 WHERE delivery = ? AND former = 0 AND outcome <> 'pending'
       AND (outcome <> 'answered' OR status NOT BETWEEN 200 AND 299)
       AND laptop IS NULL AND target NOT IN (SELECT value FROM json_each(?)) RETURNING id`,
    )
    .pluck()
  let forwarding: readonly string[] = []
  const newest = db.prepare<[], number | null>('SELECT max(id) FROM attempt').pluck()
  const note = db.prepare<[string, string]>(`INSERT INTO unfinished (kind, name, value) VALUES ('interrupted', ?, ?)`)
  const pending = db.prepare<[], number>(`SELECT id FROM attempt WHERE outcome = 'pending'`).pluck()

  const isKept = db.prepare<[number], number>('SELECT 1 FROM arrival WHERE id = ?').pluck()
  const addReport = db
    .prepare<[number, string, string, number, string, string, string], number>(
      `INSERT INTO attempt (delivery, source, target, started_at, outcome, changes, own, laptop, report)
       VALUES (?, ?, ?, ?, 'pending', ?, 0, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
    )
    .pluck()

  function show({ id, delivery }: AttemptRow, bytes: number): void {
    writer.changed('attempt', id)
    if (showOnDelivery.run({ delivery, bytes }).changes > 0) writer.changed('delivery', delivery)
  }

  function end(id: number, ms: number | null, result: SendResult, said: Said): AttemptRow | undefined {
    const { answer, timing } = result
    const row = finish.get({ ...outcomeColumns(result), id, ms, ...said })
    if (!row) return undefined
    const headers = answer && JSON.stringify(answer.headers)
    finishContent.run(headers, answer?.body ?? null, answer?.bodyBytes ?? null, JSON.stringify(timing), id)
    if (row.laptop === null && isGood(row) && row.changes === '[]' && forwarding.includes(row.target))
      for (const former of setFormer.all(row.delivery, JSON.stringify(forwarding))) writer.changed('attempt', former)
    show(row, answer ? answer.body.length + (headers?.length ?? 0) : 0)
    return row
  }

  /** What is forwarded goes out as it came. */
  function changesOf(
    { delivery, source, request }: Pick<AttemptStart, 'delivery' | 'source' | 'request'>,
    same: boolean,
  ) {
    const logged = source === 'forward' ? undefined : came.get(delivery)
    if (logged === undefined) return []
    return changesIn({ method: logged.method, headers: readHeaders(logged.headers) }, request, same)
  }

  /** In one write with the note of it: whoever is killed over and over leaves nothing out. */
  function endLeft(): void {
    const ids = pending.all()
    if (ids.length === 0) return
    writer.write(() => {
      const ended = ids.flatMap(id => end(id, null, interrupted, nothingSaid) ?? []).map(toAttemptSummary)
      for (const [name, value] of interruptedRecords(ended, newest.get() ?? 0)) note.run(name, value)
    })
  }
  health.survive('attempts', endLeft, undefined)

  async function start({ delivery, source, target, startedAt, request }: AttemptStart): Promise<number> {
    return writer.write(() => {
      const body = isOwnBody.get(delivery, request.body) === undefined ? request.body : null
      const changes = JSON.stringify(changesOf({ delivery, source, request }, body === null))
      const own = source === 'forward' || forwarding.includes(target) ? 1 : 0
      const row = { delivery, source, target, started_at: Math.round(startedAt), changes, own }
      const id = Number(add.run(row).lastInsertRowid)
      const headers = JSON.stringify(request.headers)
      addContent.run(id, request.method, request.url, headers, body)
      const begun = summary.get(id)
      if (begun) show(begun, headers.length + (body?.length ?? 0))
      return id
    })
  }

  return {
    start,
    // Nobody else sends.
    startForward: start,
    async end(id, result) {
      const said = result.answer === null ? nothingSaid : whatItSaid(result.answer)
      const row = writer.write(() => end(id, result.timing.totalMs, result, said))
      if (row) ended.call(toAttemptSummary(row))
    },
    async addReported({ delivery, source, target, startedAt, request, laptop, report, changes, result }) {
      const said = result.answer === null ? nothingSaid : whatItSaid(result.answer)
      return writer.write(() => {
        if (isKept.get(delivery) === undefined) return false
        const texts = [JSON.stringify(changes), JSON.stringify(laptop), report] as const
        const id = addReport.get(delivery, source, target, Math.round(startedAt), ...texts)
        if (id === undefined) return false
        const body = isOwnBody.get(delivery, request.body) === undefined ? request.body : null
        addContent.run(id, request.method, request.url, JSON.stringify(request.headers), body)
        end(id, result.timing.totalMs, result, said)
        return true
      })
    },
    onEnded: listener => ended.add(listener),
    async setForwarding(targets) {
      forwarding = targets
    },
    async get(id) {
      const [row] = await reader.all<AttemptContentRow>(`${attemptSelect} WHERE a.id = ?`, [id])
      return row && toAttempt(row)
    },
    async ofDelivery(delivery) {
      const text = `${attemptSelect} WHERE a.delivery = ? ORDER BY a.id`
      return (await reader.all<AttemptContentRow>(text, [delivery])).map(toAttempt)
    },
    async summariesOf(delivery) {
      const text = 'SELECT * FROM attempt WHERE delivery = ? ORDER BY id'
      return (await reader.all<AttemptRow>(text, [delivery])).map(toAttemptSummary)
    },
  }
}
