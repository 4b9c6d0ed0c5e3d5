import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import type { SendResult, SentRequest } from '../../../core/attempt.ts'
import type { Arrival } from '../../../core/delivery.ts'
import { publishOwner, readOwner } from '../../../server/store/owner.ts'
import { openStore } from '../../../server/store/sqlite.ts'
import { type AttemptStart, type Store, StoreUnavailable } from '../../../server/store/store.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

const script = fileURLToPath(new URL('../../helpers/store-process.ts', import.meta.url))
const children = new Set<ChildProcess>()
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  children.clear()
})

/** Another hookscope on a database; `lines` grows with what it says. */
async function otherProcess(path: string, connections = 0) {
  const child = spawn(process.execPath, ['--import', 'jiti/register', script, path, String(connections)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.add(child)
  const lines: { kind: string; id: number; event: string }[] = []
  const reader = createInterface({ input: child.stdout })
  const waiting: { count: number; reached: () => void }[] = []
  reader.on('line', line => {
    lines.push(JSON.parse(line))
    for (const { count, reached } of waiting) if (lines.length >= count) reached()
  })
  const atLeast = (count: number) =>
    new Promise<void>((reached, failed) => {
      if (lines.length >= count) reached()
      waiting.push({ count, reached })
      child.once('exit', () => failed(new Error('The process ended early')))
    })
  await atLeast(1)
  return {
    child,
    lines,
    atLeast,
    async kill() {
      const closed = once(reader, 'close')
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await Promise.all([closed, exited])
    },
  }
}

const text = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString()

describe('kill -9', () => {
  const place = useStore()

  it('loses nothing that was acknowledged, again and again, and the index catches up', async () => {
    let store: Store = place.store
    const path = store.path
    await store.close()
    const acknowledged = new Map<number, string>()
    for (const count of [40, 300, 1500]) {
      const other = await otherProcess(path, 20)
      await other.atLeast(count)
      await other.kill()
      for (const { kind, id, event } of other.lines) if (kind === 'acknowledged') acknowledged.set(id, event)
    }
    store = await place.reopen()
    const indexed: number[] = []
    store.onIndexed(deliveries => indexed.push(...deliveries.map(delivery => delivery.id)))
    await store.settled()
    expect(indexed).toEqual(indexed.toSorted((one, two) => one - two))
    for (const [id, event] of acknowledged) {
      const delivery = await store.get(id)
      expect(delivery?.eventId).toBe(event)
      expect(text(delivery?.body)).toBe(JSON.stringify(saleEvent({ id: event, invoice: event.repeat(40) })))
    }
    expect((await store.facets()).total).toBeGreaterThanOrEqual(acknowledged.size)
    expect(place.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  }, 120_000)
})

describe('one owner', () => {
  const place = useStore()

  it('a second hookscope is told who has the database, and gets it when that one is gone', async () => {
    const path = place.store.path
    await place.store.close()
    const other = await otherProcess(path)
    expect(() => openStore({ path })).toThrow(`already open in another hookscope in process ${other.child.pid}`)
    await other.kill()
    const store = openStore({ path })
    await store.append(arrival())
    await store.close()
  })

  it('a second store in the same process is refused as well, and harms nothing', async () => {
    expect(() => openStore({ path: place.path })).toThrow('already open')
    expect(() => openStore({ path: place.path })).toThrow('already open')
    await place.store.append(arrival())
  })

  it('says where the running listener is, to its user alone, until it is closed or killed', async () => {
    const { path } = place.store
    const owner = { pid: process.pid, inspectorUrl: 'http://127.0.0.1:4041', token: 'secret' }
    expect(readOwner(path)).toBeNull()
    publishOwner(path, owner)
    expect(readOwner(path)).toEqual(owner)
    expect(() => openStore({ path })).toThrow(
      expect.objectContaining({ terminalHint: expect.stringContaining('http://127.0.0.1:4041/?token=secret') }),
    )
    if (process.platform !== 'win32')
      for (const suffix of ['', '-wal', '-shm', '.lock', '.session.json'])
        expect(`${suffix} ${(statSync(path + suffix).mode & 0o777).toString(8)}`).toBe(`${suffix} 600`)
    await place.store.close()
    expect(readOwner(path)).toBeNull()
    // As a killed process leaves it: the note, without the lock.
    publishOwner(path, owner)
    expect(readOwner(path)).toBeNull()
  })
})

describe('a full disk', () => {
  const place = useStore()
  const large = (): Arrival => arrival({ body: new Uint8Array(100_000) })

  it('refuses deliveries as unavailable, keeps those it has, and goes on when there is space', async () => {
    const store = await place.reopen({ maxPages: 400 })
    const kept: number[] = []
    for (let count = 0; count < 5; count++) kept.push(await store.append(large()))
    await store.settled()
    let refusal: unknown
    while (refusal === undefined)
      await store.append(large()).then(
        id => kept.push(id),
        error => {
          refusal = error
        },
      )
    expect(refusal).toBeInstanceOf(StoreUnavailable)
    expect(refusal).toMatchObject({ code: 'full' })
    expect(kept.length).toBeGreaterThan(5)
    const together = await Promise.allSettled([store.append(large()), store.append(large())])
    expect(together.map(one => one.status)).toEqual(['rejected', 'rejected'])

    await store.purge({ count: 3, days: null, bytes: null })
    kept.push(await store.append(large()))
    await store.settled()
    for (const id of kept.slice(-4)) expect((await store.get(id))?.body).toHaveLength(100_000)
  })
})

describe('what cannot be written', () => {
  const place = useStore()
  const request = (bytes: number): SentRequest => ({
    method: 'POST',
    url: 'http://localhost:3000/',
    headers: [],
    body: new Uint8Array(bytes),
  })
  const attempt = (delivery: number, bytes: number): AttemptStart => ({
    ...{ delivery, source: 'replay', target: 'http://localhost:3000/', startedAt: 0 },
    request: request(bytes),
  })
  const answered = (bytes: number): SendResult => ({
    outcome: 'answered',
    answer: { status: 200, headers: [], body: new Uint8Array(bytes), bodyBytes: bytes },
    timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 },
    error: null,
  })

  it('says so on a full disk, and an attempt that it could not end is still pending', async () => {
    const store = await place.reopen({ maxPages: 200 })
    const id = await store.append(arrival())
    const begun = store.startAttempt(attempt(id, 10))
    const full = expect.objectContaining({ name: 'StoreUnavailable', code: 'full' })
    expect(() => store.startAttempt(attempt(id, 2_000_000))).toThrow(full)
    expect(() => store.endAttempt(begun, answered(2_000_000))).toThrow(full)
    expect(await store.attempts(id)).toMatchObject([{ id: begun, outcome: 'pending' }])
    store.endAttempt(begun, answered(10))
    expect(await store.attempts(id)).toMatchObject([{ id: begun, outcome: 'answered' }])
  })

  it('says so while another program holds the database, whatever is to be written', async () => {
    const { store } = place
    const id = await store.append(arrival())
    await store.settled()
    const begun = store.startAttempt(attempt(id, 10))
    const another = new Database(place.path)
    const writes: [string, () => unknown][] = [
      ['startAttempt', () => store.startAttempt(attempt(id, 10))],
      ['endAttempt', () => store.endAttempt(begun, answered(10))],
      ['remove', () => store.remove([id])],
      ['restore', () => store.restore([id])],
      ['setPinned', () => store.setPinned([id], true)],
      ['setAnswered', () => store.setAnswered(id, 200)],
      ['setVerdicts', () => store.setVerdicts([{ id, verdict: { kind: 'unchecked' } }], 'a test')],
      ['setSetting', () => store.setSetting('subdomain', 'shop')],
    ]
    try {
      another.exec('BEGIN IMMEDIATE')
      for (const [name, write] of writes)
        expect(write, name).toThrow(expect.objectContaining({ name: 'StoreUnavailable', code: 'locked' }))
      // Readers do not wait for it.
      expect(await store.get(id)).toMatchObject({ id, pinned: false })
    } finally {
      another.close()
    }
    expect(store.remove([id])).toEqual([id])
  })
})

describe('a closed store', () => {
  const place = useStore()

  it('finished what was queued, and takes nothing more', async () => {
    const { store } = place
    const queued = Array.from({ length: 600 }, () => store.append(arrival()))
    await store.close()
    expect(await Promise.all(queued)).toHaveLength(600)
    await expect(store.append(arrival())).rejects.toBeInstanceOf(StoreUnavailable)
    await store.close()
    for (const read of [store.get(1), store.changesAfter(0, 10), store.facets(), store.attempts(1)])
      await expect(read).rejects.toBeInstanceOf(StoreUnavailable)
    expect((await (await place.reopen()).get(600))?.id).toBe(600)
  })
})
