/** What leaves the machine: captures by their published schema, HAR 1.2, HTML, and what is masked or anonymized in them. */
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Ajv, type AnySchema } from 'ajv'
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' }
import addFormats from 'ajv-formats'
import { Window } from 'happy-dom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { testKey } from '../../../core/capture/capture.ts'
import { type CaptureNews, readCapture } from '../../../core/capture/read-capture.ts'
import { captureLineSchema } from '../../../server/capture/schema.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { openDoor, type TestDoor } from '../api/door.ts'

const published = fileURLToPath(new URL('../../../schema/capture.json', import.meta.url))
const card = '4111111111111111'
const password = Buffer.from('merchant:open sesame').toString('base64')
const signed: [string, string][] = [
  ['Authorization', `Basic ${password}`],
  ['X-Signature', 'ab'.repeat(32)],
  ['X-Api-Key', 'a-private-key'],
  ['X-Vendor-Token', 'a-private-key-of-theirs'],
  ['X-Original-URL', '/in/x?Secret_Key=a-private-key-in-a-url'],
  ['X-Forwarded-For', '203.0.113.77'],
  ['Content-Type', 'application/json'],
]
const people = {
  ...saleEvent({ id: 'b'.repeat(64) }),
  customer: { first_name: 'Wilhelmina', last_name: 'Harker', email: 'mina@harker.example', phone: '555-867-5309' },
  street: '12 Chatham Street',
  comment: `Wilhelmina paid with ${card}`,
}
const latin1 = Buffer.from([0x63, 0xe9, 0x00, 0xff])

let door: TestDoor
let ids: number[]
beforeAll(async () => {
  door = await openDoor()
  ids = await door.add(
    arrival({
      headers: [...signed, ['X-Twice', 'caf\xe9'], ['x-twice', 'caf\xc3\xa9']],
      path: '/in/x?token=private&a=%20',
    }),
    arrival({ body: latin1, headers: signed, receivedAt: Date.UTC(2026, 10, 24) }),
    arrival({ body: gzipSync(JSON.stringify(saleEvent())), headers: [...signed, ['Content-Encoding', 'gzip']] }),
    arrival({
      body: JSON.stringify(people),
      headers: signed,
      verdict: { kind: 'verified', key: 'source-key', basic: true },
    }),
    arrival({ body: gzipSync(JSON.stringify(people)), headers: [...signed, ['Content-Encoding', 'gzip']] }),
    arrival({
      body: 'name=Wilhelmina+Harker&n=12',
      headers: signed,
      verdict: { kind: 'rejected', reasons: ['signature-wrong'] },
    }),
    arrival({ body: '', bytes: 2_000_000, status: 413, verdict: { kind: 'rejected', reasons: ['body-too-large'] } }),
  )
})
afterAll(() => door.close())

const file = async (format: string, also = '') =>
  (await door.call(`/api/deliveries/export?format=${format}${also}&ids=${ids.join(',')}`)).text
async function* pieces(text: string) {
  yield Buffer.from(text)
}
async function newsOf(text: string): Promise<CaptureNews[]> {
  const all: CaptureNews[] = []
  for await (const news of readCapture(pieces(text))) all.push(news)
  return all
}
const bodiesOf = async (text: string) =>
  (await newsOf(text)).flatMap(news => (news.kind === 'delivery' ? [Buffer.from(news.delivery.body, 'base64')] : []))

describe('a capture', () => {
  it('has a published schema, made from the one in the code (vitest -u writes it)', async () => {
    const schema = z.toJSONSchema(captureLineSchema, { io: 'input' })
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(published)
  })

  it.each(['', '&anonymize=1'])('is valid for it, and has no field that it does not name%s', async also => {
    const lines = (await file('hookscope', also))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines).toHaveLength(ids.length + 2)
    for (const line of lines) expect(captureLineSchema.parse(line)).toEqual(line)
  })

  it('is exact: bytes, header lines, target, times and verdicts', async () => {
    const kept = await door.store.deliveries.getMany(ids)
    const found = (await newsOf(await file('hookscope'))).flatMap(news =>
      news.kind === 'delivery' ? [news.delivery] : [],
    )
    expect(
      found.map(({ body, ...one }) => [
        Buffer.from(body, 'base64'),
        one.headers,
        one.target,
        one.receivedAt,
        one.verdict,
      ]),
    ).toEqual(kept.map(one => [Buffer.from(one.body), one.headers, one.path, one.receivedAt, one.verdictDetail]))
  })

  it('has the oldest first, whatever the search shows first', async () => {
    const { text } = await door.call('/api/deliveries/export?q=&format=hookscope')
    expect(text.match(/^\{"kind":"delivery","id":\d+/gm)?.map(line => Number(line.split(':').at(-1)))).toEqual(ids)
  })
})

/** HAR 1.2 by the schema that its readers use; draft 6, and it has keywords that nobody knows. */
const require = createRequire(import.meta.url)
const harSchemas: Record<string, AnySchema> = require('har-schema')
const ajv = addFormats(new Ajv({ strict: false, allErrors: true }))
  .addMetaSchema(draft6)
  .addSchema(Object.values(harSchemas))
const harProblems = (har: unknown) => {
  ajv.validate('har.json#', har)
  return ajv.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? []
}

