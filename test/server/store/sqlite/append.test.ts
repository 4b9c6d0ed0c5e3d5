import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../../server/store/problem.ts'
import { type Log, openLog } from '../../../../server/store/sqlite/append.ts'
import { migrate } from '../../../../server/store/sqlite/schema/migrations.ts'
import { createWriter } from '../../../../server/store/sqlite/writer.ts'
import { arrival } from '../../../helpers/deliveries.ts'

interface Sync {
  resolve(): void
  reject(error: unknown): void
}

let folder: string
let path: string
let db: Database.Database
let log: Log
/** What the disk is asked to take, and has not taken yet. */
let syncs: Sync[]
let appended: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-append-'))
  path = join(folder, 'log.db')
  db = new Database(path)
  db.pragma('journal_mode = WAL')
  migrate(db)
  syncs = []
  appended = 0
  log = openLog({
    writer: createWriter(db, () => {}, { enter: () => {}, leave: () => {} }),
    sync: () => new Promise<void>((resolve, reject) => syncs.push({ resolve, reject })),
    onAppended: () => {
      appended += 1
    },
    refusal: () => null,
  })
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const kept = (file = path): unknown[] => {
  const other = new Database(file, { readonly: true })
  try {
    return other.prepare('SELECT id FROM arrival ORDER BY id').pluck().all()
  } finally {
    other.close()
  }
}

/** Until the disk was asked so often. */
async function asked(times: number): Promise<Sync> {
  while (syncs.length < times) await nextTurn()
  const sync = syncs[times - 1]
  if (sync === undefined) throw new Error('The disk was not asked')
  return sync
}

describe('group commit', () => {
  it('acknowledges nothing before the disk has it; what comes meanwhile goes together', async () => {
    const acknowledged: number[] = []
    const append = () => log.append(arrival()).then(id => acknowledged.push(id))
    const first = append()
    const sync = await asked(1)
    const others = Array.from({ length: 5 }, append)
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
    expect([acknowledged, log.durable(), log.busy, syncs.length, appended]).toEqual([[], 0, true, 1, 0])
    sync.resolve()
    await first
    expect([acknowledged, log.durable(), appended]).toEqual([[1], 1, 1])
    ;(await asked(2)).resolve()
    await Promise.all(others)
    await log.drained()
    expect([acknowledged, log.durable(), log.busy, syncs.length]).toEqual([[1, 2, 3, 4, 5, 6], 6, false, 2])
  })

  it('refuses what the disk does not take, and takes it out again', async () => {
    const first = log.append(arrival())
    ;(await asked(1)).resolve()
    await first
    const refused = Promise.allSettled([log.append(arrival()), log.append(arrival())])
    ;(await asked(2)).reject(new StoreUnavailable('io', 'The disk failed'))
    expect(await refused).toMatchObject([
      { status: 'rejected', reason: { code: 'io' } },
      { status: 'rejected', reason: { code: 'io' } },
    ])
    expect([log.durable(), appended]).toEqual([1, 1])
    const next = log.append(arrival())
    const sync = await asked(3)
    // A disk that failed once may say yes to what it dropped: what the log held is in the database by now.
    copyFileSync(path, `${path}.alone`)
    expect(kept(`${path}.alone`)).toContain(1)
    sync.resolve()
    const id = await next
    expect(kept()).toEqual([1, id])
    expect(log.durable()).toBe(id)
  })
})
