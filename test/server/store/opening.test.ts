import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UserError } from '../../../server/errors.ts'
import { isReadOnly } from '../../../server/store/database.ts'
import { sqliteProblem } from '../../../server/store/native.ts'
import { openStore } from '../../../server/store/sqlite.ts'
import { arrival } from '../../helpers/deliveries.ts'

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
    void openStore({ path: of }).close()
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
  const store = openStore({ path })
  await store.append(arrival())
  await store.close()
  prepare(change)
}

describe('a database that cannot be used is named, with a way out', () => {
  it.each<[string, () => void | Promise<void>, string]>([
    ['a file that is no database', () => writeFileSync(path, 'Dear diary, '.repeat(100)), 'is not a database'],
    ['a short file', () => writeFileSync(path, 'x'), 'is not a database'],
    ['a database of another program', () => prepare(db => db.exec('CREATE TABLE cars (id)')), 'of another program'],
    ['one marked by another program', () => prepare(db => db.pragma('application_id = 7')), 'of another program'],
    ['one of a newer version', () => prepareOwn(db => db.pragma('user_version = 99')), 'newer hookscope (format 99'],
    ['a read-only file', () => prepareOwn().then(() => chmodSync(path, 0o400)), 'is read-only'],
    ['a folder', () => void mkdirSync(path), 'hookscope.db'],
  ])('%s', async (_, make, message) => {
    await make()
    const { message: said, hint } = problem()
    expect(said).toContain(message)
    expect(said).toContain('hookscope.db')
    expect(hint).toContain('--db')
  })

  it.skipIf(process.platform === 'win32')('a read-only folder', () => {
    chmodSync(folder, 0o500)
    expect(problem().message).toBe(`${folder} is read-only`)
  })

  it.each<[string, number, boolean, NodeJS.Platform, boolean]>([
    ['a file that nobody may write', 0o100444, false, 'win32', true],
    ['a folder that nobody may write', 0o40555, true, 'linux', true],
    ['a folder that Explorer shows in its own way', 0o40444, true, 'win32', false],
    ['a file for its user alone', 0o100600, false, 'linux', false],
  ])('%s (%o)', (_, mode, folder, platform, refused) => {
    expect(isReadOnly({ mode, isDirectory: () => folder }, platform)).toBe(refused)
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
    const store = openStore({ path: nested })
    if (process.platform !== 'win32') {
      expect(statSync(join(folder, 'new', 'deep')).mode & 0o777).toBe(0o700)
      expect(statSync(nested).mode & 0o777).toBe(0o600)
    }
    expect(store.path.endsWith(join('deep', 'hookscope.db'))).toBe(true)
    await store.close()
  })

  it('an empty file becomes one', async () => {
    writeFileSync(path, '')
    await openStore({ path }).close()
  })

  it('is migrated once, and carries the marks of hookscope', async () => {
    await prepareOwn(db => {
      expect(Number(db.pragma('user_version', { simple: true }))).toBeGreaterThan(0)
      expect(db.pragma('application_id', { simple: true })).toBe(0x68_6b_73_63)
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    })
    const store = openStore({ path })
    expect((await store.get(1))?.id).toBe(1)
    await store.close()
  })

  it('waits for no program that reads it, and says so when one has locked it', async () => {
    const store = openStore({ path })
    const other = new Database(path)
    other.exec('BEGIN; SELECT count(*) FROM delivery')
    await store.append(arrival())
    other.exec('COMMIT; BEGIN IMMEDIATE')
    await expect(store.append(arrival())).rejects.toMatchObject({ name: 'StoreUnavailable', code: 'locked' })
    other.exec('COMMIT')
    other.close()
    await store.append(arrival())
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
