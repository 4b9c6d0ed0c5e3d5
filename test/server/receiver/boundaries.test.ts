/** What the public door must never serve: nothing but hooks and open probes answers, and everything else answers alike. */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openRawConnection, rawRequest } from '../../helpers/gateway.ts'
import { type Door, openDoor, openHook } from './door.ts'

const secretPath = openHook.path
const secret = secretPath.slice('/hook/'.length)
const flipped = secret.replace(/[a-z]/, letter => letter.toUpperCase())

const paths = [
  '/',
  '/index.html',
  '/favicon.ico',
  '/robots.txt',
  '/.well-known/security.txt',
  '/assets/index.js',
  '/src/main.tsx',
  '/api',
  '/api/status',
  '/api/hooks',
  '/api/deliveries',
  '/api/deliveries/1',
  '/api/deliveries/1/body',
  '/api/deliveries/export?format=ndjson',
  '/api/facets',
  '/api/stream?after=0',
  '/?token=abc',
  '/hook',
  '/hook/',
  '/probe/',
  '/probe/guess',
  `${secretPath}/`,
  `${secretPath}/x`,
  `${secretPath}%20`,
  `${secretPath};a=b`,
  `${secretPath}#fragment`,
  secretPath.slice(0, -1),
  `/${secretPath}`,
  `/.${secretPath}`,
  `/x/..${secretPath}`,
  `/%2e%2e${secretPath}`,
  secretPath.replace('/hook/', '/hook//'),
  secretPath.replace('/hook/', '/hook/./'),
  secretPath.replace('/hook/', '/hook%2f'),
  secretPath.replace('/hook/', '/HOOK/'),
  secretPath.replace('/hook/', '/%68ook/'),
  `/hook/${flipped}`,
  `/hook/${secret.toUpperCase()}`,
  `/?${secretPath}`,
  '/../../etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%00',
  '/__proto__',
  '/constructor',
  '//evil.example/',
]
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']
const hosts = ['localhost', '127.0.0.1:4000', '[::1]', 'shop.loca.lt', 'evil.example', 'LOCALHOST.']
const origins = ['Origin: null', 'Origin: http://localhost', 'Origin: https://evil.example']
const disguises = [
  'Cookie: hookscope-4000=abc',
  'Authorization: Bearer abc',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Host: localhost',
  `X-Original-URL: ${secretPath}`,
  `X-Rewrite-URL: ${secretPath}`,
  'X-HTTP-Method-Override: POST',
  'Connection: close',
]
const handshake = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
]

let door: Door
let time = 0
beforeAll(async () => {
  // A clock that runs fast, so that the limit for wrong paths does not answer instead.
  door = await openDoor({
    now: () => {
      time += 10_000
      return time
    },
  })
})
afterAll(() => door.close())
afterEach(async () => {
  expect(await door.deliveries()).toHaveLength(0)
})

/** The answer without the one line that may differ. */
async function answerTo(request: string): Promise<string> {
  const connection = await openRawConnection(door.port)
  connection.write(request)
  const answer = await connection.received(/\r\n\r\n/)
  connection.end()
  expect(await connection.closed).toBe(answer)
  return answer.replace(/^Date: .*\r\n/m, '').replace(/^Connection: .*\r\n/m, '')
}

const nothing = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'

test.each(paths)('%s: the same empty 404', async path => {
  for (const method of methods) {
    const body = method === 'POST' || method === 'PUT' ? '{"type":"event"}' : ''
    expect(await answerTo(rawRequest(`${method} ${path} HTTP/1.1`, [], body)), method).toBe(nothing)
  }
})

describe('whatever Host, Origin and disguise', () => {
  const shown = ['/', '/api/status', '/api/deliveries', `${secretPath}/`]
  test.each(hosts)('Host %s', async host => {
    for (const path of shown)
      expect(await answerTo(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`), path).toBe(nothing)
  })
  test.each([...origins, ...disguises])('%s', async header => {
    for (const path of shown) expect(await answerTo(rawRequest(`GET ${path} HTTP/1.1`, [header])), path).toBe(nothing)
  })
})

test.each(['/', '/api/stream', '/api/stream?after=0', `${secretPath}/`])('no upgrade at %s', async path => {
  for (const origin of ['', ...origins]) {
    const headers = [...handshake, ...(origin ? [origin] : [])]
    expect(await answerTo(rawRequest(`GET ${path} HTTP/1.1`, headers)), origin).toBe(nothing)
  }
})

test('a probe answers once, to GET alone, and leaves no trace', async () => {
  const probe = door.receiver.issueProbe()
  const post = rawRequest(`POST ${probe.path} HTTP/1.1`)
  expect(await answerTo(post)).toBe(nothing)
  expect(await answerTo(rawRequest(`GET ${probe.path}/ HTTP/1.1`))).toBe(nothing)
  const get = rawRequest(`GET ${probe.path}?through=tunnel HTTP/1.1`)
  const url = `http://127.0.0.1:${door.port}${probe.path}`
  const answer = await fetch(url)
  expect([answer.status, await answer.text()]).toEqual([200, probe.expected])
  expect(await answerTo(get)).toBe(nothing)

  const withdrawn = door.receiver.issueProbe()
  expect(withdrawn.path).not.toBe(probe.path)
  withdrawn.withdraw()
  expect(await answerTo(rawRequest(`GET ${withdrawn.path} HTTP/1.1`))).toBe(nothing)
})
