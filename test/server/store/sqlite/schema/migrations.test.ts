/** A database that an older hookscope wrote, opened by this one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseQuery } from '../../../../../core/search/search.ts'
import { migrate, newestVersion } from '../../../../../server/store/sqlite/schema/migrations.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { arrival } from '../../../../helpers/deliveries.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('keeps the hook, its secrets and its deliveries, and gives the hook what is new', async () => {
  const path = join(folder, 'a.db')
  const { receivedAt, method, verdict, headers, body } = arrival()
  const savedSecrets = { basicAuth: null, signatureKey: 'old-key', sourceKey: null }
  const old = new Database(path)
  migrate(old, 1)
  old
    .prepare('INSERT INTO hook (id, label, path, saved_secrets) VALUES (?, ?, ?, ?)')
    .run('main', 'shop', '/abc', JSON.stringify(savedSecrets))
  old
    .prepare(`INSERT INTO arrival (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict,
      path, headers, body) VALUES (?, 1, ?, 200, 'main', ?, '1.1', '127.0.0.1', ?, '/abc', ?, ?)`)
    .run(receivedAt, body.length, method, JSON.stringify(verdict), JSON.stringify(headers), body)
  old.close()

  const store = openSqlite({ path })
  try {
    expect(await store.hooks.list()).toEqual([
      {
        id: 'main',
        label: 'shop',
        path: '/abc',
        savedSecrets,
        customUrl: null,
        events: null,
        rehearsal: null,
        forward: [],
        createdAt: receivedAt,
      },
    ])
    const delivery = await store.deliveries.get(1)
    expect(delivery).toMatchObject({ hook: 'main', notes: [] })
    expect(Buffer.from(delivery?.body ?? []).equals(Buffer.from(body))).toBe(true)
    expect(await store.deliveries.append(arrival({ rehearsed: true }))).toBe(2)
    expect(await store.hooks.history('main')).toEqual([])
  } finally {
    await store.close()
  }
})

it('fills the text index of what was kept, bit by bit, and finds it meanwhile', async () => {
  const path = join(folder, 'a.db')
  const old = new Database(path)
  const count = 100
  migrate(old, 6)
  const keep = old.prepare(`INSERT INTO arrival (received_at, read_ms, bytes, status, hook, method, http_version,
    remote_address, verdict, path, headers, body) VALUES (1, 1, 1, 200, 'main', 'POST', '1.1', '::1', '{"kind":"unchecked"}', '/', '[]', ?)`)
  const list =
    old.prepare(`INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes,
    repeat, summary, tries) VALUES (?, 1, 1, 1, 200, 'main', 'POST', 'unchecked', '{"kind":"unchecked"}', '[]', 0, '', 1)`)
  const words = ['1111', 'kafo', 'Ärger', 'plain']
  for (let id = 1; id <= count; id += 1) {
    keep.run(Buffer.from(JSON.stringify({ a: `x${words[id % 4]}y`, b: `$${id}.00 approved` })))
    list.run(id)
  }
  old.close()

  /** How many each text finds; what has an accent only once the index has it, as the case of Ä is not SQL's business. */
  const found = async (store: Store) =>
    Promise.all(
      ['xkafoy', 'XKAFO', '1111', '"$7.00 approved"', 'ärger'].map(text =>
        store.deliveries.count(parseQuery(text).query, count).then(counted => counted.count),
      ),
    )
  const left = (store: Store) => store.deliveries.renewingBelow()
  const told: (number | undefined)[] = []
  const partials: (number | undefined)[] = []
  let store = openSqlite({ path, indexSliceMs: 0 })
  try {
    for (let round = 0; left(store) !== null; round += 1) {
      const counts = await found(store)
      const page = { query: parseQuery('kafo').query, before: null, limit: 1, grouped: false }
      const search = { query: page.query, cap: count }
      const [, ...others] = await Promise.all([
        store.deliveries.list(page).then(({ partialUpTo }) => told.push(partialUpTo)),
        store.deliveries.facets(search),
        store.deliveries.count(page.query, count),
        store.deliveries.timeline({ query: page.query, buckets: 1, from: null, to: null }),
      ])
      for (const { partialUpTo } of others) partials.push(partialUpTo)
      expect(counts.slice(0, 4)).toEqual([25, 25, 25, 1])
      expect(counts[4]).toBeLessThanOrEqual(25)
      if (round !== 2) continue
      const before = left(store) ?? 0
      await store.close()
      store = openSqlite({ path })
      expect(left(store)).toBeLessThanOrEqual(before)
      expect(left(store)).toBeGreaterThan(0)
    }
    expect(await found(store)).toEqual([25, 25, 25, 1, 25])
    expect(told[0]).toBeGreaterThan(0)
    // What is counted is as incomplete as what is listed.
    for (const partial of partials.slice(0, 3)) expect(partial).toBeGreaterThan(0)
    const whole = parseQuery('is:unchecked').query
    expect(await store.deliveries.facets({ query: whole, cap: count })).not.toHaveProperty('partialUpTo')
    expect(await store.deliveries.append(arrival())).toBe(count + 1)
    await store.deliveries.settled()
    expect((await store.deliveries.count(parseQuery('dnfwx').query, 10)).count).toBe(1)
  } finally {
    await store.close()
  }
  const db = new Database(path)
  expect(db.prepare('SELECT count(*) AS n, min(rowid) AS first FROM delivery_gram').get()).toEqual({
    n: count + 1,
    first: 1,
  })
  expect(db.prepare('SELECT count(*) FROM delivery_searched').pluck().get()).toBe(25)
  db.close()
})

