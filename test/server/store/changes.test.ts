import { describe, expect, it } from 'vitest'
import type { SendResult } from '../../../core/attempt.ts'
import type { HeaderList } from '../../../core/headers.ts'
import type { ChangesAfter, StoredHook } from '../../../server/store/store.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

const place = useStore()
const target = 'http://localhost:3000/webhooks'
const answered: SendResult = {
  outcome: 'answered',
  answer: {
    status: 503,
    headers: [
      ['Retry-After', '5'],
      ['Set-Cookie', 'a'],
      ['set-cookie', 'b'],
    ],
    body: Uint8Array.of(0, 255, 128),
    bodyBytes: 4000,
  },
  timing: { connectMs: 1.25, firstByteMs: 8, totalMs: 9.5 },
  error: null,
}
const refused: SendResult = {
  outcome: 'refused',
  answer: null,
  timing: { connectMs: null, firstByteMs: null, totalMs: 2 },
  error: { code: 'ECONNREFUSED', message: 'Nothing listens there', hint: 'Start the app' },
}

async function append(): Promise<number> {
  const id = await place.store.append(arrival({ body: saleEvent({ id: `event-${place.store.cursor()}` }) }))
  await place.store.settled()
  return id
}

const start = (delivery: number, body: Uint8Array = new Uint8Array(), headers: [string, string][] = []) =>
  place.store.startAttempt({
    delivery,
    source: 'replay',
    target,
    startedAt: place.now(),
    request: { method: 'POST', url: target, headers, body },
  })

/** The changes, as `kind id`. */
function told(after: ChangesAfter): string[] {
  if (after.kind === 'reset') return ['reset']
  return after.changes.map(change =>
    change.kind === 'delivery'
      ? `delivery ${change.delivery.id}`
      : change.kind === 'attempt'
        ? `attempt ${change.attempt.id}`
        : change.kind === 'simulated'
          ? `simulated ${change.event.id}`
          : `${change.kind} ${change.id}`,
  )
}

describe('the change log', () => {
  it('tells each thing once, as it is now, and goes on where it ended', async () => {
    const before = place.store.cursor()
    const first = await append()
    const second = await append()
    place.store.setPinned([first], true)
    place.store.setAnswered(first, 202)
    const changes = await place.store.changesAfter(before, 100)
    expect(told(changes)).toEqual([`delivery ${second}`, `delivery ${first}`])
    expect(changes).toMatchObject({
      kind: 'changes',
      cursor: place.store.cursor(),
      more: false,
      changes: [{ delivery: { pinned: false } }, { delivery: { pinned: true, status: 202 } }],
    })
    expect(told(await place.store.changesAfter(place.store.cursor(), 100))).toEqual([])
    place.store.remove([second])
    expect(told(await place.store.changesAfter(before, 100))).toEqual([
      `delivery ${first}`,
      `delivery-removed ${second}`,
    ])
  })

  it('comes in parts when there is much, nothing missed', async () => {
    const before = place.store.cursor()
    const ids: number[] = []
    for (let count = 0; count < 5; count++) ids.push(await append())
    const seen: string[] = []
    let cursor = before
    for (let more = true; more; ) {
      const part = await place.store.changesAfter(cursor, 2)
      if (part.kind === 'reset') throw new Error('reset')
      seen.push(...told(part))
      ;({ cursor, more } = part)
    }
    expect(seen).toEqual(ids.map(id => `delivery ${id}`))
    expect(cursor).toBe(place.store.cursor())
  })

  it('outlasts the process: a cursor is good after a restart', async () => {
    const before = place.store.cursor()
    const id = await append()
    const store = await place.reopen()
    expect(told(await store.changesAfter(before, 10))).toEqual([`delivery ${id}`])
    const next = await append()
    expect(told(await store.changesAfter(before, 10))).toEqual([`delivery ${id}`, `delivery ${next}`])
  })

  it('says reset for a cursor it does not know: too new, of another database, trimmed', async () => {
    await append()
    const now = place.store.cursor()
    expect(await place.store.changesAfter(now + 1, 10)).toEqual({ kind: 'reset', cursor: now })
    expect(await place.store.changesAfter(0, 10)).toEqual({ kind: 'reset', cursor: now })
    expect((await place.store.changesAfter(now - 1, 10)).kind).toBe('changes')
  })

  it('is trimmed to its newest entries, and says reset to those who missed them', async () => {
    const before = place.store.cursor()
    const id = await append()
    for (let count = 0; count < 50_000; count += 2) place.store.setPinned([id], count % 4 === 0)
    for (let count = 0; count < 50_000; count += 2) place.store.setPinned([id], count % 4 === 0)
    await place.store.purge({ count: null, days: null, bytes: null })
    expect(told(await place.store.changesAfter(before, 10))).toEqual(['reset'])
    expect(place.rows('SELECT count(*) AS n FROM feed')).toEqual([{ n: 50_000 }])
    expect((await place.store.changesAfter(place.store.cursor() - 50_000, 10)).kind).toBe('changes')
    expect((await place.store.changesAfter(place.store.cursor() - 50_001, 10)).kind).toBe('reset')
  }, 60_000)

  it('announces itself after the change can be read, also to several, until they leave', async () => {
    const cursors: number[] = []
    const before = place.store.cursor()
    const leave = place.store.onChange(() => cursors.push(place.store.cursor()))
    const id = await append()
    expect(cursors).toEqual([before + 1])
    place.store.setPinned([id], true)
    place.store.setPinned([id], true)
    expect(cursors).toEqual([before + 1, before + 2])
    leave()
    place.store.setPinned([id], false)
    expect(cursors).toHaveLength(2)
  })
})

