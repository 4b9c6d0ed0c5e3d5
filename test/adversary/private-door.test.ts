/** Noise at the private door by somebody who has the cookie, as every server of this host may, and neither key nor token. */
import net from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arrival } from '../helpers/deliveries.ts'
import { knock, openDoor, type TestDoor, token } from '../server/api/door.ts'
import { type Dice, openDice } from './dice.ts'

const seed = 20_261_201
const requests = import.meta.env.MODE === 'soak' ? 50_000 : 1000
const lanes = 8
const mark = 'what-nobody-else-may-read'

let door: TestDoor
beforeAll(async () => {
  door = await openDoor()
  await door.add(arrival({ body: JSON.stringify({ mark }) }))
})
afterAll(() => door.close())

const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT'] as const
const places = [
  'status',
  'deliveries',
  'deliveries/1',
  'deliveries/1/body',
  'deliveries/export',
  'stream',
  'enter',
  'downloads',
] as const
/** Ways to spell a path, and ways around it. */
const spellings: readonly [(place: string) => string, ...((place: string) => string)[]] = [
  place => `/api/${place}`,
  place => `/x/../api/${place}`,
  place => `/./api/${place}`,
  place => `//api/${place}`,
  place => `/\\api/${place}`,
  place => `/%61pi/${place}`,
  place => `/%2e%2e/api/${place}`,
  place => `/assets/..%2fapi/${place}`,
  place => `/readyz/../api/${place}`,
  place => `/api/${place}?ticket=x`,
  place => `/api/${place}?after=0&token=${mark}`,
  place => `/?ticket=/api/${place}`,
  place => `/api/${place}#`,
  place => `http://127.0.0.1/api/${place}`,
  () => '*',
  () => '/',
]

const handshake =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
const headers = (port: number, cookie: string) =>
  [
    '',
    handshake,
    `${handshake}Sec-WebSocket-Protocol: hookscope, hookscope.page.${'f'.repeat(64)}\r\n`,
    'Sec-WebSocket-Protocol: ,,\r\n',
    `X-Hookscope-Page: ${'f'.repeat(64)}\r\n`,
    `X-Hookscope-Page: ${cookie.split('=')[1]}\r\n`,
    'X-Hookscope-Page: a\r\nX-Hookscope-Page: b\r\n',
    `Authorization: Bearer ${cookie.split('=')[1]}\r\n`,
    'Authorization: Bearer \r\nAuthorization: Basic x\r\n',
    `Origin: http://127.0.0.1:${port}\r\nSec-Fetch-Site: same-origin\r\n`,
    'Origin: http://localhost:3000\r\nSec-Fetch-Site: same-site\r\n',
    'Origin: null\r\n',
    'Content-Type: application/json\r\nContent-Length: 2\r\n',
    'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n',
    `Cookie: ${'a=b; '.repeat(300)}\r\n`,
  ] as const

function request(dice: Dice, port: number, cookie: string): string {
  const host = dice.below(8) === 0 ? 'rebound.example' : `${dice.pick(['127.0.0.1', 'localhost', '[::1]'])}:${port}`
  const more = dice.pick(headers(port, cookie)) + dice.pick(headers(port, cookie))
  const target = dice.pick(spellings)(dice.pick(places))
  const known = dice.below(4) === 0 ? '' : `Cookie: ${cookie}\r\n`
  return `${dice.pick(methods)} ${target} HTTP/1.1\r\nHost: ${host}\r\n${known}${more}Connection: close\r\n\r\n{}`
}

const answerTo = (port: number, bytes: string, reset: boolean) =>
  new Promise<string>(resolve => {
    let text = ''
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(bytes, 'latin1')
      if (reset) socket.resetAndDestroy()
      else socket.end()
    })
    socket.setEncoding('latin1')
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })

test(`the cookie opens nothing, in ${requests} requests of every spelling`, { timeout: 600_000 }, async () => {
  const { port, url, openUrl } = door.inspector
  const opened = await knock(port, openUrl.slice(url.length))
  const cookie = opened.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const dice = openDice(seed)
  let left = requests
  const found: string[] = []
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left-- > 0) {
        const asked = request(dice, port, cookie)
        const answer = await answerTo(port, asked, dice.below(10) === 0)
        const isIn =
          /^HTTP\/1\.1 (?:101|20[^0])/.test(answer) || [mark, token, '"tunnel"'].some(text => answer.includes(text))
        const isFailure = /^HTTP\/1\.1 5/.test(answer)
        if (isIn || isFailure) found.push(`${asked}\n→ ${answer}`)
      }
    }),
  )
  expect(found).toEqual([])
  expect((await door.call('/api/deliveries/1/body')).text).toContain(mark)
  expect(door.logged.filter(line => !/^More than \d+ wrong tokens/.test(line))).toEqual([])
})
