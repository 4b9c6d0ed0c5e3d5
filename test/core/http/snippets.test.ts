import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HeaderList, pairHeaders } from '../../../core/http/headers.ts'
import { authorizationVariable, plainText, type SnippetRequest } from '../../../core/http/snippet-parts.ts'
import { type SnippetLanguage, snippet, snippetLanguages } from '../../../core/http/snippets.ts'
import { toBase64 } from '../../../core/text/base64.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: HeaderList
  readonly body: Buffer
}

const seen: Seen[] = []
let server: Server
let base = ''
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-snippets-'))
  server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { method = '', url = '', rawHeaders } = incoming
    seen.push({ method, path: url, headers: pairHeaders(rawHeaders), body: Buffer.concat(chunks) })
    outgoing.end('taken')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise(done => server.close(done))
  rmSync(folder, { recursive: true, force: true })
})

const isHere = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** How each snippet is run as a person would: pasted into a file or a shell. Only programs that are on this machine. */
const runners: Partial<Record<SnippetLanguage, (file: string) => [command: string, ...args: string[]]>> = {
  fetch: file => [process.execPath, file],
  ...(isHere('bash', '-c', 'curl --version && base64 --version')
    ? { curl: (file: string) => ['bash', file] as const }
    : {}),
  ...(isHere('bash', '-c', 'http --version') ? { httpie: (file: string) => ['bash', file] as const } : {}),
  ...(isHere('python3', '--version') ? { python: (file: string) => ['python3', file] as const } : {}),
  ...(isHere('php', '-r', 'curl_version();') ? { php: (file: string) => ['php', file] as const } : {}),
}
const extensions: Partial<Record<SnippetLanguage, string>> = { fetch: 'mjs', python: 'py', php: 'php' }

let written = 0
async function run(language: SnippetLanguage, request: SnippetRequest): Promise<Seen> {
  const file = join(folder, `${written++}.${extensions[language] ?? 'sh'}`)
  writeFileSync(file, snippet(language, request))
  const [command, ...args] = runners[language]?.(file) ?? ['false']
  const before = seen.length
  const environment = { ...process.env, [authorizationVariable]: 'Basic from-the-environment', LC_ALL: 'C.UTF-8' }
  const { stdout } = await promisify(execFile)(command, args, { env: environment })
  expect(stdout).toContain('taken')
  expect(seen.length).toBe(before + 1)
  return seen[before] as Seen
}

const gatewayHeaders: HeaderList = [
  ['Host', 'merchant.example'],
  ['Content-Type', 'application/json; charset=utf-8'],
  ['X-Signature', 'ab'.repeat(32)],
  ['User-Agent', 'gateway/1.0 (it\'s "quoted" $HOME `id` \\ !)'],
  ['X-Accent', 'caf\xe9a \xff'],
  ['X-Name', "J\xc3\xbcrgen's \xe2\x82\xac5"],
  ['X-Empty', ''],
  ['X-Equals', '=1'],
  ['Connection', 'keep-alive, X-Hop'],
  ['X-Hop', 'for this connection alone'],
  ['Content-Length', '999'],
  ['Transfer-Encoding', 'chunked'],
]
const sentHeaders = gatewayHeaders.slice(1, 8)

const bytes = (text: string) => new TextEncoder().encode(text)
const request = (body: Uint8Array, more: Partial<SnippetRequest> = {}): SnippetRequest => ({
  method: 'POST',
  url: `${base}/hook/with%20space?a=1&b[]={x}`,
  headers: gatewayHeaders,
  body,
  hideAuthorization: true,
  ...more,
})

