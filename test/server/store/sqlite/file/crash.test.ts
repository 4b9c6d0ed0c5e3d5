import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SendResult, SentRequest } from '../../../../../core/deliveries/attempt.ts'
import type { NewDelivery } from '../../../../../core/deliveries/delivery.ts'
import type { AttemptStart } from '../../../../../server/store/attempts.ts'
import { StoreUnavailable } from '../../../../../server/store/problem.ts'
import { publishOwner, readOwner } from '../../../../../server/store/sqlite/file/owner.ts'
import { openSqlite } from '../../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { bundled } from '../../../../helpers/own-process.ts'
import { useStore } from '../../fixture.ts'

const script = await bundled(new URL('../../../../helpers/store-process.ts', import.meta.url))
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
  const child = spawn(process.execPath, [script, path, String(connections)], {
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
    store.deliveries.onIndexed(deliveries => indexed.push(...deliveries.map(delivery => delivery.id)))
    await store.deliveries.settled()
    expect(indexed).toEqual(indexed.toSorted((one, two) => one - two))
    for (const [id, event] of acknowledged) {
      const delivery = await store.deliveries.get(id)
      expect(delivery?.eventId).toBe(event)
      expect(text(delivery?.body)).toBe(JSON.stringify(saleEvent({ id: event, invoice: event.repeat(40) })))
    }
    expect((await store.deliveries.facets()).total).toBeGreaterThanOrEqual(acknowledged.size)
    expect(place.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  }, 120_000)
})

