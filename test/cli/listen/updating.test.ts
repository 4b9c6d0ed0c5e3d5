/** A large database of an older format: its update tells how it goes, ends when it is asked to, and is gone on with. */
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, expect, it, vi } from 'vitest'
import { takeDatabase } from '../../../server/store/sqlite/file/database.ts'
import { readHolder } from '../../../server/store/sqlite/file/owner.ts'
import { updateApart } from '../../../server/store/sqlite/file/update-apart.ts'
import { newestVersion } from '../../../server/store/sqlite/schema/migrations.ts'
import { emptyFolder, startCommand } from '../../helpers/command.ts'
import { makeFirstFormat } from '../../helpers/first-format.ts'

const rows = 51_000
let folder: string
let old: string

beforeAll(() => {
  folder = emptyFolder()
  old = join(folder, 'old.db')
  makeFirstFormat(old, rows)
  const db = new Database(old)
  // Steps of the schema read these: replays elsewhere, what failed, what was changed.
  db.exec(`INSERT INTO attempt (delivery, source, target, started_at, outcome, status, ms)
      SELECT id, 'replay', iif(id % 3 = 0, 'http://127.0.0.1:4000/hook', target), started_at + 9, 'answered',
        iif(id % 2 = 0, 500, 200), 7 FROM attempt WHERE id % 5 = 0;
    INSERT INTO attempt_content (id, method, url, request_headers, request_body)
      SELECT id, 'POST', target, '[["Host","127.0.0.1:3000"]]', iif(id % 7 = 0, x'7b7d', NULL) FROM attempt WHERE id > ${rows}`)
  db.close()
}, 120_000)

const versionOf = (path: string): number => {
  const db = new Database(path, { readonly: true })
  try {
    return Number(db.pragma('user_version', { simple: true }))
  } finally {
    db.close()
  }
}

/** The file, and what is in its log alone. */
function copy(from: string, to: string): void {
  for (const ending of ['', '-wal']) {
    rmSync(`${to}${ending}`, { force: true })
    if (existsSync(`${from}${ending}`)) copyFileSync(`${from}${ending}`, `${to}${ending}`)
  }
}

/** Each table with its rows, as one digest. */
function contentOf(path: string): Record<string, string> {
  const db = new Database(path, { readonly: true })
  try {
    const names = db
      .prepare<[], string>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name`,
      )
      .pluck()
      .all()
    const digest = (name: string) => {
      const hash = createHash('sha256')
      for (const row of db.prepare(`SELECT * FROM "${name}"`).raw().iterate()) hash.update(JSON.stringify(row))
      return hash.digest('hex')
    }
    const schema = JSON.stringify(db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all())
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    return { schema, ...Object.fromEntries(names.map(name => [name, digest(name)])) }
  } finally {
    db.close()
  }
}

const listen = (path: string) =>
  startCommand(['listen', '--db', path, '--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--no-open'])

it('is stopped by Ctrl-C at once, which says that nothing is lost', async () => {
  const path = join(folder, 'stopped.db')
  copyFileSync(old, path)
  const command = listen(path)
  await command.waitForText(/step \d+ of \d+…/)
  const { code, stderr } = await command.stop('SIGINT')
  expect(code).toBe(1)
  expect(stderr).toContain(`The update of ${path} was stopped.`)
  expect(stderr).toContain('the next start continues with the step')
  expect(readHolder(path)).toBe(null)
  expect(versionOf(path)).toBeLessThan(newestVersion)
  rmSync(path)
})

it('tells how it goes also while a step takes long', async () => {
  const path = join(folder, 'told.db')
  copy(old, path)
  const lines: string[] = []
  await updateApart(path, { log: line => lines.push(line), signal: new AbortController().signal, everyMs: 10 })
  expect(versionOf(path)).toBe(newestVersion)
  const told = lines.filter(line => /step \d+ of \d+… \d+ s$/.test(line))
  expect(told.length).toBeGreaterThan(3)
  expect(lines.length - told.length).toBe(newestVersion - 1)
  // Nothing is left to do.
  await updateApart(path, { log: line => lines.push(`again: ${line}`), signal: AbortSignal.abort() })
  expect(lines.filter(line => line.startsWith('again'))).toEqual([])
}, 60_000)

it('is gone on with wherever it was ended, and has what one in a single go has', async () => {
  const [whole, broken, before] = [join(folder, 'whole.db'), join(folder, 'broken.db'), join(folder, 'before.db')]
  copy(old, whole)
  copy(old, broken)
  takeDatabase(whole, {}).release()

  const versions: number[] = []
  let finished = 0
  for (let aim = 2; aim < newestVersion && finished < 2; aim += 2) {
    if (versionOf(broken) >= aim) continue
    copy(broken, before)
    const command = listen(broken)
    await command.waitForText(new RegExp(`step ${aim} of`))
    await command.stop(aim % 4 === 0 ? 'SIGKILL' : 'SIGINT')
    // A killed one cannot end what works for it, which notices.
    await vi.waitFor(() => expect(readHolder(broken)).toBe(null), { timeout: 10_000 })
    versions.push(versionOf(broken))
    if (versions.at(-1) !== newestVersion) continue
    // It was done before it was ended, and what hookscope does behind that has begun: that is no part of this.
    copy(before, broken)
    finished += 1
  }
  expect(versions.filter(version => version < newestVersion).length).toBeGreaterThan(1)
  takeDatabase(broken, {}).release()
  expect(contentOf(broken)).toEqual(contentOf(whole))
}, 120_000)