const awkward: [name: string, body: Uint8Array][] = [
  ['an envelope', bytes('{"type":"event","event_body":{"object":{"refnum":98454685}}}')],
  ['quotes, dollars and backslashes', bytes(`it's "so" $HOME \`id\` $(id) \\n \\' %s ! \\x41 {{a}} </script>`)],
  ['new lines and tabs', bytes('\n\na\n\tb\n\n')],
  ['what looks like a file', bytes('@/etc/hostname')],
  ['no ASCII', bytes('Ünïcødé — 日本 🙂')],
  ['carriage returns', bytes('a\r\nb\r')],
  ['a byte order mark', bytes('\ufeff{}')],
  ['what turns writing around', bytes('a\u202eb\u2028c')],
  ['NUL and all other bytes', Uint8Array.from({ length: 256 }, (_, value) => value)],
  ['what is not UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
  ['nothing', new Uint8Array()],
  ['more than one argument can hold', bytes(`{"a":"${"x'".repeat(90_000)}"}`)],
]

describe.each(Object.keys(runners) as SnippetLanguage[])('the %s snippet, run', language => {
  test.each(awkward)('sends %s byte for byte', async (_, body) => {
    const arrived = await run(language, request(body))
    expect(arrived.method).toBe('POST')
    expect(arrived.path).toBe('/hook/with%20space?a=1&b[]={x}')
    expect(arrived.body.equals(body)).toBe(true)
    const fold = (headers: HeaderList) => headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    expect(fold(arrived.headers)).toEqual(expect.arrayContaining(fold(sentHeaders)))
    const names = arrived.headers.map(([name]) => name.toLowerCase())
    expect(names).not.toContain('x-hop')
    expect(arrived.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]).toBe(new URL(base).host)
    expect(names.filter(name => name === 'content-length').length).toBeLessThanOrEqual(1)
  })

  test('takes a hidden Authorization from the environment, a shown one as it is', async () => {
    const headers: HeaderList = [['Authorization', 'Basic c2VjcmV0OnZhbHVl']]
    const value = (arrived: Seen) => arrived.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1]
    expect(value(await run(language, request(bytes('{}'), { headers })))).toBe('Basic from-the-environment')
    const shown = request(bytes('{}'), { headers, hideAuthorization: false })
    expect(value(await run(language, shown))).toBe('Basic c2VjcmV0OnZhbHVl')
  })

  test('adds no Content-Type of its own', async () => {
    const arrived = await run(language, request(bytes('a=b'), { headers: [] }))
    expect(arrived.headers.map(([name]) => name.toLowerCase())).not.toContain('content-type')
    expect(arrived.body.toString()).toBe('a=b')
  })

  test('uses another method', async () => {
    const arrived = await run(language, request(bytes('{"a":1}'), { method: 'PUT' }))
    expect([arrived.method, arrived.body.toString()]).toEqual(['PUT', '{"a":1}'])
  })

  test('any bytes arrive as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'grapheme' }).map(bytes)),
        async body => {
          expect((await run(language, request(body))).body.equals(body)).toBe(true)
        },
      ),
      { numRuns: 6 },
    )
  })
})

test.each(['curl', 'python', 'httpie', 'php'] as const)('the %s snippet keeps duplicate headers', language => {
  const headers: HeaderList = [
    ['X-Twice', 'one'],
    ['X-Twice', 'two'],
  ]
  const text = snippet(language, request(bytes('{}'), { headers }))
  expect(text.match(/X-Twice/g)).toHaveLength(2)
})

test('fetch says that it joins duplicates and sends no body with GET', () => {
  const headers: HeaderList = [
    ['X-Twice', 'one'],
    ['x-twice', 'two'],
  ]
  const text = snippet('fetch', request(bytes('{}'), { headers, method: 'GET' }))
  expect(text).toContain('joins headers of the same name')
  expect(text).toContain('no body with GET')
})

describe('a hidden Authorization', () => {
  const headers: HeaderList = [
    ['authorization', 'Basic c2VjcmV0OnZhbHVl'],
    ['AUTHORIZATION', 'Bearer c2VjcmV0'],
  ]
  test.each(snippetLanguages)('is in no %s snippet', language => {
    const text = snippet(language, request(bytes('{}'), { headers }))
    expect(text).not.toContain('c2VjcmV0')
    // A test brings no credentials.
    if (language !== 'test') expect(text).toContain(authorizationVariable)
  })
})

test('the fixture holds the exact body, as text or as base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), body => {
      const kept = JSON.parse(snippet('fixture', request(body))) as { body?: string; bodyBase64?: string }
      const back = kept.body === undefined ? Buffer.from(kept.bodyBase64 ?? '', 'base64') : Buffer.from(kept.body)
      expect(back.equals(body)).toBe(true)
    }),
  )
})

test('text is text only when a clipboard and a terminal leave it alone', () => {
  expect(plainText(bytes('ä\n\t'))).toBe('ä\n\t')
  for (const text of ['a\rb', '\u0000', '\u001b[31m', '\ufeff', '\u0085', '\u202e', '\u2066', '\u061c'])
    expect(plainText(bytes(text))).toBeNull()
  expect(plainText(Uint8Array.of(0xc3))).toBeNull()
})

test('base64 is that of Buffer, also beyond the length a call takes as arguments', () => {
  const body = Uint8Array.from({ length: 200_001 }, (_, at) => at % 251)
  expect(toBase64(body)).toBe(Buffer.from(body).toString('base64'))
})
