/** What was sent to targets, and how it ended. */
import type { AttemptSummary, SendResult } from '../../core/attempt.ts'
import { createListeners } from './listeners.ts'
import { type AttemptRow, toAttemptSummary } from './rows.ts'
import { shownAttempt } from './shown-attempt.ts'
import type { AttemptStart } from './store.ts'
import { nothingSaid, type Said, whatItSaid } from './what-it-said.ts'
import type { Writer } from './writer.ts'

export interface Attempts {
  start(start: AttemptStart): number
  end(id: number, result: SendResult): void
  onAttempt(listener: (attempt: AttemptSummary) => void): () => void
}

/** What was pending when hookscope ended. */
const interrupted: SendResult = {
  outcome: 'reset',
  answer: null,
  timing: { connectMs: null, firstByteMs: null, totalMs: 0 },
  error: {
    code: 'interrupted',
    message: 'hookscope ended before the answer came.',
    hint: 'The app may have received it. Replay it to be sure.',
  },
}

/** Ends what a crash left pending, and keeps attempts from then on. */
export function openAttempts(writer: Writer): Attempts {
  const { db } = writer
  const ended = createListeners<AttemptSummary>()
  const summary = db.prepare<[number], AttemptRow>('SELECT * FROM attempt WHERE id = ?')
  const isOwnBody = db.prepare<[number, Uint8Array], number>('SELECT 1 FROM arrival WHERE id = ? AND body = ?').pluck()
  const add = db.prepare(
    `INSERT INTO attempt (delivery, source, target, started_at, outcome) VALUES (?, ?, ?, ?, 'pending')`,
  )
  const addContent = db.prepare(
    'INSERT INTO attempt_content (id, method, url, request_headers, request_body) VALUES (?, ?, ?, ?, ?)',
  )
  const finish = db.prepare<Partial<AttemptRow>, AttemptRow>(
    `UPDATE attempt SET outcome = @outcome, status = @status, ms = @ms, line = @line, location = @location, error = @error,
    sloppy = @sloppy
    WHERE id = @id AND outcome = 'pending' RETURNING *`,
  )
  const finishContent = db.prepare(
    'UPDATE attempt_content SET answer_headers = ?, answer_body = ?, answer_bytes = ?, timing = ? WHERE id = ?',
  )
  const showOnDelivery =
    db.prepare(`UPDATE delivery SET (last_attempt, last_outcome, last_status) = (${shownAttempt('@delivery')}),
    kept = kept + @bytes WHERE id = @delivery`)
  const pending = db.prepare<[], number>(`SELECT id FROM attempt WHERE outcome = 'pending'`).pluck()

  function show({ id, delivery }: AttemptRow, bytes: number): void {
    writer.changed('attempt', id)
    if (showOnDelivery.run({ delivery, bytes }).changes > 0) writer.changed('delivery', delivery)
  }

  function end(id: number, ms: number | null, result: SendResult, said: Said): AttemptRow | undefined {
    const { outcome, answer, timing } = result
    const error = result.error && JSON.stringify(result.error)
    const sloppy = result.sloppy === undefined ? null : JSON.stringify(result.sloppy)
    const row = finish.get({ id, outcome, status: answer?.status ?? null, ms, ...said, error, sloppy })
    if (!row) return undefined
    const headers = answer && JSON.stringify(answer.headers)
    finishContent.run(headers, answer?.body ?? null, answer?.bodyBytes ?? null, JSON.stringify(timing), id)
    show(row, answer ? answer.body.length + (headers?.length ?? 0) : 0)
    return row
  }

  const left = pending.all()
  if (left.length > 0)
    writer.write(() => {
      for (const id of left) end(id, null, interrupted, nothingSaid)
    })

  return {
    start({ delivery, source, target, startedAt, request }) {
      return writer.write(() => {
        const id = Number(add.run(delivery, source, target, Math.round(startedAt)).lastInsertRowid)
        const headers = JSON.stringify(request.headers)
        const body = isOwnBody.get(delivery, request.body) === undefined ? request.body : null
        addContent.run(id, request.method, request.url, headers, body)
        const row = summary.get(id)
        if (row) show(row, headers.length + (body?.length ?? 0))
        return id
      })
    },
    end(id, result) {
      const said = result.answer === null ? nothingSaid : whatItSaid(result.answer)
      const row = writer.write(() => end(id, result.timing.totalMs, result, said))
      if (row) ended.call(toAttemptSummary(row))
    },
    onAttempt: listener => ended.add(listener),
  }
}
