import http from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ReplayPreview } from '../../../core/deliveries/replay.ts'
import type { AttemptView, DeliveryView } from '../../../server/api/types.ts'
import type { ListPage, Timeline } from '../../../server/store/deliveries.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { basicHeader, signatureOf } from '../../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { type Answer, openDoor, signatureKey, type TestDoor, token } from './door.ts'

let door: TestDoor
let merchant: Merchant
beforeAll(async () => {
  door = await openDoor()
  merchant = await startMerchant()
})
afterAll(async () => {
  await door.close()
  await merchant.close()
})
beforeEach(() => merchant.behave(manners.answers()))

const problem = (code: string) => ({
  error: expect.objectContaining({ code, message: expect.any(String), hint: expect.any(String) }),
})
const idsOf = (answer: Answer) => (answer.json as ListPage).deliveries.map(({ id }) => id)
const eventId = (seed: number) => seed.toString(16).padStart(64, '0')

describe('a delivery', () => {
  const body = Buffer.from(JSON.stringify(saleEvent({ id: eventId(1), key: 'firstkey' })))
  const signature = signatureOf(signatureKey, body)
  const others = [
    ['X-Twice', 'one'],
    ['x-twice', 'two'],
  ] as const
  const headers = [
    ['X-Signature', signature],
    ['Authorization', basicHeader('merchant', 'open sesame')],
    ...others,
  ] as const

  it('is shown whole, its credentials masked unless asked for', async () => {
    const [id] = await door.add(
      arrival({ body, headers, verdict: { kind: 'verified', key: 'signature-key', basic: true } }),
    )
    const { status, json } = await door.call(`/api/deliveries/${id}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      id,
      verdict: 'verified',
      verdictDetail: { kind: 'verified', key: 'signature-key', basic: true },
      eventType: 'transaction.sale.success',
      objectKey: 'firstkey',
      headers: [['X-Signature', signature], ['Authorization', 'Basic ••••'], ...others],
      body: { base64: body.toString('base64'), text: body.toString(), bytes: body.length },
      decoded: null,
      signature: {
        received: [signature],
        signedBytes: body.length,
        keys: [{ kind: 'signature-key', matches: true, expected: signature, masked: '••••hant' }],
      },
      authentication: {
        expectedUsername: 'merchant',
        received: { count: 1, scheme: 'Basic', username: 'merchant' },
        matches: true,
      },
      attempts: [],
    } satisfies Partial<DeliveryView>)
    expect(JSON.stringify(json)).not.toContain('open sesame')
    expect(JSON.stringify(json)).not.toContain(signatureKey)

    const revealed = await door.call(`/api/deliveries/${id}?reveal=1`)
    expect(revealed.json).toMatchObject({ headers })
  })

  it.each([
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['a byte order mark', Buffer.from('\ufeff{}')],
    ['nothing', Buffer.alloc(0)],
    ['text of several scripts', Buffer.from('{"a":"žluťoučký 売上 🧾"}')],
  ])('gives back its exact bytes: %s', async (_name, bytes) => {
    const [id] = await door.add(arrival({ body: bytes }))
    const answer = await door.call(`/api/deliveries/${id}/body`)
    expect(answer.bytes.equals(bytes)).toBe(true)
    expect(answer.headers['content-type']).toBe('application/octet-stream')
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="delivery-${id}.bin"`)
    const { body } = (await door.call(`/api/deliveries/${id}`)).json as DeliveryView
    expect(Buffer.from(body.base64, 'base64').equals(bytes)).toBe(true)
    expect(body.text).toBe(bytes.length === 256 ? null : bytes.toString())
  })

  it('is shown decompressed beside the bytes that came', async () => {
    const text = JSON.stringify(saleEvent({ id: eventId(2) }))
    const [id] = await door.add(arrival({ body: gzipSync(text), headers: [['Content-Encoding', 'gzip']] }))
    const { decoded, body: raw } = (await door.call(`/api/deliveries/${id}`)).json as DeliveryView
    expect(decoded?.text).toBe(text)
    expect(raw.text).toBeNull()
  })

  it('of a hook that is gone is shown too', async () => {
    const [id] = await door.add(arrival({ hook: 'gone' }))
    expect((await door.call(`/api/deliveries/${id}`)).json).toMatchObject({ hook: 'gone', signature: { keys: [] } })
  })

  it('tells of its other tries and of its journey', async () => {
    const first = { id: eventId(3), key: 'journeykey', triggered: '2026-11-20 10:00:00' }
    const later = {
      id: eventId(4),
      key: 'journeykey',
      type: 'transaction.sale.voided',
      triggered: '2026-11-20 09:00:00',
    }
    const ids = await door.add(
      arrival({ body: saleEvent(first) }),
      arrival({ body: saleEvent(first) }),
      arrival({ body: saleEvent(later) }),
    )
    const tries = await door.call(`/api/deliveries/${ids[1]}/tries`)
    expect(tries.json).toMatchObject({
      deliveries: [{ id: ids[0] }, { id: ids[1], retryOf: ids[0], notes: ['retry'] }],
    })
    const journey = await door.call(`/api/deliveries/${ids[0]}/journey`)
    expect(idsOf(journey)).toEqual([ids[2], ids[0], ids[1]])
    const [alone] = await door.add(arrival({ body: 'no event' }))
    expect(idsOf(await door.call(`/api/deliveries/${alone}/tries`))).toEqual([alone])
  })
})

