import http from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { localZone } from '../../../core/search/search.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { damage } from '../../helpers/damage.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { openDoor, type TestDoor, token } from './door.ts'

let door: TestDoor
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())

const eventId = (seed: number) => seed.toString(16).padStart(64, '0')
const fileOf = (key: string, format: string) => door.call(`/api/deliveries/export?q=key:${key}&format=${format}`)
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

/** A reader of RFC 4180, apart from the writer under test. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  expect(text.startsWith('\ufeff')).toBe(true)
  for (const match of text.slice(1).matchAll(/(?:"((?:""|[^"])*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (match[0] === '') break
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') rows.push([])
  }
  return rows.filter(row => row.length > 0)
}

it('is a file with one delivery a line, newest first, as the search finds them', async () => {
  const ids = await door.add(
    ...Array.from({ length: 250 }, (_, index) =>
      arrival({ body: saleEvent({ id: eventId(1000 + index), key: 'many' }) }),
    ),
  )
  await door.add(arrival({ body: saleEvent({ id: eventId(2000), key: 'other' }) }))
  const answer = await fileOf('many', 'ndjson')
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': 'attachment; filename="hookscope-deliveries.ndjson"',
  })
  expect(linesOf(answer.text).map(({ id }) => id)).toEqual(ids.toReversed())

  const table = readCsv((await fileOf('many', 'csv')).text)
  expect(table[0]?.slice(0, 3)).toEqual(['id', 'received_at', `received (${localZone()})`])
  expect(table.slice(1).map(([id]) => Number(id))).toEqual(ids.toReversed())
})

it('takes the deliveries that were selected, in their order, and leaves out those that are gone', async () => {
  const [first, second] = await door.add(arrival(), arrival())
  const answer = await door.call(`/api/deliveries/export?ids=${second},987654,${first}&format=ndjson`)
  expect(linesOf(answer.text).map(({ id }) => id)).toEqual([second, first])
})

it('nothing found is an empty file', async () => {
  expect(await fileOf('nothing', 'ndjson')).toMatchObject({ status: 200, text: '' })
  expect(readCsv((await fileOf('nothing', 'csv')).text)).toHaveLength(1)
})

it('holds no credentials, no signatures, no card numbers and no target’s query, wherever they hide', async () => {
  const card = '4111111111111111'
  const event = { ...saleEvent({ id: eventId(3000), key: 'masked' }), comment: card, cvv: '987', cvv2: '987' }
  const text = JSON.stringify(event)
  const headers: [string, string][] = [
    ['Authorization', 'Basic bWVyY2hhbnQ6b3Blbg=='],
    ['X-Signature', 'ab'.repeat(32)],
    ['Cookie', 'session=private'],
    ['X-Card', card],
    ['X-Api-Key', 'private'],
  ]
  const compressed: [string, string][] = [...headers, ['Content-Encoding', 'gzip']]
  const ids = await door.add(
    arrival({
      body: text,
      headers,
      path: `/in/secret?token=private&card=${card}`,
    }),
    arrival({ body: gzipSync(text), headers: compressed }),
    arrival({ body: Buffer.concat([Buffer.from([0xff]), Buffer.from(` ${card} `)]), headers }),
  )
  const merchant = await startMerchant(manners.answers())
  await door.call(`/api/deliveries/${ids[0]}/replay`, { body: { target: `${merchant.url}?apikey=private` } })
  await merchant.close()
  for (const format of ['ndjson', 'csv']) {
    const { text: file } = await door.call(`/api/deliveries/export?ids=${ids}&format=${format}`)
    // The three digits of the code stand in many a time and port: in its fields they must not.
    expect(file).not.toMatch(/4111111111111111|bWVyY2hhbnQ6b3Blbg|abababab|private|cvv2?[^,}]{0,8}987/)
    const bytes = [...file.matchAll(/"base64":"([^"]*)"/g)].map(match =>
      Buffer.from(match[1] ?? '', 'base64').toString('latin1'),
    )
    expect(bytes.join()).not.toContain(card)
    if (format === 'ndjson') {
      expect(bytes).toHaveLength(1)
      const [first] = linesOf(file)
      expect(first.headers.slice(0, 3)).toEqual([
        ['Authorization', 'Basic ••••'],
        ['X-Signature', '••••'],
        ['Cookie', '••••'],
      ])
      expect(first.text).toContain('4111xxxxxxxx1111')
      expect(first.lastAttempt.target).toMatch(/\?••••$/)
    }
  }
})

it('tells times in the zone that is asked for, and what an accountant looks for', async () => {
  const event = { amount: '1234.5', invoice: '000123', key: '987654321012345' }
  const [id] = await door.add(arrival({ receivedAt: Date.UTC(2026, 10, 1, 5, 30, 9), body: saleEvent(event) }))
  const export_ = async (zone: string) => {
    const { text } = await door.call(`/api/deliveries/export?ids=${id}&format=csv&zone=${zone}`)
    const [head = [], row = []] = readCsv(text)
    return Object.fromEntries(head.map((name, index) => [name, row[index]]))
  }
  expect(await export_('America/New_York')).toMatchObject({
    received_at: '2026-11-01T05:30:09.000Z',
    'received (America/New_York)': '2026-11-01 01:30:09',
    event_triggered: '2026-11-20 10:00:00',
    amount: '1234.5',
    refnum: '100061',
    invoice: "'000123",
    orderid: '',
    object_key: "'987654321012345",
  })
  expect(await export_('Asia/Kolkata')).toMatchObject({ 'received (Asia/Kolkata)': '2026-11-01 11:00:09' })
  expect(await door.call(`/api/deliveries/export?format=csv&zone=Mars/Olympus`)).toMatchObject({ status: 400 })
})

it('shows a header in UTF-8 as its sender wrote it, and one in Latin-1 as ever', async () => {
  const headers: [string, string][] = [
    ['X-Name', 'J\xc3\xbcrgen \xe2\x82\xac'],
    ['X-Old', 'J\xfcrgen'],
  ]
  const [id] = await door.add(arrival({ headers }))
  const { text } = await door.call(`/api/deliveries/export?ids=${id}&format=ndjson`)
  expect(linesOf(text)[0].headers).toEqual([
    ['X-Name', 'Jürgen €'],
    ['X-Old', 'Jürgen'],
  ])
  const kept = await door.store.deliveries.get(id ?? 0)
  expect(kept?.headers).toEqual(headers)
})

it.each([
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\u00a0=1', '=cmd|"/c calc"!A1'],
  ...['\u200b=1', '\ufeff=1', '\u2060+1', '\uff1d1', '\uff0b1', '\uff0d1', '\uff20SUM(A1)', '\u202e=1'],
])('a cell that a spreadsheet would run is text: %j', async hostile => {
  const [id] = await door.add(arrival({ body: { ...saleEvent(), event_type: hostile, event_id: hostile } }))
  const { text } = await door.call(`/api/deliveries/export?ids=${id}&format=csv`)
  const [head = [], row = []] = readCsv(text)
  const cell = (name: string) => row[head.indexOf(name)]
  // One that a reader may take for the end of a cell is followed by another.
  expect(cell('event_type')).toBe(`'${hostile.replace(/^[\t\r\n]/, "$&'")}`)
  expect(row).toHaveLength(head.length)
  for (const value of row) expect(value).not.toMatch(/^[=+@\s\p{Cc}\p{Cf}]/u)
})

it('a client that leaves in the middle ends the work and nothing else', async () => {
  const headers = { Host: `127.0.0.1:${door.inspector.port}`, Authorization: `Bearer ${token}` }
  const path = '/api/deliveries/export?format=ndjson'
  await new Promise<void>(resolve => {
    const call = { host: '127.0.0.1', port: door.inspector.port, path, headers, agent: false }
    const request = http.get(call, response => response.once('data', () => response.destroy()))
    request.on('error', () => {})
    request.on('close', resolve)
  })
  expect((await door.call('/api/status')).status).toBe(200)
})

it('breaks off where a page does not read, in a way that nobody takes for its end, and says so in a sentence', async () => {
  const path = join(emptyFolder(), 'shop.db')
  const store = openSqlite({ path })
  const sale = arrival({ body: saleEvent({ invoice: '1'.repeat(100) }) })
  await Promise.all(Array.from({ length: 250 }, () => store.deliveries.append(sale)))
  // What is not indexed by now would be read for that at the next opening, before the export.
  await store.deliveries.settled()
  await store.close()
  // The oldest, which come last.
  damage(path, 'arrival', 'leaf', 'first')
  const stack = vi.spyOn(console, 'error').mockReturnValue()
  const hurt = await openDoor({ ui: false, store: { path } })
  try {
    await expect(hurt.call('/api/deliveries/export?format=ndjson')).rejects.toThrow('aborted')
    expect(hurt.logged).toEqual(['An export was cut off: The database is damaged.'])
    expect(stack).not.toHaveBeenCalled()
    // What does not read at its beginning is said in place of a file.
    expect((await hurt.call('/api/deliveries/export?format=csv&ids=1')).status).toBe(503)
  } finally {
    stack.mockRestore()
    await hurt.close()
  }
})
