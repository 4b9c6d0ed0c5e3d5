import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../../../server/store/problem.ts'
import { openReader, type Reader } from '../../../../../server/store/sqlite/read/reader.ts'
import { bundled } from '../../../../helpers/own-process.ts'

const script = await bundled(new URL('../../../../helpers/closing-reader.ts', import.meta.url))
let folder: string
let db: Database.Database
let reader: Reader

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  const path = join(folder, 'some.db')
  db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.exec('CREATE TABLE one (n INTEGER); CREATE TABLE two (n INTEGER)')
  reader = openReader(path)
})
afterEach(async () => {
  await reader.close()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const count = { text: 'SELECT (SELECT count(*) FROM one) AS one, (SELECT count(*) FROM two) AS two', values: [] }

describe('the reading thread', () => {
  it('sees all that was written before it was asked', async () => {
    for (let written = 1; written <= 200; written++) {
      db.exec('INSERT INTO one VALUES (1)')
      expect(await reader.all('SELECT count(*) AS n FROM one', [])).toEqual([{ n: written }])
    }
  })

  it('answers several questions from one state, whatever is written meanwhile', async () => {
    const asked: Promise<{ one: number; two: number }[][]>[] = []
    for (let round = 0; round < 100; round++) {
      asked.push(reader.together([count, { ...count }, count]))
      db.exec('BEGIN; INSERT INTO one VALUES (1); INSERT INTO two VALUES (1); COMMIT')
      if (round % 10 === 0) await asked.at(-1)
    }
    for (const states of await Promise.all(asked)) {
      const [[first] = []] = states
      expect(first?.one).toBe(first?.two)
      expect(states).toEqual([[first], [first], [first]])
    }
  })

  it('hands over bytes of every size as they are', async () => {
    const blobs = [0, 1, 100, 16_383, 16_384, 300_000].map(size => Buffer.alloc(size, size % 251))
    db.exec('CREATE TABLE blob (bytes BLOB)')
    for (const blob of blobs) db.prepare('INSERT INTO blob VALUES (?)').run(blob)
    for (let turn = 0; turn < 2; turn++) {
      const rows = await reader.all<{ bytes: Uint8Array }>('SELECT bytes FROM blob ORDER BY rowid', [])
      expect(rows.map(({ bytes }, index) => blobs[index]?.equals(bytes))).toEqual(blobs.map(() => true))
    }
  })

  it('tells who asked what was wrong, and goes on', async () => {
    await expect(reader.all('SELECT 1 FROM nowhere', [])).rejects.toThrow(/no such table: nowhere/)
    await expect(reader.together([count, { text: 'DELETE FROM one', values: [] }])).rejects.toThrow(
      /does not return data/,
    )
    await expect(reader.all('INSERT INTO one VALUES (1) RETURNING n', [])).rejects.toBeInstanceOf(StoreUnavailable)
    expect(await reader.together([count, count])).toEqual([[{ one: 0, two: 0 }], [{ one: 0, two: 0 }]])
  })

  it('rejects what it was asked when it is closed, and everything after', async () => {
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n'
    const asked = Array.from({ length: 50 }, () => reader.all(endless, []))
    const ends = Promise.allSettled(asked)
    await reader.close()
    const rejected = (await ends).flatMap(end => (end.status === 'rejected' ? [end.reason] : []))
    expect(rejected.length).toBeGreaterThan(0)
    for (const reason of rejected) expect(reason).toBeInstanceOf(StoreUnavailable)
    await expect(reader.all('SELECT 1', [])).rejects.toThrow('The database is closed')
    await expect(reader.checkpoint()).rejects.toBeInstanceOf(StoreUnavailable)
  })

  it('keeps the process until it is closed, also when an answer comes meanwhile', async () => {
    const ended = promisify(execFile)(process.execPath, [script, db.name])
    expect(await ended).toEqual({ stdout: '', stderr: '' })
  })

  it('tells that the database cannot be opened, and tries again with the next question', async () => {
    const path = join(folder, 'later.db')
    const late = openReader(path)
    try {
      await expect(late.all('SELECT 1 AS n', [])).rejects.toBeInstanceOf(StoreUnavailable)
      new Database(path).exec('CREATE TABLE t (n)').close()
      expect(await late.all('SELECT 1 AS n', [])).toEqual([{ n: 1 }])
    } finally {
      await late.close()
    }
  })

  it('is not asked for a search that nobody waits for any more', async () => {
    const stop = new AbortController()
    const search = reader.search({ signal: stop.signal })
    const slow =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n'
    const asked = Array.from({ length: 9 }, () => search.all(slow, []))
    const ends = Promise.allSettled(asked)
    await asked[0]
    stop.abort(new Error('gone'))
    const rejected = (await ends).filter(end => end.status === 'rejected').map(end => end.reason.message)
    expect(rejected.length).toBeGreaterThan(5)
    expect(new Set(rejected)).toEqual(new Set(['gone']))
    expect(await reader.all('SELECT 1 AS n', [])).toEqual([{ n: 1 }])
    await expect(search.all('SELECT 1 AS n', [])).rejects.toThrow('gone')
  })

  it('waits while it is held, but for checkpoints', async () => {
    const before = reader.all('SELECT 1 AS n', [])
    const letGo = await reader.hold()
    const order: string[] = []
    expect(await before).toEqual([{ n: 1 }])
    const read = reader.all('SELECT 2 AS n', []).then(() => order.push('read'))
    await reader.checkpoint().then(() => order.push('checkpoint'))
    letGo()
    letGo()
    await read
    expect(order).toEqual(['checkpoint', 'read'])
  })
})