describe('one owner', () => {
  const place = useStore()

  it('a second hookscope is told who has the database, and gets it when that one is gone', async () => {
    const path = place.store.path
    await place.store.close()
    const other = await otherProcess(path)
    expect(() => openSqlite({ path })).toThrow(`already open in another hookscope in process ${other.child.pid}`)
    await other.kill()
    const store = openSqlite({ path })
    await store.deliveries.append(arrival())
    await store.close()
  })

  it('a second store in the same process is refused as well, and harms nothing', async () => {
    expect(() => openSqlite({ path: place.path })).toThrow('already open')
    expect(() => openSqlite({ path: place.path })).toThrow('already open')
    await place.store.deliveries.append(arrival())
  })

  it('says where the running listener is, to its user alone, until it is closed or killed', async () => {
    const { path } = place.store
    const owner = { pid: process.pid, inspectorUrl: 'http://127.0.0.1:4041', token: 'secret' }
    expect(readOwner(path)).toBeNull()
    publishOwner(path, owner)
    expect(readOwner(path)).toEqual(owner)
    expect(() => openSqlite({ path })).toThrow(
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
  const large = (): NewDelivery => arrival({ body: new Uint8Array(100_000) })

  it('refuses deliveries as unavailable, keeps those it has, and goes on when there is space', async () => {
    const store = await place.reopen({ maxPages: 400 })
    const kept: number[] = []
    for (let count = 0; count < 5; count++) kept.push(await store.deliveries.append(large()))
    await store.deliveries.settled()
    let refusal: unknown
    while (refusal === undefined)
      await store.deliveries.append(large()).then(
        id => kept.push(id),
        error => {
          refusal = error
        },
      )
    expect(refusal).toBeInstanceOf(StoreUnavailable)
    expect(refusal).toMatchObject({ code: 'full' })
    expect(kept.length).toBeGreaterThan(5)
    const together = await Promise.allSettled([store.deliveries.append(large()), store.deliveries.append(large())])
    expect(together.map(one => one.status)).toEqual(['rejected', 'rejected'])

    await store.retention.purge({ count: 3, days: null, bytes: null })
    kept.push(await store.deliveries.append(large()))
    await store.deliveries.settled()
    for (const id of kept.slice(-4)) expect((await store.deliveries.get(id))?.body).toHaveLength(100_000)
  })
})

describe('the last of a disk that a large database fills', () => {
  const place = useStore()
  const filled = { large: 0, last: Number.MAX_SAFE_INTEGER, indexLeaves: 0, enough: Number.MAX_SAFE_INTEGER }

  it('is for deleting: deliveries are refused, and what is deleted makes room at once', async () => {
    for (let count = 0; count < 3; count += 1) await place.store.deliveries.append(arrival())
    const store = await place.reopen({ room: filled })
    await expect(store.deliveries.append(arrival())).rejects.toMatchObject({ name: 'StoreUnavailable', code: 'full' })
    expect(store.health.trouble()).toMatchObject({
      code: 'full',
      keeps: false,
      hint: expect.stringContaining('delete'),
    })
    // Other changes are kept, and what was kept before is shown.
    await store.edits.setPinned([2], true)
    expect(await store.edits.remove([1])).toEqual([1])
    await vi.waitFor(() => expect(place.rows('SELECT id FROM arrival')).toEqual([{ id: 2 }, { id: 3 }]), 20_000)
    expect((await store.deliveries.facets()).total).toBe(2)
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
    const id = await store.deliveries.append(arrival())
    const begun = await store.attempts.start(attempt(id, 10))
    const full = expect.objectContaining({ name: 'StoreUnavailable', code: 'full' })
    await expect(store.attempts.start(attempt(id, 2_000_000))).rejects.toThrow(full)
    await expect(store.attempts.end(begun, answered(2_000_000))).rejects.toThrow(full)
    expect(await store.attempts.ofDelivery(id)).toMatchObject([{ id: begun, outcome: 'pending' }])
    await store.attempts.end(begun, answered(10))
    expect(await store.attempts.ofDelivery(id)).toMatchObject([{ id: begun, outcome: 'answered' }])
  })

  it('says so while another program holds the database, whatever is to be written', async () => {
    const { store } = place
    const id = await store.deliveries.append(arrival())
    await store.deliveries.settled()
    const begun = await store.attempts.start(attempt(id, 10))
    const another = new Database(place.path)
    const writes: [string, () => unknown][] = [
      ['startAttempt', () => store.attempts.start(attempt(id, 10))],
      ['endAttempt', () => store.attempts.end(begun, answered(10))],
      ['remove', () => store.edits.remove([id])],
      ['restore', () => store.edits.restore([id])],
      ['setPinned', () => store.edits.setPinned([id], true)],
      ['setAnswered', () => store.edits.setAnswered(id, 200)],
      ['setVerdicts', () => store.edits.setVerdicts([{ id, verdict: { kind: 'unchecked' } }], 'a test')],
      ['setSetting', () => store.settings.set('subdomain', 'shop')],
    ]
    try {
      another.exec('BEGIN IMMEDIATE')
      for (const [name, write] of writes)
        await expect((async () => write())(), name).rejects.toThrow(
          expect.objectContaining({ name: 'StoreUnavailable', code: 'locked' }),
        )
      // Readers do not wait for it.
      expect(await store.deliveries.get(id)).toMatchObject({ id, pinned: false })
    } finally {
      another.close()
    }
    expect(await store.edits.remove([id])).toEqual([id])
  })
})

describe('a closed store', () => {
  const place = useStore()

  it('finished what was queued, and takes nothing more', async () => {
    const { store } = place
    const queued = Array.from({ length: 600 }, () => store.deliveries.append(arrival()))
    await store.close()
    expect(await Promise.all(queued)).toHaveLength(600)
    await expect(store.deliveries.append(arrival())).rejects.toBeInstanceOf(StoreUnavailable)
    await store.close()
    for (const read of [
      store.deliveries.get(1),
      store.changes.after(0, 10),
      store.deliveries.facets(),
      store.attempts.ofDelivery(1),
    ])
      await expect(read).rejects.toBeInstanceOf(StoreUnavailable)
    expect((await (await place.reopen()).deliveries.get(600))?.id).toBe(600)
  })
})
