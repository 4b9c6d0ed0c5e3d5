/** Requests as no friend would send them: every method and framing that Node treats apart, right and broken. */
import { rawRequest } from '../helpers/gateway.ts'
import type { Dice } from './dice.ts'

export interface Door {
  readonly port: number
  /** Paths that lead somewhere at this door. */
  readonly paths: readonly [string, ...string[]]
  /** Header lines that open it; none at the public door. */
  readonly credentials: readonly string[]
}

const handshake = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

type Kind = (dice: Dice, door: Door, path: string, credentials: readonly string[]) => string | Buffer

const body = '{"type":"event","event_type":"transaction.sale.success"}'

const kinds: readonly [Kind, ...Kind[]] = [
  // Node lets go of the sockets of these two: their errors are ours.
  () => rawRequest('CONNECT example.com:443 HTTP/1.1'),
  () => rawRequest('CONNECT example.com:443 HTTP/1.1', [], 'bytes for the other side'),
  (_dice, _door, path, credentials) => rawRequest(`GET ${path} HTTP/1.1`, [...credentials, ...handshake]),
  (_dice, _door, _path, credentials) => rawRequest('GET /api/stream HTTP/1.1', [...credentials, ...handshake]),
  (dice, _door, _path, credentials) =>
    rawRequest('GET /api/stream HTTP/1.1', [...credentials, ...handshake]) +
    dice.bytes(dice.below(200)).toString('latin1'),
  (_dice, _door, path) => rawRequest(`GET ${path} HTTP/1.1`, ['Connection: Upgrade', 'Upgrade: h2c']),
  (_dice, _door, path, credentials) => rawRequest(`GET ${path} HTTP/1.1`, credentials),
  (_dice, _door, path, credentials) =>
    rawRequest(`POST ${path} HTTP/1.1`, [...credentials, 'Content-Type: application/json'], body),
  (_dice, _door, path) =>
    `${rawRequest(`POST ${path} HTTP/1.1`, ['Transfer-Encoding: chunked'])}5\r\nabcde\r\n0\r\n\r\n`,
  (_dice, _door, path) => `${rawRequest(`POST ${path} HTTP/1.1`, ['Transfer-Encoding: chunked'])}zz\r\nabc`,
  (_dice, _door, path) => `${rawRequest(`POST ${path} HTTP/1.1`, ['Content-Length: 400'])}half`,
  (_dice, _door, path) => rawRequest(`POST ${path} HTTP/1.1`, ['Expect: 100-continue', 'Content-Length: 4']),
  (_dice, _door, path) => `${rawRequest(`POST ${path} HTTP/1.1`, ['Expect: a-wonder', 'Content-Length: 4'])}body`,
  (_dice, _door, path) => rawRequest(`POST ${path} HTTP/1.1`, ['Content-Length: 9999999999']),
  (dice, _door, path) => rawRequest(`${dice.pick(['PUT', 'DELETE', 'HEAD', 'TRACE', 'PURGE'])} ${path} HTTP/1.1`),
  () => rawRequest('OPTIONS * HTTP/1.1'),
  (_dice, door) => rawRequest(`GET http://127.0.0.1:${door.port}/ HTTP/1.1`),
  (_dice, _door, path) => `POST ${path} HTTP/1.0\r\n\r\n`,
  (_dice, _door, path) => `GET ${path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
  (_dice, _door, path) => rawRequest(`GET ${path} HTTP/1.1`, [`X-Long: ${'x'.repeat(70_000)}`]),
  (_dice, _door, path) => rawRequest(`POST ${path} HTTP/1.1`, [], body).repeat(5),
  dice => Buffer.concat([dice.bytes(1 + dice.below(300)), Buffer.from('\r\n\r\n')]),
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x00]),
]

/** The next request to a door, its bytes as they go out. */
export function nextRequest(dice: Dice, door: Door): Buffer {
  const path = dice.below(4) === 0 ? `/${dice.below(1000)}` : dice.pick(door.paths)
  const credentials = dice.below(4) === 0 ? [] : door.credentials
  const made = dice.pick(kinds)(dice, door, path, credentials)
  if (typeof made !== 'string') return made
  // The private door asks for its own Host.
  return Buffer.from(made.replaceAll('Host: localhost', `Host: 127.0.0.1:${door.port}`), 'latin1')
}
