/** `hookscope repair`: what reads of a damaged database is in a new file, and what does not is said. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { leafRows } from '../../../../../server/store/sqlite/repair/leaves.ts'
import { type Repaired, repair } from '../../../../../server/store/sqlite/repair/repair.ts'
import { migrate } from '../../../../../server/store/sqlite/schema/migrations.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { damage, pagesOf, writeOver } from '../../../../helpers/damage.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { runHere } from '../../../../helpers/here.ts'

const everything = { query: { terms: [] }, before: null, limit: 500, grouped: false } as const
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const sale = (number: number) =>
  arrival({ body: saleEvent({ id: `event-${number}`, invoice: `${number}`.repeat(100) }) })
/** Buffers and arrays of bytes alike. */
const plain = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)
const progress = () => {}
const patience = { timeout: 20_000, interval: 5 }

/** With a database of 120 deliveries, which each test has a copy of. */
let original: string
let folder: string
let path: string
let store: Store | undefined
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'hookscope-repair-'))
  const made = openSqlite({ path: join(original, 'shop.db') })
  await Promise.all(numbers(120).map(number => made.deliveries.append(sale(number))))
  await made.deliveries.settled()
  await made.edits.setPinned([7], true)
  await made.edits.remove([8])
  await made.settings.set('subdomain', 'my-shop')
  const target = 'http://localhost:3000/'
  const request = { method: 'POST', url: target, headers: [], body: new Uint8Array() }
  for (const delivery of numbers(20))
    await made.attempts.start({ delivery, source: 'forward', target, startedAt: 0, request })
  await made.close()
})
afterAll(() => rmSync(original, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-repair-'))
  path = join(folder, 'shop.db')
  cpSync(original, folder, { recursive: true })
})
afterEach(async () => {
  await store?.close()
  store = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Starts with the new file; what was told of before is not told of again. */
async function startWith({ to }: Repaired) {
  const opened = openSqlite({ path: to })
  store = opened
  const told: number[] = []
  opened.deliveries.onIndexed(deliveries => told.push(...deliveries.map(({ id }) => id)))
  const id = await opened.deliveries.append(sale(121))
  await vi.waitFor(() => expect(told).toEqual([id]), patience)
  await vi.waitFor(() => expect(opened.health.trouble()).toBeNull(), patience)
  return { opened, id, listed: (await opened.deliveries.list(everything)).deliveries.map(one => one.id).reverse() }
}

const lostOf = ({ tables }: Repaired, table: string) => tables.find(one => one.table === table)?.lost

describe('all of it reads', () => {
  it('has everything, with what a person did, and says so', async () => {
    const before = readFileSync(path)
    const repaired = repair({ path, to: null, progress })
    expect(repaired.to).toBe(join(folder, 'shop.repaired.db'))
    expect(repaired.tables.every(({ isWhole }) => isWhole)).toBe(true)
    // The old one is only read, and nothing is left beside it.
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['shop.db', 'shop.db.lock', 'shop.repaired.db'])
    const { opened, id, listed } = await startWith(repaired)
    expect(id).toBe(121)
    expect(listed).toEqual(numbers(121).filter(one => one !== 8))
    expect((await opened.deliveries.get(7))?.pinned).toBe(true)
    expect(await opened.attempts.ofDelivery(20)).toMatchObject([{ outcome: 'reset' }])
    expect(await opened.settings.get('subdomain')).toBe('my-shop')
    await opened.edits.restore([8])
    expect((await opened.deliveries.get(8))?.id).toBe(8)
  })

  it('takes what stands in the write-ahead log alone', async () => {
    const running = openSqlite({ path })
    await running.deliveries.append(sale(121))
    for (const ending of ['', '-wal']) copyFileSync(path + ending, join(folder, `killed.db${ending}`))
    await running.close()
    const repaired = repair({ path: join(folder, 'killed.db'), to: null, progress })
    expect(repaired.tables.find(({ table }) => table === 'arrival')?.copied).toBe(121)
  })
})

it('an older hookscope wrote it: what it took for the app’s answer to a delivery and is none counts no longer', async () => {
  const older = join(folder, 'older.db')
  const db = new Database(older)
  migrate(db, 17)
  const came = JSON.stringify([['X-Signature', 'ab']])
  const keep =
    db.prepare(`INSERT INTO arrival (id, received_at, read_ms, bytes, status, hook, method, http_version, remote_address,
    verdict, path, headers, body) VALUES (?, 1, 1, 2, 200, 'main', 'POST', '1.1', '::1', '{"kind":"unchecked"}', '/', ?, x'7b7d')`)
  const list =
    db.prepare(`INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes,
    repeat, summary, tries, last_attempt, last_outcome, last_status)
    VALUES (?, 1, 2, 2, 200, 'main', 'POST', 'unchecked', '{"kind":"unchecked"}', '[]', 0, '', 1, ?, 'answered', 200)`)
  const attempt = db.prepare(
    `INSERT INTO attempt (id, delivery, source, target, started_at, outcome, status) VALUES (?, ?, ?, 'http://a/', 1, 'answered', ?)`,
  )
  const content = db.prepare(
    `INSERT INTO attempt_content (id, method, url, request_headers, request_body) VALUES (?, 'POST', 'http://a/', ?, ?)`,
  )
  const changed = JSON.stringify([
    ['X-Signature', 'ab'],
    ['X-Test', '1'],
  ])
  // Forwarded and refused by the app; then replayed: as it came, with another header, with another body, with what is not known.
  for (const [delivery, headers, body] of [
    [1, came, null],
    [2, changed, null],
    [3, came, Buffer.from('[]')],
    [4, null, null],
  ] as const) {
    keep.run(delivery, came)
    list.run(delivery, 2 * delivery)
    attempt.run(2 * delivery - 1, delivery, 'forward', 500)
    content.run(2 * delivery - 1, came, null)
    attempt.run(2 * delivery, delivery, 'replay', 200)
    if (headers !== null) content.run(2 * delivery, headers, body)
  }
  // Only ever replayed, with another body: that says nothing of the delivery.
  keep.run(5, came)
  list.run(5, 10)
  attempt.run(10, 5, 'replay', 200)
  content.run(10, came, Buffer.from('[]'))
  db.close()

  const opened = openSqlite({ path: repair({ path: older, to: null, progress }).to })
  store = opened
  await vi.waitFor(() => expect(opened.health.trouble()).toBeNull(), patience)
  const shown = await Promise.all(numbers(5).map(async id => (await opened.deliveries.get(id))?.lastAttempt ?? null))
  expect(shown.map(one => one && [one.id, one.status])).toEqual([[2, 200], [3, 500], [5, 500], [7, 500], null])
  expect((await opened.deliveries.facets()).failed).toBe(3)
})

describe('some of it does not read', () => {
  it('deliveries: their ids, and all others are there', async () => {
    damage(path, 'arrival', 'leaf', 'first')
    const repaired = repair({ path, to: null, progress })
    const lost = lostOf(repaired, 'arrival') ?? []
    expect(lost.length).toBeGreaterThan(0)
    const { listed } = await startWith(repaired)
    expect(listed).toEqual(numbers(121).filter(id => id !== 8 && !lost.includes(id)))
  })

  it.each(['arrival', 'attempt', 'attempt_content'])(
    '%s: pages that lead to the others, which are found by themselves',
    async table => {
      expect(damage(path, table, 'internal')).toBeGreaterThan(table === 'arrival' ? 0 : -1)
      const repaired = repair({ path, to: null, progress })
      expect(repaired.tables.filter(({ isWhole }) => !isWhole)).toEqual([])
      const { opened, listed } = await startWith(repaired)
      expect(listed).toEqual(numbers(121).filter(id => id !== 8))
      expect(Buffer.from((await opened.deliveries.get(100))?.body ?? []).toString()).toContain('event-100')
      expect(await opened.attempts.ofDelivery(20)).toHaveLength(1)
    },
  )

  it('the first page, which says what stands where: deliveries and attempts are found by their pages', async () => {
    writeOver(path, 1)
    const repaired = repair({ path, to: null, progress })
    expect(repaired.tables.every(({ isWhole }) => !isWhole)).toBe(true)
    const { opened, listed } = await startWith(repaired)
    // What a person did stood where nothing leads to any more.
    expect(listed).toEqual(numbers(121))
    expect(await opened.attempts.ofDelivery(20)).toHaveLength(1)
  })

  it('the last deliveries: no id is given twice', async () => {
    damage(path, 'arrival', 'leaf', 'last')
    const { id } = await startWith(repair({ path, to: null, progress }))
    expect(id).toBe(121)
  })

  it.each(['leaf', 'internal'] as const)('the list (%s): everything is there', async kind => {
    damage(path, 'delivery', kind)
    const repaired = repair({ path, to: null, progress })
    expect(repaired.tables.every(({ isWhole }) => isWhole)).toBe(true)
    const { listed } = await startWith(repaired)
    expect(listed.filter(id => id !== 8)).toEqual(numbers(121).filter(id => id !== 8))
  })

  it.each([
    ['in the middle of a page', 0.8],
    ['within its last pages', 0.99],
  ])('the end of the file, which is missing %s: what is before it', async (_, share) => {
    const { size } = statSync(path)
    const left = Math.floor(size * share) - 100
    const there = pagesOf(path).filter(
      ({ name, kind, page }) => name === 'arrival' && kind === 'leaf' && page * 4096 <= left,
    ).length
    expect(there).toBeGreaterThan(0)
    truncateSync(path, left)
    const before = readFileSync(path)
    const repaired = repair({ path, to: null, progress })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(repaired.unreadBytes).toBe(size - left)
    const copied = repaired.tables.find(({ table }) => table === 'arrival')?.copied ?? 0
    const lost = lostOf(repaired, 'arrival') ?? []
    // Each of its pages that are there holds a delivery or more.
    expect(copied).toBeGreaterThanOrEqual(there)
    const { listed } = await startWith(repaired)
    expect(listed.length).toBeGreaterThanOrEqual(copied - 1)
    expect([...listed, ...lost, 8].length).toBeGreaterThanOrEqual(121)
  })

  it.each(['attempt', 'attempt_content', 'setting', 'hook', 'sqlite_sequence'])('%s', async table => {
    damage(path, table, 'leaf')
    const repaired = repair({ path, to: null, progress })
    expect(repaired.tables.filter(({ isWhole }) => !isWhole).map(one => one.table)).toEqual(
      table === 'sqlite_sequence' ? [] : [table],
    )
    const { listed } = await startWith(repaired)
    expect(listed).toEqual(numbers(121).filter(id => id !== 8))
  })
})

it('the pages by themselves say what the tables say: every kind of value, short and long', async () => {
  const made = openSqlite({ path })
  const bodies = [0, 1, 3900, 4061, 5000, 8200, 200_000].map(length => Buffer.alloc(length, 'ä'))
  for (const body of bodies)
    await made.deliveries.append(arrival({ body, readMs: 0.5, receivedAt: Date.UTC(2026, 10, 23) }))
  await made.close()
  const db = new Database(path, { readonly: true })
  const rows = db.prepare('SELECT * FROM arrival ORDER BY id').raw().all()
  db.close()
  const found = new Map(
    [...leafRows(path)].filter(({ values }) => values.length === 15).map(row => [row.rowid, row.values] as const),
  )
  expect(rows.length).toBe(127)
  for (const row of rows) {
    const [id, ...values] = z.array(z.unknown()).parse(row)
    expect(found.get(Number(id))?.slice(1).map(plain), `delivery ${id}`).toEqual(values.map(plain))
  }
})

describe('the command', () => {
  it('says what is where and how to go on, and ends with 1 when something does not read', async () => {
    damage(path, 'arrival', 'leaf', 'first')
    const to = join(folder, 'new one.db')
    const { code, stdout, stderr } = await runHere(['repair', '--db', path, '--to', to, '--no-config'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Copied what can be read of .*shop\.db to .*new one\.db:\n/)
    expect(stdout).toMatch(/^ {2}deliveries +\d+ {2}at most \d+ do not read: [\d, -]+$/m)
    expect(stdout).toMatch(/^ {2}attempts +20 {2}all$/m)
    expect(stdout).toMatch(/^Start with it: hookscope --db ['"].*new one\.db['"]$/m)
    expect(stderr).toMatch(/^Copying deliveries …$/m)
  })

  it('--json: one object, whole or not', async () => {
    const { code, stdout } = await runHere(['repair', '--db', path, '--json', '--no-config'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'repair', from: path, isWhole: true, unreadBytes: 0 })
  })

  it.each([
    [['list', 'id:1'], '1 of 1'],
    [['show', '1'], ''],
    [['export', 'id:1', '--format', 'ndjson'], ''],
  ])('leaves a file that is read at once, by a command that rebuilds the list: %s', async (words, says) => {
    const to = join(folder, 'listed.db')
    await runHere(['repair', '--db', path, '--to', to, '--no-config'])
    const { code, stdout, stderr } = await runHere([...words, '--db', to, '--no-config'])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(says)
    expect(stdout).toContain('transaction.sale.success')
  })
})

describe('it cannot be done', () => {
  const hidden = 'The database of this test'
  it.each<[string, () => Parameters<typeof repair>[0], RegExp]>([
    [
      'nothing there',
      () => ({ path: join(folder, 'none.db'), to: null, progress }),
      /There is no database at .*none\.db/,
    ],
    [
      'an empty file',
      () => {
        writeFileSync(join(folder, 'zero.db'), '')
        return { path: join(folder, 'zero.db'), to: null, progress }
      },
      /zero\.db is empty/,
    ],
    ['a folder', () => ({ path: folder, to: null, progress }), /There is no database at/],
    [
      'a file that is no database',
      () => {
        writeFileSync(join(folder, 'diary.db'), 'Dear diary, '.repeat(5000))
        return { path: join(folder, 'diary.db'), to: null, progress }
      },
      /Nothing in .*diary\.db can be read/,
    ],
    [
      'something where the copy should be',
      () => {
        writeFileSync(join(folder, 'mine.db'), hidden)
        return { path, to: join(folder, 'mine.db'), progress }
      },
      /mine\.db already exists/,
    ],
    ['a place that takes no file', () => ({ path, to: join(folder, 'none', 'x.db'), progress }), /none.*cannot/],
    [
      'it is open',
      () => {
        store = openSqlite({ path })
        return { path, to: null, progress }
      },
      /already open in another hookscope/,
    ],
  ])('%s', (_, prepare, message) => {
    const options = prepare()
    mkdirSync(join(folder, 'beside'))
    expect(() => repair(options)).toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringMatching(message) }),
    )
    expect(readdirSync(folder).filter(name => name.includes('.repaired'))).toEqual([])
    if (existsSync(join(folder, 'mine.db'))) expect(readFileSync(join(folder, 'mine.db'), 'utf8')).toBe(hidden)
    expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual([])
  })
})
