/** What the list, the detail and the terminal show of a delivery finds it, written as it is shown. */
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SendResult } from '../../../../../core/deliveries/attempt.ts'
import { parseQuery, zoneClock } from '../../../../../core/search/search.ts'
import type { StoredHook } from '../../../../../server/store/hooks.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
/** 9:05:09.123 of the day before in New York. */
const receivedAt = Date.UTC(2026, 10, 30, 14, 5, 9, 123)
const clock = zoneClock('America/New_York', Date.UTC(2026, 11, 1, 3))
const hook = (id: string, label: string): StoredHook => ({
  ...{ id, label, path: `/${id}`, createdAt: 0, customUrl: null, events: null, rehearsal: null, forward: [] },
  savedSecrets: { basicAuth: null, signatureKey: null, sourceKey: null },
})
const eventId = `${'3f9a'.padEnd(60, 'c')}8d21`
const sale = {
  ...{
    type: 'event',
    event_triggered: '2026-11-30 06:05:08',
    event_type: 'transaction.sale.success',
    event_id: eventId,
  },
  event_body: {
    merchant: { merch_key: 'm1' },
    object: {
      ...{ type: 'transaction', key: 'kafoxwhz5kvrbgb', refnum: 98454685, auth_amount: '1234.50', result: 'Approved' },
      ...{ authcode: '271828', result_code: 'A', invoice: 'INV-2026/77', orderid: 'Order #41', comment: 'línea "dos"' },
      creditcard: { cardholder: 'Jürgen Größe-Ñandú', number: '4444xxxxxxxx1111', type: 'V' },
      uri: 'transactions/kafoxwhz5kvrbgb',
    },
  },
}
/** As PHP writes JSON: slashes escaped, nothing beyond ASCII. */
const escaped = JSON.stringify(sale)
  .replaceAll('/', '\\/')
  .replace(/[^\0-\x7f]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
const target = 'http://localhost:1/'
const failed: SendResult = {
  outcome: 'answered',
  answer: {
    ...{ status: 500, headers: [['Content-Type', 'text/plain']], bodyBytes: 1 },
    body: Buffer.from('TypeError: Cannot read properties of undefined'),
  },
  timing: { connectMs: 1, firstByteMs: 2, totalMs: 341.4 },
  error: null,
}

async function found(text: string): Promise<number[]> {
  const parsed = parseQuery(text, clock)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  const page = await place.store.deliveries.list({ query: parsed.query, before: null, limit: 100, grouped: false })
  expect(await place.store.deliveries.count(parsed.query, 100)).toEqual({ count: page.deliveries.length })
  return page.deliveries.map(({ id }) => id)
}

/** What stands around it: nothing of it may be found. */
async function noise(): Promise<void> {
  const odd = { event_type: 'other.thing', event_id: 'ee', type: 'event', event_triggered: '2026-11-20 10:00:00' }
  for (let index = 0; index < 6; index += 1)
    await place.store.deliveries.append(
      arrival({ hook: 'first', status: 201, body: { ...odd, n: `k-a-f-o ${index}` } }),
    )
  await place.store.deliveries.append(arrival({ hook: 'first', body: saleEvent({ id: 'b', amount: '1000' }) }))
}

/** @returns its id */
async function appendSale(body: string | Uint8Array, headers = arrival().headers): Promise<number> {
  const verdict = { kind: 'rejected', reasons: ['signature-wrong'] } as const
  const parts = { hook: 'second', status: 401, receivedAt, verdict, headers, bytes: 4200 }
  const id = await place.store.deliveries.append(arrival({ ...parts, body }))
  await place.store.deliveries.settled()
  const request = { method: 'POST', url: target, headers: [], body: new Uint8Array() }
  const start = { delivery: id, source: 'forward', target, startedAt: receivedAt, request } as const
  await place.store.attempts.end(await place.store.attempts.start(start), failed)
  await place.store.edits.setPinned([id], true)
  return id
}

beforeEach(async () => {
  await place.store.hooks.save(hook('first', 'Kiosk'))
  await place.store.hooks.save(hook('second', 'Schöner Laden'))
  await noise()
})

const searches: readonly string[] = [
  // Money, in the list and in the body.
  ...['$1,234.50', '1,234.50', '$1234.50', '1234.50', '$1,2', 'amount:1,234.50', 'amount:$1,234.50', 'amount:>1,000'],
  ...['amount:1,200..1,300', 'amount:>=$1,234.50'],
  // Numbers and names, whole or in part, whatever the case.
  ...['#8', 'id:#8', '98454685', '4546', 'ref:98454685', '4444xxxxxxxx1111', '1111', 'xx11', 'kafo', 'KAFOX', '5kvrb'],
  ...['INV-2026/77', '2026/77', '"Order #41"', '271828', eventId, '3f9a', '8d21', 'transactions/kafo'],
  ...[
    'Jürgen',
    'ürgen',
    'JÜRGEN',
    'urgen',
    'Größe-Ñandú',
    'größe',
    'GRÖßE',
    'nandu',
    '"Jürgen Größe"',
    '"línea \\"dos\\""',
  ],
  // Words of the row, of the detail and of the terminal.
  ...[
    '"$1,234.50 approved · 98454685"',
    'Rejected',
    'signature-wrong',
    '"signature does not fit"',
    'Pinned',
    '500',
    '401',
  ],
  ...[
    '"TypeError: Cannot read"',
    'properties',
    '"Schöner Laden"',
    'schöner',
    'hook:"schöner laden"',
    'method:post schöner',
  ],
  // Days, times, durations, sizes.
  ...[
    'Nov 30',
    '"Nov 30"',
    'Nov 30, 2026',
    '30 Nov',
    '2026-11-30',
    '2026-11-30 09:05',
    '2026-11-30T09:05',
    '09:05',
    '09:05:09',
  ],
  ...['Nov 30, 2026, 09:05:09.123 EST', '2026-11-30 06:05:08', '341 ms', '4.1 KB', 'on:"Nov 30"'],
  // Headers: not their secrets.
  ...['header:x-twice', 'header:"X-Name: Jürgen"'],
]
const name: [string, string] = ['X-Name', 'J\xc3\xbcrgen']
const headers = [...arrival().headers, name, ['Authorization', 'Basic c2VjcmV0'] as const]
const forms: readonly [string, string | Uint8Array, typeof headers][] = [
  ['as JSON', JSON.stringify(sale), headers],
  ['as PHP writes it', escaped, headers],
  ['indented', JSON.stringify(sale, null, 2), headers],
  ['compressed', gzipSync(JSON.stringify(sale)), [...headers, ['Content-Encoding', 'gzip']]],
]

describe.each(forms)('a sale %s', (_, body, lines) => {
  it('is found by whatever is shown of it, and nothing else is', async () => {
    const id = await appendSale(body, lines)
    const ids = await Promise.all(searches.map(async text => [text, await found(text)]))
    const all = new Set(['header:x-twice'])
    expect(ids.filter(([text]) => !all.has(String(text)))).toEqual(
      searches.filter(text => !all.has(text)).map(text => [text, [id]]),
    )
    expect((await found('header:x-twice'))[0]).toBe(id)
  })
})

it('what is not shown finds nothing', async () => {
  const id = await appendSale(JSON.stringify(sale), headers)
  for (const text of ['#2', '#80', '1,235', 'amount:>2,000', 'amount:1..2', '11111', 'fako', 'urgem', '4.2 KB'])
    expect([text, await found(text).then(ids => ids.includes(id))]).toEqual([text, false])
  for (const text of ['342 ms', 'Nov 29', '08:05', 'header:c2VjcmV0', '"two words apart"', 'Verified', '2026-11-29'])
    expect([text, await found(text).then(ids => ids.includes(id))]).toEqual([text, false])
})

it('finds what SQL makes of a body by the same rule as what is kept beside it', async () => {
  const texts = [
    '{"a":"\\/x"}',
    '{"a":"UPPER\\tcase"}',
    'no json \\/ at \\u00e4ll',
    '{"a":"ü"}',
    '[1e3, 1.50]',
    '"\u2028"',
  ]
  for (const body of texts) await place.store.deliveries.append(arrival({ body }))
  await place.store.deliveries.settled()
  const [first = 0] = await found('"a\\":\\"/x"')
  expect(first).toBeGreaterThan(0)
  expect(await found('upper')).toEqual([first + 1])
  expect(await found('"upper case"')).toEqual([first + 1])
  expect(await found('\\u00e4ll')).toEqual([first + 2])
  expect(await found('1e3')).toEqual([first + 4])
  expect(await found('1.50')).toEqual([first + 4])
})