describe('the list', () => {
  it('reads days in the time zone of who asks, wherever there is a search', async () => {
    const body = saleEvent({ key: 'zoned' })
    const hours = [3, 5, 27]
    const [, second, third] = await door.add(
      ...hours.map(hour => arrival({ body, receivedAt: Date.UTC(2026, 4, 1, hour) })),
    )
    const q = 'q=key:zoned+on:2026-05-01&zone=America/New_York'
    expect(idsOf(await door.call(`/api/deliveries?${q}`))).toEqual([third, second])
    expect((await door.call(`/api/deliveries/count?${q}`)).json).toMatchObject({ count: 2 })
    const { json } = await door.call(`/api/timeline?${q}&buckets=1`)
    expect((json as Timeline).buckets).toMatchObject([{ unchecked: 2 }])
    const { text } = await door.call(`/api/deliveries/export?${q}&format=ndjson`)
    expect(text.trimEnd().split('\n')).toHaveLength(2)
    const asked = { q: 'key:zoned on:2026-05-01', zone: 'America/New_York' }
    const removed = await door.call('/api/deliveries/remove', { body: asked })
    expect((removed.json as { ids: number[] }).ids.toSorted((one, other) => one - other)).toEqual([second, third])
    expect(await door.call('/api/deliveries?zone=Nowhere')).toMatchObject({ status: 400 })
  })

  it('is paged by keyset, newest first, and counted', async () => {
    const ids = await door.add(
      ...Array.from({ length: 7 }, (_, index) =>
        arrival({ body: saleEvent({ id: eventId(100 + index), key: 'paged' }) }),
      ),
    )
    const seen: number[] = []
    let next: number | null = null
    do {
      const page: Answer = await door.call(
        `/api/deliveries?q=key:paged&limit=3${next === null ? '' : `&before=${next}`}`,
      )
      seen.push(...idsOf(page))
      next = (page.json as ListPage).next
    } while (next !== null)
    expect(seen).toEqual(ids.toReversed())
    expect((await door.call('/api/deliveries/count?q=key:paged')).json).toEqual({ count: 7, capped: false })
  })

  it('groups the tries of an event when asked to', async () => {
    const one = saleEvent({ id: eventId(200), key: 'grouped' })
    const ids = await door.add(arrival({ body: one }), arrival({ body: one }))
    expect(idsOf(await door.call('/api/deliveries?q=key:grouped'))).toEqual(ids.toReversed())
    expect(idsOf(await door.call('/api/deliveries?q=key:grouped&grouped=1'))).toEqual([ids[1]])
    expect(idsOf(await door.call('/api/deliveries?q=key:grouped&grouped=0'))).toHaveLength(2)
  })

  it('says where a search is wrong', async () => {
    const answer = await door.call(`/api/deliveries?q=${encodeURIComponent('key:x is:rejectd')}`)
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({
      error: {
        code: 'query',
        message: '“rejectd” is not a value of this field.',
        hint: expect.stringContaining('Did you mean “rejected”?'),
        span: { start: 9, end: 16 },
      },
    })
  })

  it('finds by text, and by every field without an error', async () => {
    const [id] = await door.add(arrival({ body: saleEvent({ id: eventId(300), invoice: 'the last update' }) }))
    expect(idsOf(await door.call(`/api/deliveries?q=${encodeURIComponent('"last update"')}`))).toEqual([id])
    const q =
      'type:* is:verified,noted status:5xx,refused answered:200 key:a event:b ref:c amount:>1 bytes:<1k after:2h before:today on:2026-11-01 hook:main family:ach verdict:rejected reason:signature-wrong note:retry method:POST id:1-9 -word "a \'phrase\'"'
    const answer = await door.call(`/api/deliveries?q=${encodeURIComponent(q)}`)
    expect([answer.status, answer.json]).toEqual([200, { deliveries: [], next: null }])
  })

  it('has a timeline in the days of who asks', async () => {
    const span = `from=${Date.UTC(2026, 10, 2, 12)}&to=${Date.UTC(2026, 10, 9, 12)}&buckets=10&even=1`
    const begins = async (zone: string) =>
      ((await door.call(`/api/timeline?${span}&zone=${zone}`)).json as { from: number }).from
    expect(await begins('America/New_York')).toBe(Date.UTC(2026, 10, 2, 5))
    expect(await begins('Asia/Kolkata')).toBe(Date.UTC(2026, 10, 1, 18, 30))
    expect(await begins('UTC')).toBe(Date.UTC(2026, 10, 2))
  })

  it('comes with totals and a timeline', async () => {
    expect((await door.call('/api/facets')).json).toMatchObject({ total: expect.any(Number), hooks: expect.any(Array) })
    const timeline = (await door.call('/api/timeline?buckets=10')).json as { buckets: unknown[] }
    expect(timeline.buckets.length).toBeGreaterThan(0)
    expect(timeline.buckets.length).toBeLessThanOrEqual(10)
  })
})

