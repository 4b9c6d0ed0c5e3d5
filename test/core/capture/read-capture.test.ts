/** Files of deliveries as they come: in chunks of any size, of any length, and cut anywhere. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CaptureNews, readCapture } from '../../../core/capture/read-capture.ts'

const body = Buffer.from('{"a":"[{\\"é\\"}]"}')
const delivery = (index: number, bytes: Buffer = body) => ({
  ...{
    kind: 'delivery',
    id: index,
    receivedAt: new Date(index).toISOString(),
    readMs: 0,
    method: 'POST',
    target: '/in',
  },
  ...{ httpVersion: '1.1', headers: [['X-Quote', '"]},{"']], body: bytes.toString('base64'), bytes: bytes.length },
  ...{ remoteAddress: '', verdict: { kind: 'unchecked' }, status: 200, mocked: false, hook: { id: 'main' }, flags: [] },
})
const head = '{"hookscope":"capture","version":1,"testKey":null}\n'
const capture = (count: number) =>
  `${head}${Array.from({ length: count }, (_, index) => `${JSON.stringify(delivery(index))}\n`).join('')}{"kind":"end","deliveries":${count}}\n`
const entry = (index: number, text = body.toString()) => ({
  startedDateTime: new Date(index).toISOString(),
  request: { method: 'POST', url: 'http://a/in', headers: [{ name: 'X-Quote', value: '"]},{"' }], postData: { text } },
  response: { status: 200, content: { text: '{"entries":[{}]}' } },
})
const har = (count: number) =>
  JSON.stringify(
    {
      log: {
        pages: [{ entries: [1, { a: [] }] }],
        comment: '{"entries":[',
        entries: Array.from({ length: count }, (_, index) => entry(index)),
        creator: { name: 'x', entries: ['no'] },
      },
    },
    null,
    1,
  )

async function newsOf(bytes: Uint8Array, size = bytes.length): Promise<CaptureNews[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const all: CaptureNews[] = []
  for await (const news of readCapture(chunks())) all.push(news)
  return all
}
const bodiesIn = (news: readonly CaptureNews[]) =>
  news.flatMap(one => (one.kind === 'delivery' ? [Buffer.from(one.delivery.body, 'base64').toString()] : []))

it.each([
  ['a capture', capture(5)],
  ['a HAR', har(5)],
])('%s is the same in chunks of any size', async (_, text) => {
  const bytes = Buffer.from(text)
  const whole = await newsOf(bytes)
  expect(bodiesIn(whole)).toEqual(Array.from({ length: 5 }, () => body.toString()))
  expect(whole.filter(({ kind }) => kind !== 'delivery' && kind !== 'format')).toEqual([])
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async size => {
      expect(await newsOf(bytes, size)).toEqual(whole)
    }),
    { numRuns: 30 },
  )
})

it.each([
  ['a capture', capture(5)],
  ['a HAR', har(5)],
])('of %s that is cut anywhere, the deliveries before the cut are found, and the cut is said', async (_, text) => {
  const bytes = Buffer.from(text.trimEnd())
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: head.length, max: bytes.length - 1 }), async length => {
      const news = await newsOf(bytes.subarray(0, length))
      expect(news.at(-1)?.kind).toBe('cut')
      expect(news.filter(({ kind }) => kind === 'left-out')).toEqual([])
      const whole = text.slice(0, length).split(/"receivedAt"|"startedDateTime"/).length - 1
      expect([whole, whole - 1, 0]).toContain(bodiesIn(news).length)
    }),
    { numRuns: 60 },
  )
})

it('says when deliveries in the middle are missing', async () => {
  const lines = capture(4).split('\n')
  lines.splice(2, 1)
  expect((await newsOf(Buffer.from(lines.join('\n')))).at(-1)).toEqual({
    kind: 'cut',
    why: 'The file says that it has 4 deliveries, and has 3: a part of it is missing.',
  })
})

it('reads an editor’s file: a byte order mark, CR LF, blank lines', async () => {
  const text = `\ufeff${capture(2).replaceAll('\n', '\r\n\r\n')}`
  expect(bodiesIn(await newsOf(Buffer.from(text)))).toHaveLength(2)
})

it.each<[what: string, change: object, why: RegExp]>([
  ['no time', { receivedAt: 'yesterday' }, /receivedAt is no time/],
  ['no zone', { receivedAt: '2026-11-20T10:00:00' }, /receivedAt is no time/],
  ['a body that is no base64', { body: '***' }, /body is no base64/],
  ['a header that splits', { headers: [['X-A', 'b\r\nX-C: d']] }, /is no header text/],
  ['a target with blanks', { target: '/a b' }, /is no request target/],
  ['a verdict of its own', { verdict: { kind: 'verified-and-how' } }, /verdict is none/],
  ['a body too large to import', { body: 'A'.repeat(16 * 1024 * 1024) }, /more than can be imported/],
])('leaves out a delivery with %s, says where, and takes the others', async (_, change, why) => {
  const lines = capture(3).split('\n')
  lines[2] = JSON.stringify({ ...delivery(1), ...change })
  const news = await newsOf(Buffer.from(lines.join('\n')))
  expect(bodiesIn(news)).toHaveLength(2)
  expect(news.filter(({ kind }) => kind === 'left-out')).toEqual([
    { kind: 'left-out', where: 'line 3', why: expect.stringMatching(why), isFine: false },
  ])
})

it.each(['a capture', 'a HAR'])('holds one delivery at a time of %s, however long the file is', async what => {
  const large = Buffer.alloc(60_000, 97)
  const [first, between, text] =
    what === 'a HAR'
      ? ['{"log":{"entries":[', ',', Buffer.from(JSON.stringify(entry(1, large.toString())))]
      : [head, '\n', Buffer.from(JSON.stringify(delivery(1, large)))]
  const count = 40
  let [pulled, read, most] = [0, 0, 0]
  async function* chunks() {
    yield Buffer.from(first)
    for (let index = 0; index < count; index += 1) {
      pulled += 1
      yield Buffer.concat([text, Buffer.from(between)])
    }
  }
  for await (const news of readCapture(chunks())) {
    if (news.kind !== 'delivery') continue
    read += 1
    most = Math.max(most, pulled - read)
  }
  expect(read).toBe(count)
  expect(most).toBeLessThanOrEqual(1)
})
