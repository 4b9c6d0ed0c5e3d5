import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UserError } from '../../../../../server/lib/errors.ts'
import { StoreUnavailable, storeProblem } from '../../../../../server/store/problem.ts'
import { isReadOnly } from '../../../../../server/store/sqlite/file/database.ts'
import { sqliteProblem } from '../../../../../server/store/sqlite/file/native.ts'
import { openingProblem } from '../../../../../server/store/sqlite/problem.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import { arrival } from '../../../../helpers/deliveries.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  path = join(folder, 'hookscope.db')
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

function problem(of = path): UserError {
  try {
    void openSqlite({ path: of }).close()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('It opened')
}

function prepare(change: (db: Database.Database) => void): void {
  const db = new Database(path)
  change(db)
  db.close()
}

async function prepareOwn(change: (db: Database.Database) => void = () => {}): Promise<void> {
  const store = openSqlite({ path })
  await store.deliveries.append(arrival())
  await store.close()
  prepare(change)
}

describe('a database that cannot be used is named, with a way out', () => {
  it.each<[string, () => void | Promise<void>, string]>([
    ['a file that is no database', () => writeFileSync(path, 'Dear diary, '.repeat(100)), 'is not a database'],
    ['a short file', () => writeFileSync(path, 'x'), 'is not a database'],
    [
      'a database of another program',
      () => prepare(db => db.exec('CREATE TABLE cars (id)')),
      'another program’s database',
    ],
    [
      'one marked by another program',
      () => prepare(db => db.pragma('application_id = 7')),
      'another program’s database',
    ],
    ['one of a newer version', () => prepareOwn(db => db.pragma('user_version = 99')), 'newer hookscope (format 99'],
    ['a read-only file', () => prepareOwn().then(() => chmodSync(path, 0o400)), 'is read-only'],
    ['a folder', () => void mkdirSync(path), 'hookscope.db'],
  ])('%s', async (_, make, message) => {
    await make()
    const { message: said, hint } = problem()
    expect(said).toContain(message)
    expect(said).toContain('hookscope.db')
    // Inspector and agents put the hint after it.
    expect(said).toMatch(/\.$/)
    expect(hint).toContain('--db')
  })

  it.skipIf(process.platform === 'win32')('a read-only folder', () => {
    chmodSync(folder, 0o500)
    expect(problem().message).toBe(`${folder} is read-only.`)
  })

  it.each<[string, number, boolean, NodeJS.Platform, boolean]>([
    ['a file that nobody may write', 0o100444, false, 'win32', true],
    ['a folder that nobody may write', 0o40555, true, 'linux', true],
    ['a folder that Explorer shows in its own way', 0o40444, true, 'win32', false],
    ['a file for its user alone', 0o100600, false, 'linux', false],
  ])('%s (%o)', (_, mode, folder, platform, refused) => {
    expect(isReadOnly({ mode, isDirectory: () => folder }, platform)).toBe(refused)
  })

  it.skipIf(process.platform === 'win32').each(['', '-wal', '.lock', '.session.json'])(
    'a pipe at hookscope.db%s is an error, and nothing waits for what comes through it',
    async ending => {
      if (ending !== '') await prepareOwn()
      rmSync(path + ending, { force: true })
      execFileSync('/usr/bin/mkfifo', [path + ending])
      expect(problem()).toMatchObject({
        message: `${path}${ending} is a pipe, not a file.`,
        hint: expect.stringContaining('--db'),
        exitCode: 3,
      })
    },
  )

  it.skipIf(process.platform === 'win32')('a device', () => {
    expect(problem('/dev/null').message).toBe('/dev/null is a device, not a file.')
  })

  it.each(['SQLITE_IOERR', 'SQLITE_IOERR_READ', 'SQLITE_CORRUPT_VTAB', 'SQLITE_NOTADB', 'EIO'])(
    '%s: ends with 3, in words, and with the command that saves the rest',
    code => {
      const said = openingProblem('a b.db', Object.assign(new Error('disk I/O error'), { code }))
      expect(said).toMatchObject({
        name: 'UserError',
        exitCode: 3,
        message: expect.stringMatching(/^a b\.db (is damaged|cannot be read or written)/),
        hint: expect.stringMatching(/: hookscope repair --db ['"]a b\.db['"]$/),
      })
    },
  )

  it('damage that a command meets later ends it in the same way', () => {
    const met = storeProblem(new StoreUnavailable('damaged', 'The database is damaged'))
    expect(met).toMatchObject({ exitCode: 3, hint: expect.stringContaining('hookscope repair') })
  })

  it.each(['SQLITE_NOMEM', 'SQLITE_PROTOCOL', 'SQLITE_MISUSE'])('%s: in words', code => {
    const said = openingProblem(path, Object.assign(new Error('?'), { code }))
    expect(said).toBeInstanceOf(UserError)
    expect(said).toMatchObject({ message: expect.stringMatching(/\.$/) })
  })

  it('a path through a file', () => {
    writeFileSync(path, '')
    expect(problem(join(path, 'below', 'hookscope.db')).hint).toContain('--db')
  })

  it.each<[string, () => void]>([
    ['no database', () => writeFileSync(path, 'Dear diary, '.repeat(100), { mode: 0o644 })],
    ['very short', () => writeFileSync(path, 'x', { mode: 0o644 })],
    ['of another program', () => prepare(db => db.exec('CREATE TABLE cars (id)'))],
  ])('a foreign file stays as it was: %s', (_, make) => {
    make()
    const state = () => ({ bytes: readFileSync(path), mode: statSync(path).mode })
    const before = state()
    problem()
    problem()
    expect(state()).toEqual(before)
  })
})

describe('a database that is fine', () => {
  it('is made with its folder, for its user alone', async () => {
    const nested = join(folder, 'new', 'deep', 'hookscope.db')
    const store = openSqlite({ path: nested })
    if (process.platform !== 'win32') {
      expect(statSync(join(folder, 'new', 'deep')).mode & 0o777).toBe(0o700)
      expect(statSync(nested).mode & 0o777).toBe(0o600)
    }
    expect(store.path.endsWith(join('deep', 'hookscope.db'))).toBe(true)
    await store.close()
  })

  it('an empty file becomes one', async () => {
    writeFileSync(path, '')
    await openSqlite({ path }).close()
  })

  it('is migrated once, and carries the marks of hookscope', async () => {
    await prepareOwn(db => {
      expect(Number(db.pragma('user_version', { simple: true }))).toBeGreaterThan(0)
      expect(db.pragma('application_id', { simple: true })).toBe(0x68_6b_73_63)
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    })
    const store = openSqlite({ path })
    expect((await store.deliveries.get(1))?.id).toBe(1)
    await store.close()
  })

  it('waits for no program that reads it, and says so when one has locked it', async () => {
    const store = openSqlite({ path })
    const other = new Database(path)
    other.exec('BEGIN; SELECT count(*) FROM delivery')
    await store.deliveries.append(arrival())
    other.exec('COMMIT; BEGIN IMMEDIATE')
    await expect(store.deliveries.append(arrival())).rejects.toMatchObject({ name: 'StoreUnavailable', code: 'locked' })
    other.exec('COMMIT')
    other.close()
    await store.deliveries.append(arrival())
    await store.close()
  })
})

describe('the native package', () => {
  it.each([
    [12, 9, [20, 20], false],
    [13, 9, [20, 20], true],
    [13, 10, [22, 22], false],
    [12, 10, [24, 18], false],
    [12, 10, [24, 19], true],
    [12, 10, [26, 0], true],
    [null, 10, [24, 19], false],
  ] as const)('better-sqlite3 %s on Node-API %s, Node %s: refused %s', (major, napi, node, refused) => {
    expect(sqliteProblem(major, napi, node) !== null).toBe(refused)
  })
})