describe('a search', () => {
  it('ends when nobody waits for its answer any more', async () => {
    const told: unknown[] = []
    let begun: (signal: AbortSignal | undefined) => void
    const signalled = new Promise<AbortSignal | undefined>(resolve => {
      begun = resolve
    })
    const slow = await openDoor({
      ui: false,
      instead: store => ({
        ...store,
        deliveries: {
          ...store.deliveries,
          async count(query, cap, options) {
            const signal = options?.signal
            begun(signal)
            await new Promise(done => signal?.addEventListener('abort', done))
            return store.deliveries.count(query, cap, options).catch(error => {
              told.push(error)
              throw error
            })
          },
        },
      }),
    })
    const asked = http.get(`http://127.0.0.1:${slow.inspector.port}/api/deliveries/count?q=is:unknown`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    asked.on('error', () => {})
    const signal = await signalled
    asked.destroy()
    await expect.poll(() => told).toHaveLength(1)
    expect(told).toEqual([signal?.reason])
    await slow.close()
  })
})

describe('pin, remove, restore', () => {
  it('do what they say to those asked for, or to those a search finds', async () => {
    const ids = await door.add(
      ...[1, 2, 3].map(index => arrival({ body: saleEvent({ id: eventId(400 + index), key: 'changing' }) })),
    )
    const left = async () => idsOf(await door.call('/api/deliveries?q=key:changing'))
    const [first = 0, second = 0, third = 0] = ids
    expect((await door.call('/api/deliveries/pin', { body: { ids: [first], pinned: true } })).json).toEqual({
      ids: [first],
    })
    expect(idsOf(await door.call('/api/deliveries?q=is:pinned'))).toEqual([first])
    const removed = await door.call('/api/deliveries/remove', { body: { ids: [second, 999_999] } })
    expect(removed.json).toEqual({ ids: [second] })
    expect(await left()).toEqual([third, first])
    const found = await door.call('/api/deliveries/remove', { body: { q: 'key:changing' } })
    expect((found.json as { ids: number[] }).ids.toSorted()).toEqual([first, third])
    expect(await left()).toEqual([])
    expect((await door.call(`/api/deliveries/${first}`)).status).toBe(404)
    await door.call('/api/deliveries/restore', { body: { ids } })
    expect(await left()).toEqual([third, second, first])
  })

  it('a search with a mistake in it removes nothing', async () => {
    const [id] = await door.add(arrival({ body: saleEvent({ id: eventId(450), key: 'staying' }) }))
    const answer = await door.call('/api/deliveries/remove', { body: { q: 'key:staying is:nothing' } })
    expect([answer.status, answer.json]).toEqual([400, problem('query')])
    expect(idsOf(await door.call('/api/deliveries?q=key:staying'))).toEqual([id])
  })
})

describe('replay', () => {
  it('sends the delivery and answers with the attempt', async () => {
    const body = Buffer.from(JSON.stringify(saleEvent({ id: eventId(500) })))
    const [id] = await door.add(arrival({ body, headers: [['Authorization', 'Basic c2VjcmV0']] }))
    merchant.behave(manners.answers('201 Created', [], 'thanks'))
    const before = merchant.received.length
    const answer = await door.call(`/api/deliveries/${id}/replay`, { body: { target: merchant.url } })
    expect(answer.status).toBe(200)
    const { attempt } = answer.json as { attempt: AttemptView }
    expect(attempt).toMatchObject({
      delivery: id,
      source: 'replay',
      outcome: 'answered',
      status: 201,
      answer: { body: { text: 'thanks' } },
    })
    expect(attempt.request.headers).toContainEqual(['Authorization', 'Basic ••••'])
    expect(merchant.received[before]?.body.equals(body)).toBe(true)

    const kept = await door.call(`/api/attempts/${attempt.id}?reveal=1`)
    expect((kept.json as { attempt: AttemptView }).attempt.request.headers).toContainEqual([
      'Authorization',
      'Basic c2VjcmV0',
    ])
    expect((await door.call(`/api/deliveries/${id}/attempts`)).json).toEqual({ attempts: [attempt] })

    const { request, answer: answered, timing, ...summary } = attempt
    const whole = await door.call(`/api/deliveries/${id}`)
    const brief = await door.call(`/api/deliveries/${id}?attempts=summary`)
    expect(whole.json).toMatchObject({ attempts: [{ ...summary, request, answer: answered, timing }] })
    expect(brief.json).toEqual({ ...(whole.json as DeliveryView), attempts: [summary] })
  })

  it('sends it changed and signed anew, and shows before what would go out', async () => {
    const [id] = await door.add(arrival({ headers: [['X-Signature', 'old']] }))
    const request = { target: merchant.url, changes: { body: { text: '{"changed":true}' } }, resign: true }
    const expected = signatureOf(signatureKey, Buffer.from('{"changed":true}'))
    const preview = await door.call(`/api/deliveries/${id}/replay/preview`, { body: request })
    expect(preview.json).toMatchObject({
      signatures: { original: 'old', resigned: expected },
      request: { body: { text: '{"changed":true}' } },
    })
    const before = merchant.received.length
    await door.call(`/api/deliveries/${id}/replay`, { body: request })
    expect(merchant.received[before]?.headers).toContainEqual(['X-Signature', expected])
  })

  it('shows what would go out without the credentials, unless asked for', async () => {
    const [id] = await door.add(arrival({ headers: [['Authorization', 'Basic c2VjcmV0']] }))
    const body = { target: merchant.url }
    const shown = await door.call(`/api/deliveries/${id}/replay/preview`, { body })
    expect(shown.text).not.toContain('c2VjcmV0')
    expect((shown.json as ReplayPreview).request.headers).toContainEqual(['Authorization', 'Basic ••••'])
    const revealed = await door.call(`/api/deliveries/${id}/replay/preview?reveal=1`, { body })
    expect((revealed.json as ReplayPreview).request.headers).toContainEqual(['Authorization', 'Basic c2VjcmV0'])
  })

  it('all that a search finds go out as a job', async () => {
    const parts = [1, 2].map(seed => arrival({ body: saleEvent({ id: eventId(600 + seed), key: 'jobbed' }) }))
    await door.add(...parts, arrival({ body: saleEvent({ id: eventId(603), key: 'other' }) }))
    const before = merchant.received.length
    const request = { q: 'key:jobbed', target: merchant.url, order: 'received', rate: null }
    const started = await door.call('/api/replays', { body: request })
    expect([started.status, started.json]).toEqual([202, { job: expect.objectContaining({ total: 2 }) }])
    await merchant.arrived(before + 2)
    const wrong = await door.call('/api/replays', { body: { ...request, q: 'is:nothing' } })
    expect([wrong.status, wrong.json]).toEqual([400, problem('query')])
  })

  it('several go out as a job', async () => {
    const ids = await door.add(arrival(), arrival(), arrival())
    const before = merchant.received.length
    const started = await door.call('/api/replays', {
      body: { ids, target: merchant.url, order: 'received', rate: null },
    })
    expect(started.status).toBe(202)
    expect(started.json).toMatchObject({ job: { total: 3, state: 'running' } })
    await merchant.arrived(before + 3)
    const cancelled = await door.call('/api/replays/none-such', { method: 'DELETE' })
    expect([cancelled.status, cancelled.json]).toEqual([404, problem('replay-unknown')])
  })

  it('can be cancelled while it runs', async () => {
    const ids = await door.add(arrival(), arrival(), arrival())
    const request = { ids, target: merchant.url, order: 'triggered', rate: 0.001 }
    const { job } = (await door.call('/api/replays', { body: request })).json as { job: { id: string } }

    expect((await door.call(`/api/replays/${job.id}`, { method: 'DELETE' })).json).toEqual({ cancelled: true })
    expect((await door.call(`/api/replays/${job.id}`, { method: 'DELETE' })).status).toBe(404)
  })

  it('says what is wrong with a target', async () => {
    const [id] = await door.add()
    for (const request of [{ target: 'ftp://example.test' }, { target: 'no url' }, {}]) {
      const answer = await door.call(`/api/deliveries/${id}/replay`, { body: request })
      expect([answer.status, answer.json]).toEqual([422, problem('refused')])
    }
  })
})

describe('the session', () => {
  it('tells its status and its hooks, and takes secrets that it never shows again', async () => {
    expect((await door.call('/api/status')).json).toMatchObject({ version: '0.0.0', hooks: [{ id: 'main' }] })
    const change = { authentication: { kind: 'basic', username: 'new', password: 'very secret' } }
    const saved = await door.call('/api/hooks/main', { method: 'PUT', body: change })
    expect(saved.json).toMatchObject({
      hook: { authentication: { kind: 'basic', username: 'new' }, secretsFrom: 'saved' },
    })
    expect((await door.call('/api/hooks')).text).not.toContain('very secret')
    const unknown = await door.call('/api/hooks/none', { method: 'PUT', body: change })
    expect([unknown.status, unknown.json]).toEqual([404, problem('hook-unknown')])
  })

  it('changes where deliveries are forwarded', async () => {
    const put = (body: object) => door.call('/api/forward', { method: 'PUT', body })
    expect((await put({ target: merchant.url, paused: true })).json).toMatchObject({
      forward: { target: merchant.url, paused: true },
    })
    expect((await put({ paused: false })).json).toMatchObject({ forward: { paused: false } })
    const several = await put({ target: [merchant.url, 'localhost:3000'] })
    expect(several.json).toMatchObject({
      forward: { target: merchant.url, targets: [{ target: merchant.url }, { target: 'http://localhost:3000/' }] },
    })
    expect((await put({ target: null })).json).toMatchObject({ forward: null })
    const answer = await put({ target: 'nonsense' })
    expect([answer.status, answer.json]).toEqual([422, problem('refused')])
  })

  it('sends a test event to a hook there is', async () => {
    expect((await door.call('/api/test-event', { body: { hook: 'main' } })).json).toMatchObject({ status: 200 })
    expect((await door.call('/api/test-event', { body: { hook: 'none' } })).status).toBe(404)
  })
})

describe('bad calls', () => {
  it.each([
    ['/api/deliveries/99999999'],
    ['/api/deliveries/0'],
    ['/api/deliveries/1e3'],
    ['/api/deliveries/-1'],
    ['/api/deliveries/99999999999999999999'],
    ["/api/deliveries/1'--"],
    ['/api/deliveries/99999999/body'],
    ['/api/deliveries/99999999/attempts'],
    ['/api/deliveries/99999999/tries'],
    ['/api/deliveries/99999999/journey'],
    ['/api/attempts/99999999'],
    ['/api/attempts/x'],
    ['/api/none'],
    ['/api'],
    ['/api/'],
    ['/api/deliveries/1/none'],
  ])('GET %s is 404', async path => {
    const answer = await door.call(path)
    expect([answer.status, answer.json]).toEqual([
      404,
      { error: expect.objectContaining({ hint: expect.any(String) }) },
    ])
  })

  it.each([
    ['/api/deliveries?limit=0'],
    ['/api/deliveries?limit=501'],
    ['/api/deliveries?limit=many'],
    ['/api/deliveries?before=-1'],
    ['/api/deliveries?grouped=yes'],
    [`/api/deliveries?q=${'x'.repeat(4001)}`],
    ['/api/deliveries?q=a&q=b'],
    ['/api/timeline?buckets=0'],
    ['/api/timeline?from=x'],
    ['/api/deliveries/export'],
    ['/api/deliveries/export?format=xml'],
    ['/api/deliveries/export?format=csv&ids=1,x'],
    ['/api/deliveries/1?reveal=please'],
  ])('GET %.60s is 400', async path => {
    const answer = await door.call(path)
    expect([answer.status, answer.json]).toEqual([400, problem('invalid')])
  })

  it.each<[string, string, unknown]>([
    ['POST', '/api/deliveries/pin', '{"ids":[1],'],
    ['POST', '/api/deliveries/pin', ''],
    ['POST', '/api/deliveries/pin', 'null'],
    ['POST', '/api/deliveries/pin', '['.repeat(10_000)],
    ['POST', '/api/deliveries/pin', { ids: [1] }],
    ['POST', '/api/deliveries/pin', { ids: ['1'], pinned: true }],
    ['POST', '/api/deliveries/pin', { ids: [1.5], pinned: true }],
    ['POST', '/api/deliveries/remove', {}],
    ['POST', '/api/replays', { ids: [], order: 'received', rate: null }],
    ['POST', '/api/replays', { ids: [1], order: 'random', rate: null }],
    ['POST', '/api/replays', { ids: [1], order: 'received', rate: 0 }],
    ['PUT', '/api/forward', { target: 7 }],
    ['PUT', '/api/hooks/main', { authentication: { kind: 'digest' } }],
    ['PUT', '/api/hooks/main', { signature: { kind: 'signature-key' } }],
    ['POST', '/api/hooks', { label: 'shop' }],
    ['POST', '/api/deliveries/1/replay', { changes: { headers: [['X-A', 'one\r\nX-B: two']] } }],
    ['POST', '/api/deliveries/1/replay', { changes: { headers: [['X A', 'one']] } }],
    ['POST', '/api/deliveries/1/replay', { changes: { headers: [['X-A', 'snow ☃']] } }],
    ['POST', '/api/deliveries/1/replay', { changes: { method: 'PO ST' } }],
    ['POST', '/api/deliveries/1/replay', { changes: { body: { base64: '***' } } }],
  ])('%s %s with %.40s is 400', async (method, path, body) => {
    await door.add()
    const answer = await door.call(path, { method, body })
    expect([answer.status, answer.json]).toEqual([400, problem('invalid')])
  })

  it.each<[string, string, unknown, string, RegExp]>([
    ['POST', '/api/deliveries/1/replay', { change: { method: 'PUT' } }, 'change', /mean “changes”/],
    ['POST', '/api/deliveries/1/replay', { changes: { header: [] } }, 'changes.header', /mean “headers”/],
    ['POST', '/api/deliveries/1/replay/preview', { to: 'http://localhost' }, 'to', /target, changes, resign/],
    ['POST', '/api/deliveries/1/replay', { changes: { body: { txt: '{}' } } }, 'changes.body.txt', /mean “text”/],
    ['POST', '/api/replays', { idz: [1], order: 'received', rate: null }, 'idz', /mean “ids”/],
    ['POST', '/api/deliveries/remove', { ids: [1], quick: true }, 'quick', /ids, q/],
    ['POST', '/api/deliveries/pin', { ids: [1], pinned: true, pined: true }, 'pined', /mean “pinned”/],
    ['POST', '/api/deliveries/restore', { ids: [], id: 1 }, 'id', /mean “ids”/],
    ['PUT', '/api/forward', { taget: null }, 'taget', /mean “target”/],
    ['POST', '/api/test-event', { hook: 'main', '\u001b[2J': 1 }, '\ufffd[2J', /hook/],
    [
      'PUT',
      '/api/hooks/main',
      { authentication: { kind: 'none', pasword: 'x' } },
      'authentication.pasword',
      /mean “password”/,
    ],
    ['GET', '/api/deliveries?limits=5', undefined, 'limits', /mean “limit”/],
  ])('%s %s with %j is 400, and says which field it does not know', async (method, path, body, field, hint) => {
    const answer = await door.call(path, { method, body })
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({
      error: {
        code: 'unknown-field',
        message: `This route knows no field “${field}”.`,
        hint: expect.stringMatching(hint),
      },
    })
  })

  it('a call of more than 16 MiB is refused', async () => {
    const answer = await door.call('/api/deliveries/restore', {
      body: `{"ids":[],"x":"${'x'.repeat(17 * 1024 * 1024)}"}`,
    })
    expect([answer.status, answer.json]).toEqual([413, problem('too-large')])
  })

  it('a surprise is told in the terminal, not to the caller', async () => {
    const broken = vi.spyOn(door.session.hooks, 'hooks').mockImplementation(() => {
      throw new Error('something private')
    })
    const [id] = await door.add()
    const answer = await door.call(`/api/deliveries/${id}`)
    broken.mockRestore()
    expect([answer.status, answer.json]).toEqual([500, problem('internal')])
    expect(answer.text).not.toContain('private')
    expect(door.logged.join()).toContain('something private')
  })
})
