/** The strip over everything kept, read from the counts of each minute: they stay true whatever becomes of a delivery. */
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import type { Query } from '../../../../../core/search/query.ts'
import { parseQuery } from '../../../../../core/search/search.ts'
import type { Timeline } from '../../../../../server/store/deliveries.ts'
import { readTimeline } from '../../../../../server/store/search/timeline.ts'
import { createFinder } from '../../../../../server/store/sqlite/read/finder.ts'
import { openReader } from '../../../../../server/store/sqlite/read/reader.ts'
import { migrate } from '../../../../../server/store/sqlite/schema/migrations.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const minuteMs = 60_000
const start = Date.UTC(2026, 10, 20, 8, 0, 30)
const everything = { query: { terms: [] }, buckets: 7, from: null, to: null }

/** One delivery at each of the minutes after the start. */
async function appendAt(...minutes: number[]): Promise<number[]> {
  const ids: number[] = []
  for (const [index, minute] of minutes.entries())
    ids.push(
      await place.store.deliveries.append(
        arrival({ receivedAt: start + minute * minuteMs, body: saleEvent({ id: `event-${minute}-${index}` }) }),
      ),
    )
  await place.store.deliveries.settled()
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
  const timeline = await place.store.deliveries.timeline(everything)
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

it.each([
  { buckets: 7, last: 27, bucketMs: 5 * minuteMs, length: 6 },
  { buckets: 120, last: 27, bucketMs: 15_000, length: 109 },
  { buckets: 10, last: 600, bucketMs: 2 * 60 * minuteMs, length: 6 },
  { buckets: 5, last: 8 * 24 * 60, bucketMs: 2 * 24 * 60 * minuteMs, length: 5 },
])('cuts $last minutes evenly into $buckets stretches at most', async ({ buckets, last, bucketMs, length }) => {
  await appendAt(0, 1, last)
  const timeline = await place.store.deliveries.timeline({ ...everything, buckets, even: true })
  expect([timeline.bucketMs, timeline.buckets.length, timeline.from % bucketMs]).toEqual([bucketMs, length, 0])
  expect(timeline.from).toBeGreaterThan(start - bucketMs)
  expect(timeline.buckets.reduce((sum, { unchecked }) => sum + unchecked, 0)).toBe(3)
})

it.each([
  // Half an hour beside the hours of UTC, and five hours behind its days.
  ['Asia/Kolkata', 600, 10, 2 * 60 * minuteMs, '2026-11-20T06:30:00.000Z'],
  ['America/New_York', 8 * 24 * 60, 10, 24 * 60 * minuteMs, '2026-11-20T05:00:00.000Z'],
  ['UTC', 8 * 24 * 60, 10, 24 * 60 * minuteMs, '2026-11-20T00:00:00.000Z'],
])('even stretches are the hours and days of %s', async (zone, last, buckets, bucketMs, from) => {
  await appendAt(0, 1, last)
  for (const query of [everything.query, parsed('verdict:unchecked method:POST')]) {
    const timeline = await place.store.deliveries.timeline({ ...everything, query, buckets, even: true, zone })
    expect([timeline.bucketMs, new Date(timeline.from).toISOString()]).toEqual([bucketMs, from])
    expect(timeline.buckets.map(({ unchecked }) => unchecked).filter(count => count > 0)).toEqual([2, 1])
  }
})

it('follows verdicts, removal, its undoing and purge, and is there again after a restart', async () => {
  const [first = 0, second = 0, third = 0, last = 0] = await appendAt(0, 0, 13, 27)
  await place.store.edits.setVerdicts(
    [{ id: second, verdict: { kind: 'rejected', reasons: ['signature-wrong'] } }],
    'a test',
  )
  await place.store.edits.remove([third])
  expect(counts(await place.store.deliveries.timeline(everything))).toEqual([
    [1, 1],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [1, 0],
  ])
  expect(minutes()).toEqual(recounted())

  await place.store.edits.restore([third])
  await place.store.edits.remove([first])
  expect(counts(await place.store.deliveries.timeline(everything))).toEqual([
    [0, 1],
    [0, 0],
    [0, 0],
    [1, 0],
    [0, 0],
    [0, 0],
    [1, 0],
  ])
  expect(minutes()).toEqual(recounted())

  await place.store.retention.purge({ count: 2, days: null, bytes: null })
  await place.reopen()
  expect((await place.store.deliveries.summaries([first, second, third, last])).map(({ id }) => id)).toEqual([
    third,
    last,
  ])
  expect(minutes()).toEqual(recounted())
  expect(minutes()).toHaveLength(2)
})

it('counts what the app did not take beside the verdicts, by minute, by a stretch of time and by a search', async () => {
  const [first = 0, second = 0, third = 0] = await appendAt(0, 0, 13, 27)
  const attempt = async (delivery: number, outcome: 'refused' | 'reset') => {
    const request = { method: 'POST', url: 'http://localhost:3000/', headers: [], body: new Uint8Array() }
    const target = request.url
    const id = await place.store.attempts.start({ delivery, source: 'forward', target, startedAt: start, request })
    return () =>
      place.store.attempts.end(id, {
        outcome,
        answer: null,
        timing: { connectMs: null, firstByteMs: null, totalMs: 1 },
        error: { code: 'X', message: 'It failed.', hint: 'Try.' },
      })
  }
  const failed = ({ buckets }: Timeline) => buckets.map(bucket => bucket.failed.unchecked + bucket.failed.rejected)
  const pending = await attempt(first, 'refused')
  await (await attempt(second, 'reset'))()
  await (await attempt(third, 'reset'))()
  expect(failed(await place.store.deliveries.timeline(everything))).toEqual([1, 0, 0, 1, 0, 0, 0])
  await pending()
  const stretch = { ...everything, from: start, to: start + 28 * minuteMs }
  const searched = { ...everything, query: parsed('is:failed') }
  for (const request of [everything, stretch, searched]) {
    const timeline = await place.store.deliveries.timeline(request)
    expect(failed(timeline).reduce((sum, count) => sum + count, 0)).toBe(3)
  }
  await place.store.edits.remove([second])
  await place.store.edits.setVerdicts(
    [{ id: third, verdict: { kind: 'rejected', reasons: ['signature-wrong'] } }],
    'a test',
  )
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
    const [first, ...others] = counts(await readTimeline(createFinder(reader.search()), everything))
    expect([first, others.at(-1)]).toEqual([
      [1, 0],
      [1, 0],
    ])
  } finally {
    await reader.close()
  }
})