it('shows what failed at one target where a replay to another hid it', () => {
  const db = new Database(':memory:')
  migrate(db, 10)
  db.exec(`INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, summary,
      tries, last_attempt, last_outcome, last_status)
    VALUES (1, 1, 1, 1, 200, 'main', 'POST', 'unchecked', '{}', '[]', 0, '', 1, 2, 'answered', 200),
      (2, 1, 1, 1, 200, 'main', 'POST', 'unchecked', '{}', '[]', 0, '', 1, NULL, NULL, NULL);
    INSERT INTO attempt (delivery, source, target, started_at, outcome, status)
    VALUES (1, 'forward', 'http://a/', 1, 'answered', 500), (1, 'replay', 'http://b/', 2, 'answered', 200)`)
  migrate(db)
  expect(db.prepare('SELECT last_attempt, last_status FROM delivery').all()).toEqual([
    { last_attempt: 1, last_status: 500 },
    { last_attempt: null, last_status: null },
  ])
  expect(db.prepare(`SELECT n FROM counter WHERE facet = 'failed'`).pluck().get()).toBe(1)
  expect(db.prepare('SELECT sum(failed) FROM delivery_minute').pluck().get()).toBe(1)
  db.close()
})

it('shows what the app said to the delivery where a replay of something else hid it', () => {
  const db = new Database(':memory:')
  migrate(db, 17)
  const came = JSON.stringify([
    ['Host', 'hooks.example'],
    ['X-Signature', 'ab'],
  ])
  const sent = JSON.stringify([
    ['Host', 'a'],
    ['X-Signature', 'ab'],
    ['Hookscope-Source', 'replay'],
    ['Connection', 'keep-alive'],
  ])
  const resigned = sent.replace('ab', 'cd')
  for (const id of [1, 2, 3, 4, 5])
    db.exec(`INSERT INTO arrival (id, received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path,
        headers, body) VALUES (${id}, 1, 1, 1, 200, 'main', 'POST', '1.1', '::1', '{}', '/', '${came}', X'7b7d');
      INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, summary,
        tries, last_attempt, last_outcome, last_status)
      VALUES (${id}, 1, 1, 1, 200, 'main', 'POST', 'unchecked', '{}', '[]', 0, '', 1, ${2 * id}, 'answered', 200)`)
  const attempt = (
    delivery: number,
    source: string,
    target: string,
    status: number,
    headers: string,
    body: string,
    former = 0,
  ) =>
    db.exec(`INSERT INTO attempt (delivery, source, target, started_at, outcome, status, former)
        VALUES (${delivery}, '${source}', '${target}', 1, 'answered', ${status}, ${former});
      INSERT INTO attempt_content (id, method, url, request_headers, request_body)
        VALUES (last_insert_rowid(), 'POST', '${target}', '${headers}', ${body})`)
  attempt(1, 'forward', 'http://a/', 500, sent, 'NULL')
  attempt(1, 'replay', 'http://a/', 200, sent, 'NULL')
  attempt(2, 'forward', 'http://a/', 500, sent, 'NULL')
  attempt(2, 'replay', 'http://a/', 200, resigned, `X'5b5d'`)
  attempt(3, 'forward', 'http://a/', 500, sent, 'NULL', 1)
  attempt(3, 'replay', 'http://b/', 200, resigned, 'NULL')
  attempt(4, 'replay', 'http://a/', 500, sent, 'NULL')
  attempt(4, 'replay', 'http://a/', 200, sent, `X'5b5d'`)
  attempt(5, 'forward', 'http://a/', 500, sent, 'NULL')
  // What this one sent is not known any more.
  attempt(5, 'replay', 'http://a/', 200, sent, 'NULL')
  db.exec('DELETE FROM attempt_content WHERE id = (SELECT max(id) FROM attempt)')
  migrate(db)
  expect(db.prepare('SELECT changes, own, former FROM attempt').raw().all()).toEqual([
    ['[]', 1, 0],
    ['[]', 1, 0],
    ['[]', 1, 0],
    ['["body","signature"]', 0, 0],
    ['[]', 1, 0],
    ['["signature"]', 0, 0],
    ['[]', 0, 0],
    ['["body"]', 0, 0],
    ['[]', 1, 0],
    ['["headers"]', 0, 0],
  ])
  expect(db.prepare('SELECT last_attempt, last_status FROM delivery').raw().all()).toEqual([
    [2, 200],
    [3, 500],
    [5, 500],
    [7, 500],
    [9, 500],
  ])
  expect(db.prepare(`SELECT n FROM counter WHERE facet = 'failed'`).pluck().get()).toBe(4)
  db.close()
})

