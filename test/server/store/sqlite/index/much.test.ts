import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { HeaderList } from '../../../../../core/http/headers.ts'
import { parseQuery } from '../../../../../core/search/search.ts'
import { type BodyReader, openBodyReader } from '../../../../../server/bodies/reader.ts'
import { openPatience } from '../../../../../server/store/index/patience.ts'
import { type ArrivalParts, arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const json: HeaderList = [['Content-Type', 'application/json']]
const packed = (body: string | Buffer): ArrivalParts => ({
  headers: [...json, ['Content-Encoding', 'gzip']],
  body: gzipSync(body),
})
const bomb: ArrivalParts = {
  headers: [...json, ['Content-Encoding', 'br']],
  body: brotliCompressSync(Buffer.alloc(8 * 1024 * 1024, '0')),
}
/** A sale of 60 KB. */
const large = (id: string) => JSON.stringify({ ...saleEvent({ id }), memo: `${'much of it '.repeat(5500)}needle` })

async function index(...arrivals: ArrivalParts[]) {
  const ids = await Promise.all(arrivals.map(one => place.store.deliveries.append(arrival(one))))
  await place.store.deliveries.settled()
  return place.store.deliveries.summaries(ids)
}

async function found(text: string): Promise<number[]> {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  const page = await place.store.deliveries.list({ query: parsed.query, before: null, limit: 10, grouped: false })
  return page.deliveries.map(({ id }) => id)
}

describe('a body that is much to look into', () => {
  it('is told and found like any other', async () => {
    const [plain, compressed] = await index({ body: large('one') }, packed(large('two')))
    expect(plain).toMatchObject({ eventId: 'one', family: 'transaction', notes: [] })
    expect(compressed).toMatchObject({ eventId: 'two', family: 'transaction', notes: ['body-encoded'] })
    expect(await found('needle')).toEqual([2, 1])
  })

  it('keeps its place: what came before and after it is told in order, and its retries are known', async () => {
    const told: number[] = []
    place.store.deliveries.onIndexed(deliveries => told.push(...deliveries.map(({ id }) => id)))
    const all = await index({}, { body: large('one') }, { body: large('one') }, {}, packed(large('one')), {})
    expect(told).toEqual(all.map(({ id }) => id))
    expect(all.map(({ tries }) => tries)).toEqual([1, 1, 2, 2, 3, 3])
  })

  it('is waited for by who asks for it, or for one behind it', async () => {
    const ids = [packed(large('one')), {}].map(one => place.store.deliveries.append(arrival(one)))
    const [first = 0, second = 0] = await Promise.all(ids)
    const [behind, itself] = await Promise.all([place.store.deliveries.get(second), place.store.deliveries.get(first)])
    expect([itself?.eventId, behind?.eventId]).toEqual(['one', 'a'.repeat(64)])
  })

  it('that was not told when the store was closed is told after the next start', async () => {
    const ids = Promise.all([
      place.store.deliveries.append(arrival({ body: large('one') })),
      place.store.deliveries.append(arrival()),
    ])
    const store = await place.reopen()
    await store.deliveries.settled()
    expect((await store.deliveries.summaries(await ids)).map(({ eventId }) => eventId)).toEqual(['one', 'a'.repeat(64)])
  })
})

describe('a body that is too much', () => {
  it('when unpacked is kept as it came, and that is said', async () => {
    const [one, next] = await index(bomb, {})
    expect(one).toMatchObject({ eventId: null, summary: '', notes: ['body-encoded', 'body-unpacks-too-large'] })
    expect(Buffer.from((await place.store.deliveries.get(one?.id ?? 0))?.body ?? [])).toEqual(bomb.body)
    expect(next?.notes).toEqual([])
    expect(await found('note:body-unpacks-too-large')).toEqual([1])
  })

  it('is sent on no second time: its header is read all the same', async () => {
    const headers: HeaderList = [...(bomb.headers ?? []), ['Hookscope-Source', 'forward']]
    expect((await index({ ...bomb, headers }))[0]?.notes).toContain('loop')
  })

  it('at a path that no hook has is one that has to be unpacked at all', async () => {
    const [unpacked, plain] = await index(
      { ...packed(large('one')), hook: 'unrouted', status: 404 },
      { body: large('two'), hook: 'unrouted', status: 404 },
    )
    expect(unpacked).toMatchObject({ eventId: null, notes: ['body-encoded', 'body-not-read', 'unrouted'] })
    expect(plain).toMatchObject({ eventId: 'two', notes: ['unrouted'] })
  })
})

describe('the thread', () => {
  let bodies: BodyReader
  afterEach(() => bodies.close())
  const came = (body: Buffer) => ({ headers: json, body })

  it('is ended when one takes too long; the others are read by the next', async () => {
    bodies = openBodyReader()
    const cards = came(Buffer.from('4111111111111111 '.repeat(600_000)))
    const [much, next] = await Promise.all([
      bodies.read('mask', cards, { ms: 20 }),
      bodies.read('mask', came(Buffer.from('4111111111111111'))),
    ])
    expect(much).toBeNull()
    expect(next).toEqual({ text: '4111xxxxxxxx1111' })
  })

  it('answers none that it has not done when it is closed, and takes none after', async () => {
    bodies = openBodyReader()
    const asked = bodies.read('mask', came(Buffer.from('1')))
    await bodies.close()
    expect([await asked, await bodies.read('mask', came(Buffer.from('1')))]).toEqual([null, null])
  })
})

describe('patience', () => {
  const verified = '{"kind":"verified","key":"signature-key","basic":false}'
  const arrived = (verdict: string) => ({
    ...{ hook: 'main', method: 'POST', headers: JSON.stringify([...json, ['Hookscope-Source', 'forward']]) },
    ...{ verdict, body: Buffer.from('1') },
  })

  it('with strangers ends after a second of work, and comes back by a tenth of the time; who is known always has it', async () => {
    let now = 0
    let asked = 0
    /** Each takes 400 ms. */
    const bodies: BodyReader = {
      async read() {
        now += 400
        asked += 1
        return null
      },
      close: async () => {},
    }
    const describeMuch = openPatience(bodies, () => now)
    const ask = async (verdict: string, times: number) => {
      const before = asked
      for (let time = 0; time < times; time += 1)
        expect((await describeMuch(arrived(verdict))).notes).toEqual(['body-not-read', 'loop'])
      return asked - before
    }
    const stranger = '{"kind":"unchecked"}'
    expect(await ask(stranger, 50)).toBe(3)
    expect(await ask(verified, 50)).toBe(50)
    now += 60_000
    expect(await ask(stranger, 50)).toBe(3)
  })
})

it('a small delivery waits for no crowd of large ones, and each of them gets its turn', async () => {
  const body = Buffer.alloc(512 * 1024, ' ')
  const crowd = Array.from({ length: 12 }, () => place.store.deliveries.append(arrival({ body })))
  const small = Array.from({ length: 3 }, () => place.store.deliveries.append(arrival()))
  // Two of the crowd fit in the first commit.
  expect(await Promise.all(small)).toEqual([3, 4, 5])
  expect(await Promise.all(crowd)).toEqual([1, 2, ...Array.from({ length: 10 }, (_, at) => at + 6)])
})
