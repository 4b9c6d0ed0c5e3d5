/** A database that an older hookscope wrote, opened by this one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseQuery } from '../../../core/search.ts'
import { migrate } from '../../../server/store/migrations.ts'
import { openStore } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { arrival } from '../../helpers/deliveries.ts'

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

  const store = openStore({ path })
  try {
    expect(store.hooks()).toEqual([
      {
        id: 'main',
        label: 'shop',
        path: '/abc',
        savedSecrets,
        customUrl: null,
        events: null,
        rehearsal: null,
        createdAt: receivedAt,
      },
    ])
    const delivery = await store.get(1)
    expect(delivery).toMatchObject({ hook: 'main', notes: [] })
    expect(Buffer.from(delivery?.body ?? []).equals(Buffer.from(body))).toBe(true)
    expect(await store.append(arrival({ rehearsed: true }))).toBe(2)
    expect(await store.hookHistory('main')).toEqual([])
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
      ['xkafoy', 'XKAFO', '1111', '"$7.00 approved"', 'ärger'].map(text => store.count(parseQuery(text).query, count)),
    )
  const left = (store: Store) => store.renewingBelow()
  const told: (number | undefined)[] = []
  let store = openStore({ path, indexSliceMs: 0 })
  try {
    for (let round = 0; left(store) !== null; round += 1) {
      const counts = await found(store)
      const page = { query: parseQuery('kafo').query, before: null, limit: 1, grouped: false }
      told.push((await store.list(page)).partialUpTo)
      expect(counts.slice(0, 4)).toEqual([25, 25, 25, 1])
      expect(counts[4]).toBeLessThanOrEqual(25)
      if (round !== 2) continue
      const before = left(store) ?? 0
      await store.close()
      store = openStore({ path })
      expect(left(store)).toBeLessThanOrEqual(before)
      expect(left(store)).toBeGreaterThan(0)
    }
    expect(await found(store)).toEqual([25, 25, 25, 1, 25])
    expect(told[0]).toBeGreaterThan(0)
    expect(await store.append(arrival())).toBe(count + 1)
    await store.settled()
    expect(await store.count(parseQuery('dnfwx').query, 10)).toBe(1)
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
