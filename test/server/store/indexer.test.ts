import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Delivery, DeliverySummary } from '../../../core/delivery.ts'
import { decodeBody } from '../../../server/store/decode.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

const place = useStore()
const json = Buffer.from(JSON.stringify(saleEvent({ id: 'one' })))
const encoded = (...encodings: string[]): [string, string][] => [
  ['Content-Type', 'application/json'],
  ...encodings.map((encoding): [string, string] => ['Content-Encoding', encoding]),
]

async function index(...arrivals: Parameters<typeof arrival>[0][]): Promise<DeliverySummary[]> {
  const ids = await Promise.all(arrivals.map(one => place.store.append(arrival(one))))
  await place.store.settled()
  return place.store.summaries(ids)
}

describe('a compressed body is read, and kept as it came', () => {
  it.each([
    ['gzip', ['gzip'], gzipSync(json)],
    ['x-gzip', ['X-GZIP'], gzipSync(json)],
    ['deflate', ['deflate'], deflateSync(json)],
    ['deflate without its wrapper', ['deflate'], deflateRawSync(json)],
    ['br', ['br'], brotliCompressSync(json)],
    ['two, in one header', ['gzip, br'], brotliCompressSync(gzipSync(json))],
    ['two, in two headers', ['gzip', 'br'], brotliCompressSync(gzipSync(json))],
  ])('%s', async (_, encodings, body) => {
    const [summary] = await index({ headers: encoded(...encodings), body })
    expect(summary).toMatchObject({ eventId: 'one', notes: ['body-encoded'] })
    expect(Buffer.from((await place.store.get(summary?.id ?? 0))?.body ?? [])).toEqual(body)
  })

  it.each([
    ['gzip that is not', ['gzip'], json],
    ['cut short', ['gzip'], gzipSync(json).subarray(0, 40)],
    ['an unknown encoding', ['zip'], json],
    ['a bomb', ['gzip'], gzipSync(new Uint8Array(9 * 1024 * 1024))],
    ['a chain without end', [Array.from({ length: 50 }, () => 'gzip').join(',')], gzipSync(json)],
  ])('%s cannot be read', async (_, encodings, body) => {
    const [summary] = await index({ headers: encoded(...encodings), body })
    expect(summary?.notes).toContain('body-encoding-unreadable')
  })

  it('identity is none', () => {
    expect(decodeBody([['content-encoding', 'identity']], json)).toEqual({ kind: 'plain' })
    expect(decodeBody([], json)).toEqual({ kind: 'plain' })
  })
})

describe('a body that is no event', () => {
  it.each<[string, Uint8Array | string, string]>([
    ['empty', '', 'body-empty'],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), 'body-not-utf8'],
    ['10,000 nested brackets', '['.repeat(10_000) + ']'.repeat(10_000), 'envelope-invalid'],
    ['1,000,000 open brackets', '['.repeat(1_000_000), 'body-not-json'],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]), 'body-bom'],
    ['text with NUL', '{"a":"\\u0000\0"}', 'body-not-json'],
  ])('%s is indexed and noted', async (_, body, note) => {
    const [summary, next] = await index({ body }, {})
    expect(summary?.notes).toContain(note)
    expect(next?.eventId).toBe('a'.repeat(64))
    expect([...((await place.store.get(summary?.id ?? 0))?.body ?? [])]).toEqual([...Buffer.from(body)])
  })

  it('that was refused before it came whole is listed with what was announced', async () => {
    const [summary] = await index({
      body: '',
      bytes: 5_000_000,
      verdict: { kind: 'rejected', reasons: ['body-too-large'] },
      status: 413,
    })
    expect(summary).toMatchObject({ bytes: 5_000_000, status: 413, reasons: ['body-too-large'], notes: [] })
  })
})

describe('listeners', () => {
  it('one that asks for a delivery from within is given it, and order holds for the others', async () => {
    const told: number[] = []
    const found: Promise<Delivery | undefined>[] = []
    place.store.onChange(() => found.push(place.store.get(400)))
    place.store.onIndexed(deliveries => told.push(...deliveries.map(delivery => delivery.id)))
    const ids = await Promise.all(Array.from({ length: 400 }, () => place.store.append(arrival())))
    await place.store.settled()
    expect(told).toEqual(ids)
    expect((await Promise.all(found)).at(-1)?.id).toBe(400)
  })

  it('are called no more once they left', async () => {
    const told: number[] = []
    const leave = place.store.onIndexed(deliveries => told.push(deliveries.length))
    await index({})
    leave()
    await index({})
    expect(told).toEqual([1])
  })
})

describe('what the app answered', () => {
  it('is kept also when it is known before or after the index has the delivery', async () => {
    const early = await place.store.append(arrival({ status: null }))
    place.store.setAnswered(early, 503)
    await place.store.settled()
    const late = await place.store.append(arrival({ status: null }))
    await place.store.settled()
    expect((await place.store.get(late))?.status).toBeNull()
    place.store.setAnswered(late, 201)
    const store = await place.reopen()
    expect((await store.summaries([early, late])).map(delivery => delivery.status)).toEqual([503, 201])
  })
})