describe('a HAR', () => {
  it.each([
    ['', '/in/x?token=masked&a=%20'],
    ['&anonymize=1', '/hook'],
  ])('is valid for the published schema of HAR 1.2%s', async (also, target) => {
    const har = JSON.parse(await file('har', also))
    expect(harProblems(har)).toEqual([])
    expect(har.log.version).toBe('1.2')
    expect(har.log.entries).toHaveLength(ids.length)
    expect(har.log.entries[0].request.url).toBe(`https://hookscope.invalid${target}`)
    // The schema looks into every entry.
    har.log.entries.at(-1).request.url = '/in/x'
    delete har.log.entries.at(-1).response.redirectURL
    expect(harProblems(har)).toEqual([
      `/log/entries/${ids.length - 1}/request/url must match format "uri"`,
      `/log/entries/${ids.length - 1}/response must have required property 'redirectURL'`,
    ])
  })

  it('has a body as text where it is text', async () => {
    const har = JSON.parse(await file('har'))
    expect(har.log.entries[0].request.postData.text).toBe(JSON.stringify(saleEvent()))
  })

  it('gives back every body that has no card data, byte for byte, and the others masked', async () => {
    const kept = (await door.store.deliveries.getMany(ids)).map(({ body }) => Buffer.from(body))
    const found = await bodiesOf(await file('har'))
    const withCard = [3, 4]
    expect(found.filter((_, index) => !withCard.includes(index))).toEqual(
      kept.filter((_, index) => !withCard.includes(index)),
    )
    for (const index of withCard) {
      expect(found[index]?.toString()).toContain('4111xxxxxxxx1111')
      expect(JSON.parse(found[index]?.toString() ?? '')).toMatchObject({ street: '12 Chatham Street' })
    }
  })
})

describe('an HTML page', () => {
  it('is one file without scripts, and loads nothing', async () => {
    const page = await file('html')
    const { document } = new Window({ settings: { disableJavaScriptEvaluation: true } })
    document.write(page)
    expect(document.querySelectorAll('article')).toHaveLength(ids.length)
    expect(document.querySelectorAll('script, link, img, iframe, form, object')).toHaveLength(0)
    expect([...document.querySelectorAll('[src], [href], [onclick], [style]')]).toEqual([])
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    )
    expect(document.querySelector('article pre + h3 + pre')?.textContent).toContain('"auth_amount": "12.50"')
  })

  it('shows what strangers sent as text', async () => {
    const [id] = await door.add(
      arrival({ body: saleEvent({ invoice: '<script>alert(1)</script>' }), headers: [['X-A', '"><b>']] }),
    )
    const { text } = await door.call(`/api/deliveries/export?format=html&ids=${id}`)
    expect(text).not.toMatch(/<script|<b>/)
    expect(text).toContain('&lt;script&gt;')
  })
})

/** Everything that a file says, with what stands in it as base64 and as JSON in JSON. */
const allOf = async (text: string) => `${text}${(await bodiesOf(text).catch(() => [])).map(String).join('\n')}`

it.each(['har', 'html', 'ndjson'])('a %s has no credentials, no signatures and no full card numbers', async format => {
  const said = await allOf(await file(format))
  expect(said).not.toContain(card)
  expect(said).not.toContain(password)
  expect(said).not.toMatch(/a-private-key|abababab|token=private/)
})

describe('anonymized', () => {
  it.each(['hookscope', 'har', 'html', 'ndjson'])(
    'a %s has nobody in it, says the test key, and is the same each time',
    async format => {
      const said = await file(format, '&anonymize=1')
      const all = await allOf(said)
      expect(all).not.toMatch(/wilhelmina|harker|mina@|867-5309|chatham|203\.0\.113|a-private-key/i)
      expect(all).not.toContain(card)
      expect(all).not.toContain(password)
      expect(said).toContain(testKey)
      const times = /"exportedAt":"[^"]*"|<time [^<]*<\/time>/g
      expect((await file(format, '&anonymize=1')).replace(times, '')).toBe(said.replace(times, ''))
    },
  )

  it.each(['hookscope', 'har', 'ndjson'])(
    'a %s is signed with that key, and what was wrong stays wrong',
    async format => {
      const news = (await newsOf(await file(format, '&anonymize=1'))).flatMap(one =>
        one.kind === 'delivery' ? [one.delivery] : [],
      )
      const fits = news.map(({ headers, body }) => {
        const signature = headers.find(([name]) => name === 'X-Signature')?.[1]
        return signature === createHmac('sha256', testKey).update(Buffer.from(body, 'base64')).digest('hex')
      })
      expect(fits.filter(Boolean)).toHaveLength(5)
      const forged = news.find(({ verdict }) => verdict.kind === 'rejected' && verdict.reasons[0] === 'signature-wrong')
      expect(forged?.headers).toContainEqual(['X-Signature', 'ab'.repeat(32)])
      expect(Buffer.from(forged?.body ?? '', 'base64').toString()).toBe('xxxx=xxxxxxxxxx+xxxxxx&x=00')
    },
  )

  it('is not what a CSV can be', async () => {
    const answer = await door.call(`/api/deliveries/export?format=csv&anonymize=1&ids=${ids.join(',')}`)
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('A CSV cannot be anonymized.')])
  })
})