it.each([
  [49_999, 0],
  [1_000_000, newestVersion - 16],
])('tells of each step where %i deliveries were kept: %i lines', async (newest, told) => {
  const path = join(folder, 'a.db')
  const old = new Database(path)
  migrate(old, 16)
  old
    .prepare(`INSERT INTO arrival (id, received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path,
      headers, body) VALUES (?, 1, 1, 1, 200, 'main', 'POST', '1.1', '::1', '{"kind":"unchecked"}', '/', '[]', x'7b7d')`)
    .run(newest)
  old.close()
  const lines: string[] = []
  const store = openSqlite({ path, log: line => lines.push(line) })
  await store.close()
  expect(lines).toEqual(
    Array.from(
      { length: told },
      (_, index) => `Updating ${path} to format ${newestVersion}: step ${index + 17} of ${newestVersion}…`,
    ),
  )
  // The next start has nothing to do.
  await openSqlite({ path, log: line => lines.push(line) }).close()
  expect(lines).toHaveLength(told)
})

it('needs one step at a time, whichever version it is of', () => {
  const newest = new Database(':memory:')
  migrate(newest)
  const to = Number(newest.pragma('user_version', { simple: true }))
  const schema = (db: Database.Database) => db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all()
  for (let from = 1; from <= to; from++) {
    const db = new Database(':memory:')
    migrate(db, from)
    expect(db.pragma('user_version', { simple: true })).toBe(from)
    migrate(db)
    expect(schema(db)).toEqual(schema(newest))
    db.close()
  }
  newest.close()
})
