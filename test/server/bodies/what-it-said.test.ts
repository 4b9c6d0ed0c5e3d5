import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { HeaderList } from '../../../core/http/headers.ts'
import { nothingSaid, whatItSaid } from '../../../server/bodies/what-it-said.ts'

const text = Buffer.from('TypeError: x is undefined\n    at hook (/app/x.js:3:1)')
const line = 'TypeError: x is undefined'

const said: readonly [name: string, status: number, headers: HeaderList, body: Uint8Array, line: string | null][] = [
  ['plain', 500, [], text, line],
  ['gzip', 500, [['content-encoding', 'gzip']], gzipSync(text), line],
  ['Brotli', 500, [['Content-Encoding', 'br']], brotliCompressSync(text), line],
  ['what is not gzip', 500, [['Content-Encoding', 'gzip']], text, null],
  ['an encoding nobody knows', 500, [['Content-Encoding', 'zebra']], text, null],
  ['a bomb', 500, [['Content-Encoding', 'gzip']], gzipSync(Buffer.alloc(40 * 1024 * 1024, 65)), null],
  [
    'Latin-1',
    400,
    [['Content-Type', 'text/plain; charset=ISO-8859-1']],
    Buffer.from('Schlüssel fehlt', 'latin1'),
    'Schlüssel fehlt',
  ],
  ['a charset nobody knows', 400, [['Content-Type', 'text/plain; charset=zebra']], text, line],
  ['a picture', 404, [['Content-Type', 'image/png']], text, null],
  ['bytes', 404, [['Content-Type', 'application/octet-stream']], text, null],
  ['nothing', 503, [['Content-Type', 'text/html']], Buffer.alloc(0), null],
  ['a short answer in a long body', 500, [], Buffer.concat([text, Buffer.alloc(3_000_000, 10)]), line],
  ['a success', 200, [], text, null],
  ['an informational status', 199, [], text, line],
]

it.each(said)('reads %s', (_, status, headers, body, expected) => {
  expect(whatItSaid({ status, headers, body })).toEqual({ line: expected, location: null })
})

it('names where a redirect leads, and no Location of anything else', () => {
  const headers: HeaderList = [['location', '/webhooks/\u001b[2J']]
  const body = Buffer.from('Redirecting…')
  expect(whatItSaid({ status: 308, headers, body })).toEqual({
    line: 'Redirecting…',
    location: '/webhooks/\ufffd[2J',
  })
  expect(whatItSaid({ status: 301, headers: [], body }).location).toBeNull()
  expect(whatItSaid({ status: 500, headers, body }).location).toBeNull()
  expect(whatItSaid({ status: 201, headers, body })).toBe(nothingSaid)
})
