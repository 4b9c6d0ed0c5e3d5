import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Delivery, DeliverySummary } from '../../../../../core/deliveries/delivery.ts'
import { parseQuery } from '../../../../../core/search/search.ts'
import { decodeBody } from '../../../../../server/bodies/decode.ts'
import type { StoredHook } from '../../../../../server/store/hooks.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const json = Buffer.from(JSON.stringify(saleEvent({ id: 'one' })))
const encoded = (...encodings: string[]): [string, string][] => [
  ['Content-Type', 'application/json'],
  ...encodings.map((encoding): [string, string] => ['Content-Encoding', encoding]),
]

async function index(...arrivals: Parameters<typeof arrival>[0][]): Promise<DeliverySummary[]> {
  const ids = await Promise.all(arrivals.map(one => place.store.deliveries.append(arrival(one))))
  await place.store.deliveries.settled()
  return place.store.deliveries.summaries(ids)
}

it('a backlog is said, and each of its deliveries is counted once', async () => {
  const { deliveries } = place.store
  const verdicts = [{ kind: 'unchecked' }, { kind: 'rejected', reasons: ['signature-wrong'] }] as const
  await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      deliveries.append(
        arrival({
          receivedAt: at * 20_000,
          body: saleEvent({ id: `${at % 30}` }),
          verdict: verdicts[at % 2] ?? verdicts[0],
        }),
      ),
    ),
  )
  expect(deliveries.backlog()).toBe(40)
  await deliveries.settled()
  expect(deliveries.backlog()).toBe(0)
  const counted = place.rows(`SELECT facet, name, n FROM counter WHERE n <> 0 ORDER BY facet, name`)
  const kept = 'FROM delivery WHERE removed_at IS NULL'
  expect(counted).toEqual(
    place.rows(`SELECT 'bytes' AS facet, '' AS name, sum(kept) AS n ${kept}
      UNION ALL SELECT 'duplicates', '', sum(repeat) ${kept}
      UNION ALL SELECT 'hook', hook, count(*) ${kept} GROUP BY 2 UNION ALL SELECT 'total', '', count(*) ${kept}
      UNION ALL SELECT 'type', type, count(*) ${kept} GROUP BY 2
      UNION ALL SELECT 'verdict', verdict, count(*) ${kept} GROUP BY 2 ORDER BY facet, name`),
  )
  expect(place.rows('SELECT sum(n) AS n, count(DISTINCT minute) AS minutes FROM delivery_minute')).toEqual([
    { n: 40, minutes: 14 },
  ])
})

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
    expect(Buffer.from((await place.store.deliveries.get(summary?.id ?? 0))?.body ?? [])).toEqual(body)
  })

  it.each([
    ['gzip that is not', ['gzip'], json],
    ['cut short', ['gzip'], gzipSync(json).subarray(0, 40)],
    ['an unknown encoding', ['zip'], json],
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
    expect([...((await place.store.deliveries.get(summary?.id ?? 0))?.body ?? [])]).toEqual([...Buffer.from(body)])
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

describe('what its hook decides', () => {
  const noted = async (parts: Parameters<typeof arrival>[0]) => (await index(parts))[0]?.notes
  const hook: StoredHook = {
    id: 'main',
    label: 'Shop',
    path: '/in',
    savedSecrets: { basicAuth: null, signatureKey: null, sourceKey: null },
    customUrl: null,
    events: ['ach.settled', 'cau.created'],
    rehearsal: null,
    forward: [],
    createdAt: 0,
  }
  const of = (type: string) => ({ body: saleEvent({ type, id: type }) })

  it.each<[string, string, StoredHook['events'], string[]]>([
    ['a type it chose', 'ach.settled', hook.events, []],
    ['a type it did not choose', 'ach.returned', hook.events, ['event-not-subscribed']],
    ['the other spelling of one it chose', 'cardupdate.created', hook.events, ['event-type-alternative']],
    [
      'the other spelling of one it did not choose',
      'cardupdate.submitted',
      hook.events,
      ['event-type-alternative', 'event-not-subscribed'],
    ],
    ['a type that the catalogue does not know', 'invoice.paid', hook.events, ['event-type-unknown']],
    ['any type, where all are chosen', 'ach.returned', null, []],
  ])('%s', async (_, type, events, notes) => {
    await place.store.hooks.save({ ...hook, events })
    expect(await noted(of(type))).toEqual(notes)
  })

  it('what came before the subscription changed keeps its mark', async () => {
    await place.store.hooks.save(hook)
    const [before] = await index(of('ach.returned'))
    await place.store.hooks.save({ ...hook, events: null })
    expect(await noted(of('ach.failed'))).toEqual([])
    expect((await place.store.deliveries.summaries([before?.id ?? 0]))[0]?.notes).toEqual(['event-not-subscribed'])
  })

  it('a path without a hook is marked, and an answer on trial; both can be searched for', async () => {
    await place.store.hooks.save(hook)
    expect(await noted({ ...of('ach.returned'), hook: 'unrouted', status: 404 })).toEqual(['unrouted'])
    expect(await noted({ ...of('ach.settled'), rehearsed: true, status: 503 })).toEqual(['answer-rehearsed'])
    expect(await noted(of('ach.returned'))).toEqual(['event-not-subscribed'])
    const found = async (text: string) => {
      const parsed = parseQuery(text)
      if (!parsed.ok) throw new Error(parsed.problem.message)
      const page = await place.store.deliveries.list({ query: parsed.query, before: null, limit: 10, grouped: false })
      return page.deliveries.map(({ id }) => id)
    }
    expect(await found('is:unrouted')).toEqual([1])
    expect(await found('-is:unrouted')).toEqual([3, 2])
    expect(await found('note:answer-rehearsed')).toEqual([2])
    expect(await found('is:unsubscribed')).toEqual([3])
  })
})

describe('listeners', () => {
  it('one that asks for a delivery from within is given it, and order holds for the others', async () => {
    const told: number[] = []
    const found: Promise<Delivery | undefined>[] = []
    place.store.changes.onChange(() => found.push(place.store.deliveries.get(400)))
    place.store.deliveries.onIndexed(deliveries => told.push(...deliveries.map(delivery => delivery.id)))
    const ids = await Promise.all(Array.from({ length: 400 }, () => place.store.deliveries.append(arrival())))
    await place.store.deliveries.settled()
    expect(told).toEqual(ids)
    expect((await Promise.all(found)).at(-1)?.id).toBe(400)
  })

  it('are called no more once they left', async () => {
    const told: number[] = []
    const leave = place.store.deliveries.onIndexed(deliveries => told.push(deliveries.length))
    await index({})
    leave()
    await index({})
    expect(told).toEqual([1])
  })
})

describe('what the app answered', () => {
  it('is kept also when it is known before or after the index has the delivery', async () => {
    const early = await place.store.deliveries.append(arrival({ status: null }))
    await place.store.edits.setAnswered(early, 503)
    await place.store.deliveries.settled()
    const late = await place.store.deliveries.append(arrival({ status: null }))
    await place.store.deliveries.settled()
    expect((await place.store.deliveries.get(late))?.status).toBeNull()
    await place.store.edits.setAnswered(late, 201)
    const store = await place.reopen()
    expect((await store.deliveries.summaries([early, late])).map(delivery => delivery.status)).toEqual([503, 201])
  })
})