describe('an attempt', () => {
  it('is pending, then ended, and shown on its delivery both times', async () => {
    const id = await append()
    const heard: unknown[] = []
    place.store.onAttempt(attempt => heard.push(attempt))
    const sent = Uint8Array.of(1, 2, 0, 255)
    const cursor = place.store.cursor()
    const attempt = start(id, sent, [
      ['Host', 'localhost:3000'],
      ['X-Signature', 'ab'],
    ])
    const pending = { id: attempt, delivery: id, source: 'replay', target, outcome: 'pending', status: null, ms: null }
    expect((await place.store.get(id))?.lastAttempt).toMatchObject(pending)
    expect(await place.store.attempt(attempt)).toMatchObject({ ...pending, answer: null, timing: null, error: null })
    place.store.endAttempt(attempt, answered)
    const ended = { ...pending, outcome: 'answered', status: 503, ms: 9.5 }
    const unsaid = { line: null, location: null, error: null, sloppy: [] }
    expect(heard).toEqual([{ ...ended, ...unsaid, startedAt: '2026-11-23T12:00:00.000Z' }])
    expect(told(await place.store.changesAfter(cursor, 10)).sort()).toEqual([`attempt ${attempt}`, `delivery ${id}`])
    const [whole] = await place.store.attempts(id)
    expect(whole).toMatchObject({ ...ended, timing: answered.timing, error: null })
    expect(whole?.answer?.headers).toEqual(answered.answer?.headers)
    expect(whole?.answer?.bodyBytes).toBe(4000)
    expect([...(whole?.answer?.body ?? [])]).toEqual([0, 255, 128])
    expect([...(whole?.request.body ?? [])]).toEqual([...sent])
    expect(whole?.request.headers[1]).toEqual(['X-Signature', 'ab'])
  })

  it('that sends the delivery’s own body comes back with it', async () => {
    const id = await append()
    const body = (await place.store.get(id))?.body ?? new Uint8Array()
    start(id, body)
    expect((await place.store.attempts(id))[0]?.request.body).toEqual(body)
    expect(place.rows('SELECT request_body FROM attempt_content')).toEqual([{ request_body: null }])
  })

  it('of a delivery that is not indexed yet is shown once it is', async () => {
    const id = await place.store.append(arrival())
    const attempt = start(id)
    place.store.endAttempt(attempt, refused)
    await place.store.settled()
    expect((await place.store.get(id))?.lastAttempt).toMatchObject({ id: attempt, outcome: 'refused' })
    expect((await place.store.facets()).failed).toBe(1)
  })

  it('ends once, and an older one that ends later does not hide the newer', async () => {
    const id = await append()
    const [older, newer] = [start(id), start(id)]
    place.store.endAttempt(newer, answered)
    place.store.endAttempt(older, refused)
    place.store.endAttempt(newer, refused)
    expect((await place.store.get(id))?.lastAttempt).toMatchObject({ id: newer, outcome: 'answered' })
    expect((await place.store.attempts(id)).map(attempt => attempt.outcome)).toEqual(['refused', 'answered'])
  })

  it('has what the app said, or why it said nothing, beside how it ended', async () => {
    const id = await append()
    const body = Buffer.from('{"error":"no order 7"}')
    const answer = (status: number, headers: HeaderList = []) =>
      ({ ...answered, answer: { status, headers, body, bodyBytes: body.length } }) as const
    const last = async (result: SendResult) => {
      place.store.endAttempt(start(id), result)
      return (await place.store.get(id))?.lastAttempt
    }
    expect(await last(answer(500))).toMatchObject({ line: 'no order 7', location: null, error: null })
    expect(await last(answer(308, [['Location', '/in/']]))).toMatchObject({ line: 'no order 7', location: '/in/' })
    expect(await last(answer(201))).toMatchObject({ line: null, location: null, error: null })
    expect(await last(refused)).toMatchObject({ line: null, location: null, error: refused.error })
  })

  it('left pending by a crash is ended as reset, and says so', async () => {
    const id = await append()
    const attempt = start(id)
    const store = await place.reopen()
    expect(await store.attempt(attempt)).toMatchObject({ outcome: 'reset', ms: null, error: { code: 'interrupted' } })
    expect((await store.get(id))?.lastAttempt?.outcome).toBe('reset')
  })
})

describe('hooks and settings', () => {
  it('last', async () => {
    const hook: StoredHook = {
      id: 'main',
      label: 'My shop',
      path: '/in/abc',
      savedSecrets: { basicAuth: { username: 'u', password: 'p' }, signatureKey: 'k', sourceKey: null },
      customUrl: 'https://shop.example/in',
      events: ['ach.settled'],
      rehearsal: null,
      createdAt: 1_790_000_000_000,
    }
    place.store.saveHook({ ...hook, label: 'Old' })
    place.store.saveHook(hook)
    place.store.setSetting('subdomain', 'brave-fox')
    place.store.setSetting('gone', 'x')
    place.store.setSetting('gone', null)
    const store = await place.reopen()
    expect(store.hooks()).toEqual([hook])
    expect(store.setting('subdomain')).toBe('brave-fox')
    expect(store.setting('gone')).toBeNull()
  })
})
