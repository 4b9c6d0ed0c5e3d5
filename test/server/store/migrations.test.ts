/** A database that an older hookscope wrote, opened by this one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from '../../../server/store/migrations.ts'
import { openStore } from '../../../server/store/sqlite.ts'
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
