/** The strip over everything kept, read from the counts of each minute: they stay true whatever becomes of a delivery. */
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { Query } from '../../../core/query.ts'
import { parseQuery } from '../../../core/search.ts'
import { migrate } from '../../../server/store/migrations.ts'
import { openReader } from '../../../server/store/reader.ts'
import type { Timeline } from '../../../server/store/store.ts'
import { readTimeline } from '../../../server/store/totals.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

const place = useStore()
const minuteMs = 60_000
const start = Date.UTC(2026, 10, 20, 8, 0, 30)
const everything = { query: { terms: [] }, buckets: 7, from: null, to: null }

/** One delivery at each of the minutes after the start. */
async function appendAt(...minutes: number[]): Promise<number[]> {
  const ids: number[] = []
  for (const [index, minute] of minutes.entries())
    ids.push(
      await place.store.append(
        arrival({ receivedAt: start + minute * minuteMs, body: saleEvent({ id: `event-${minute}-${index}` }) }),
      ),
    )
  await place.store.settled()
  return ids
}

const counts = ({ buckets }: Timeline) => buckets.map(({ unchecked, rejected }) => [unchecked, rejected])

/** The counts of the minutes, and the deliveries counted anew. */
const minutes = () => place.rows('SELECT minute, verdict, n FROM delivery_minute ORDER BY minute, verdict')
const recounted = () =>
  place.rows(`SELECT received_at / 60000 AS minute, verdict, count(*) AS n FROM delivery WHERE removed_at IS NULL
    GROUP BY 1, 2 ORDER BY 1, 2`)

it('begins with a whole minute, in stretches of whole minutes', async () => {
  await appendAt(0, 0, 1, 13, 27)
  const timeline = await place.store.timeline(everything)
  expect(timeline).toMatchObject({ from: start - 30_000, to: start + 27 * minuteMs + 1, bucketMs: 4 * minuteMs })
  expect(counts(timeline)).toEqual([
    [3, 0],
    [0, 0],
    [0, 0],
    [1, 0],
    [0, 0],
    [0, 0],
    [1, 0],
  ])
})

it('follows verdicts, removal, its undoing and purge, and is there again after a restart', async () => {
  const [first = 0, second = 0, third = 0, last = 0] = await appendAt(0, 0, 13, 27)
  place.store.setVerdicts([{ id: second, verdict: { kind: 'rejected', reasons: ['signature-wrong'] } }], 'a test')
  place.store.remove([third])
  expect(counts(await place.store.timeline(everything))).toEqual([
    [1, 1],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [1, 0],
  ])
  expect(minutes()).toEqual(recounted())

  place.store.restore([third])
  place.store.remove([first])
  expect(counts(await place.store.timeline(everything))).toEqual([
    [0, 1],
    [0, 0],
    [0, 0],
    [1, 0],
    [0, 0],
    [0, 0],
    [1, 0],
  ])
  expect(minutes()).toEqual(recounted())

  await place.store.purge({ count: 2, days: null, bytes: null })
  await place.reopen()
  expect((await place.store.summaries([first, second, third, last])).map(({ id }) => id)).toEqual([third, last])
  expect(minutes()).toEqual(recounted())
  expect(minutes()).toHaveLength(2)
})

it('counts what the app did not take beside the verdicts, by minute, by a stretch of time and by a search', async () => {
  const [first = 0, second = 0, third = 0] = await appendAt(0, 0, 13, 27)
  const attempt = (delivery: number, outcome: 'refused' | 'reset') => {
    const request = { method: 'POST', url: 'http://localhost:3000/', headers: [], body: new Uint8Array() }
    const target = request.url
    const id = place.store.startAttempt({ delivery, source: 'forward', target, startedAt: start, request })
    return () =>
      place.store.endAttempt(id, {
        outcome,
        answer: null,
        timing: { connectMs: null, firstByteMs: null, totalMs: 1 },
        error: { code: 'X', message: 'It failed.', hint: 'Try.' },
      })
  }
  const failed = ({ buckets }: Timeline) => buckets.map(bucket => bucket.failed.unchecked + bucket.failed.rejected)
  const pending = attempt(first, 'refused')
  attempt(second, 'reset')()
  attempt(third, 'reset')()
  expect(failed(await place.store.timeline(everything))).toEqual([1, 0, 0, 1, 0, 0, 0])
  pending()
  const stretch = { ...everything, from: start, to: start + 28 * minuteMs }
  const searched = { ...everything, query: parsed('is:failed') }
  for (const request of [everything, stretch, searched]) {
    const timeline = await place.store.timeline(request)
    expect(failed(timeline).reduce((sum, count) => sum + count, 0)).toBe(3)
  }
  place.store.remove([second])
  place.store.setVerdicts([{ id: third, verdict: { kind: 'rejected', reasons: ['signature-wrong'] } }], 'a test')
  expect(place.rows('SELECT verdict, sum(failed) AS failed FROM delivery_minute GROUP BY 1 ORDER BY 1')).toEqual([
    { verdict: 'rejected', failed: 1 },
    { verdict: 'unchecked', failed: 1 },
  ])
})

function parsed(text: string): Query {
  const read = parseQuery(text)
  if (!read.ok) throw new Error(read.problem.message)
  return read.query
}

it('is made of what a database of an older hookscope holds', async () => {
  const path = `${place.folder}/old.db`
  const old = new Database(path)
  try {
    migrate(old, 4)
    const add =
      old.prepare(`INSERT INTO delivery (id, received_at, bytes, kept, hook, method, verdict, verdict_detail, notes,
      repeat, summary, tries, removed_at) VALUES (?, ?, 1, 1, 'main', 'POST', 'unchecked', '{}', '[]', 0, '', 1, ?)`)
    add.run(1, start, null)
    add.run(2, start, start)
    add.run(3, start + 27 * minuteMs, null)
    migrate(old)
  } finally {
    old.close()
  }
  const reader = openReader(path)
  try {
    const [first, ...others] = counts(await readTimeline(reader, everything))
    expect([first, others.at(-1)]).toEqual([
      [1, 0],
      [1, 0],
    ])
  } finally {
    await reader.close()
  }
})
