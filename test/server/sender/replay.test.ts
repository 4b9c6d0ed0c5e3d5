import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ReplayRequest } from '../../../core/deliveries/replay.ts'
import { type HeaderList, headerValue, headerValues } from '../../../core/http/headers.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { signatureOf } from '../../helpers/gateway.ts'
import { manners } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { useReplayer } from './replayer.ts'

const place = useReplayer()
const { arrive, opened } = place

const signed: HeaderList = [
  ['Host', 'abc.tunnel.example'],
  ['x-SIGNATURE', 'a'.repeat(64)],
  ['Authorization', 'Basic YTpi'],
  ['X-Signature', 'b'.repeat(64)],
  ['X-Last', '1'],
]

describe('one replay', () => {
  test('sends what came, byte for byte and with its query, and keeps the attempt', async () => {
    const body = gzipSync(Buffer.from([0xff, 0x00]))
    const id = await arrive({ body, method: 'PUT', headers: [...signed, ['Content-Encoding', 'gzip']] })
    const attempt = await place.replayer.replay(id, {})
    const [received] = place.target.received
    expect(received).toMatchObject({ method: 'PUT', path: '/webhooks?x=1', body })
    expect(received?.headers).toEqual([
      ['Host', `127.0.0.1:${place.target.port}`],
      ...signed.slice(1),
      ['Content-Encoding', 'gzip'],
      ['Content-Length', String(body.length)],
      ['Hookscope-Source', 'replay'],
      ['Hookscope-Delivery', String(id)],
      ['Connection', 'keep-alive'],
    ])
    expect(attempt).toMatchObject({
      delivery: id,
      source: 'replay',
      outcome: 'answered',
      status: 200,
      target: place.target.url,
      changes: [],
    })
    expect(attempt.request.headers).toEqual(received?.headers)
    expect(await place.kept.store.attempts.ofDelivery(id)).toEqual([attempt])
  })

  test('sends changed method, headers and text, and Authorization as it came unless changed', async () => {
    const id = await arrive({ headers: [...signed, ['Content-Encoding', 'gzip']] })
    const edited = await place.replayer.replay(id, { changes: { method: 'patch', body: { text: '{"name":"café"}' } } })
    expect(edited.changes).toEqual(['method', 'body'])
    expect(place.target.received[0]).toMatchObject({ method: 'PATCH', body: Buffer.from('{"name":"café"}') })
    const headers = place.target.received[0]?.headers ?? []
    expect(headerValue(headers, 'authorization')).toBe('Basic YTpi')
    expect(headerValue(headers, 'content-length')).toBe('16')
    expect(headerValue(headers, 'content-encoding')).toBeUndefined()
    expect(headerValues(headers, 'x-signature')).toEqual(['a'.repeat(64), 'b'.repeat(64)])

    const bare = await place.replayer.replay(id, { changes: { headers: [['X-Only', '1']], body: { base64: '/wA=' } } })
    expect(bare.changes).toEqual(['headers', 'body', 'signature'])
    // An answer to something else is none to the delivery.
    expect((await place.kept.store.deliveries.get(id))?.lastAttempt).toBeNull()
    expect(place.target.received[1]).toMatchObject({ method: 'POST', body: Buffer.from([0xff, 0]) })
    expect(place.target.received[1]?.headers.map(([name]) => name)).toEqual([
      'Host',
      'X-Only',
      'Content-Length',
      'Hookscope-Source',
      'Hookscope-Delivery',
      'Connection',
    ])
  })

  test('an empty body can take the place of any', async () => {
    await place.replayer.replay(await arrive(), { changes: { body: { text: '' } } })
    expect(place.target.received[0]?.body).toHaveLength(0)
  })

  test('signs anew: one signature, by the first key, where the first one stood', async () => {
    const id = await arrive({ headers: signed })
    await place.replayer.replay(id, { resign: true, changes: { body: { text: '{"changed":1}' } } })
    const headers = place.target.received[0]?.headers ?? []
    expect(headers.slice(0, 4)).toEqual([
      ['Host', `127.0.0.1:${place.target.port}`],
      ['x-SIGNATURE', signatureOf('first key', Buffer.from('{"changed":1}'))],
      ['Authorization', 'Basic YTpi'],
      ['X-Last', '1'],
    ])
    expect(headerValues(headers, 'x-signature')).toHaveLength(1)
  })

  test('signs a delivery that came without a signature', async () => {
    const body = Buffer.from('{}')
    await place.replayer.replay(await arrive({ body, headers: [['Host', 'a']] }), { resign: true })
    expect(headerValues(place.target.received[0]?.headers ?? [], 'X-Signature')).toEqual([
      signatureOf('first key', body),
    ])
  })

  test('goes to another target, and tells how it ended there', async () => {
    const id = await arrive()
    const url = `http://127.0.0.1:${await portApart()}/other`
    expect(await place.replayer.replay(id, { target: url })).toMatchObject({
      outcome: 'refused',
      target: url,
      status: null,
    })
    expect(place.target.received).toEqual([])
  })

  test('a signal ends it early, and it is kept as such', async () => {
    place.target.behave(manners.hangs())
    const stop = new AbortController()
    const replay = place.replayer.replay(await arrive(), {}, stop.signal)
    await place.target.arrived(1)
    stop.abort()
    expect(await replay).toMatchObject({ outcome: 'reset', error: { code: 'CANCELLED' } })
  })

  const refused: [name: string, request: ReplayRequest, message: RegExp][] = [
    ['a target that is no URL', { target: 'webhooks' }, /not a URL/],
    ['a target of another scheme', { target: 'ftp://localhost/' }, /neither http nor https/],
    [
      'a header with a line break',
      { changes: { headers: [['X-A', 'a\nb']] } },
      /characters that a header cannot contain/,
    ],
    ['a header name with a space', { changes: { headers: [['X A', 'a']] } }, /not a header name/],
    ['an impossible method', { changes: { method: 'GET /' } }, /not a valid HTTP method/],
  ]
  test.each(refused)('%s is refused before anything is sent', async (_name, request, message) => {
    const id = await arrive()
    await expect(place.replayer.replay(id, request)).rejects.toThrow(message)
    await expect(place.replayer.replay(id, request)).rejects.toThrow(UserError)
    await expect(place.replayer.preview(id, request)).rejects.toThrow(message)
    expect(await place.kept.store.attempts.ofDelivery(id)).toEqual([])
  })

  test('goes by the route that takes it, and is sent as that route sends', async () => {
    const url = new URL(place.target.url)
    const how = { host: 'shop.example', basic: { username: 'u', password: 'p' }, headers: [['X-Env', 'test']] as const }
    const ach = { url: new URL(`http://127.0.0.1:${await portApart()}/ach`), events: ['ach.*'] }
    const replayer = await opened({ routes: () => [ach, { url, ...how }] })
    const id = await arrive({ headers: signed })
    expect(await replayer.replay(id, {})).toMatchObject({ target: url.href, status: 200 })
    const { headers } = place.target.received[0] ?? { headers: [] }
    expect(headerValues(headers, 'host')).toEqual(['shop.example'])
    expect(headerValues(headers, 'authorization')).toEqual(['Basic dTpw'])
    expect(headerValue(headers, 'x-env')).toBe('test')
    // Header lines that a person wrote are sent as written.
    await replayer.replay(id, { changes: { headers: [['Authorization', 'Basic YTpi']] } })
    const [, second] = place.target.received
    expect(headerValues(second?.headers ?? [], 'authorization')).toEqual(['Basic YTpi'])
  })

  test('what cannot be replayed says why', async () => {
    const tooLarge = { kind: 'rejected', reasons: ['body-too-large'] } as const
    const bodiless = await arrive({ verdict: tooLarge, body: new Uint8Array(), bytes: 9_000_000 })
    const id = await arrive({ hook: 'gone' })
    await expect(place.replayer.replay(999, {})).rejects.toThrow(/no delivery #999/)
    await expect(place.replayer.replay(bodiless, {})).rejects.toThrow(/was not kept/)
    await expect(place.replayer.replay(id, { resign: true })).rejects.toThrow(/no key/)
    await expect((await opened({ routes: () => [] })).replay(id, {})).rejects.toThrow(/no target/)
    await expect((await opened({ isOwnUrl: () => true })).replay(id, {})).rejects.toThrow(/back to hookscope/)
    expect(await place.replayer.replay(bodiless, { changes: { body: { text: '{}' } } })).toMatchObject({
      outcome: 'answered',
    })
  })
})

test('a preview shows what would go out, and both signatures; nothing is sent', async () => {
  const body = Buffer.from('{"a":1}')
  const id = await arrive({ body, headers: signed })
  const preview = await place.replayer.preview(id, {})
  expect(preview).toMatchObject({
    request: {
      method: 'POST',
      url: `${place.target.url}?x=1`,
      body: { text: '{"a":1}', base64: 'eyJhIjoxfQ==', bytes: 7 },
    },
    signatures: { original: 'a'.repeat(64), resigned: signatureOf('first key', body) },
  })
  expect(place.target.received).toEqual([])
  const attempt = await place.replayer.replay(id, {})
  expect(attempt.request.headers).toEqual(preview.request.headers)
  const binary = await place.replayer.preview(id, { changes: { body: { base64: '/w==' } } })
  expect(binary.request.body).toEqual({ text: null, base64: '/w==', bytes: 1 })
})
