/** Flaws of the wire: certificates, TLS, and what is no HTTP. */
import type { ServerOptions } from 'node:https'
import net from 'node:net'
import { expired, otherName, selfSigned, testKey, valid } from '../../helpers/certificates.ts'
import { listen, type ShopServer, startNodeShop } from '../node.ts'
import type { Said, Shop } from '../shop.ts'
import type { Flaw } from './flaw.ts'

/** What the test authority signed for localhost. */
export const trusted: ServerOptions = { key: testKey, cert: valid }

const speaking = (tls: ServerOptions) => (shop: Shop) => startNodeShop(shop, { ...trusted, ...tls })

/** A plain server. @param secure whether its URL claims https */
async function raw(secure: boolean, handle: (socket: net.Socket) => void): Promise<ShopServer> {
  return listen(net.createServer(handle), secure)
}

/** Longer than the limit for connections in the flaws below, milliseconds. */
const acceptMs = 120

/** Lets connections wait before they are handed to the https server behind. */
async function acceptingSlowly(shop: Shop): Promise<ShopServer> {
  const behind = await startNodeShop(shop, trusted)
  const front = await raw(true, socket => {
    setTimeout(() => {
      const onward = net.connect(Number(behind.url.port), 'localhost')
      onward.on('error', () => socket.destroy())
      socket.on('close', () => onward.destroy())
      onward.on('close', () => socket.destroy())
      socket.pipe(onward).pipe(socket)
    }, acceptMs)
  })
  return {
    url: front.url,
    async close() {
      await front.close()
      await behind.close()
    },
  }
}

/** Ends the status line of every answer with LF alone. */
async function answeringSloppily(shop: Shop): Promise<ShopServer> {
  const behind = await startNodeShop(shop)
  const front = await raw(false, socket => {
    const onward = net.connect(Number(behind.url.port), 'localhost')
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    onward.on('close', () => socket.destroy())
    onward.on('data', (chunk: Buffer) => {
      socket.write(chunk.toString('latin1').replace(/^(HTTP\/1\.1 [^\r]*)\r\n/, '$1\n'), 'latin1')
    })
    socket.pipe(onward)
  })
  return {
    url: front.url,
    async close() {
      await front.close()
      await behind.close()
    },
  }
}

export const wireFlaws: readonly Flaw[] = [
  {
    // Names under .invalid have no address anywhere (RFC 6761).
    name: 'a host name that nobody knows',
    start: async () => ({ url: new URL('https://nowhere.invalid/webhooks'), close: async () => undefined }),
    red: ['dns'],
    unknown: 'rest',
  },
  {
    name: 'a self-signed certificate',
    start: speaking({ cert: selfSigned }),
    red: ['certificate-chain'],
    unknown: ['certificate-name', 'certificate-expiry'],
  },
  {
    name: 'an expired certificate',
    start: speaking({ cert: expired }),
    red: ['certificate-expiry'],
    unknown: ['certificate-chain', 'certificate-name'],
  },
  {
    // It is valid for a hundred years: as for one of 90 days and a limit of 14, what is left is less than the limit.
    name: 'a certificate that is about to expire',
    start: speaking({}),
    limits: { renewDays: 40_000 },
    red: ['certificate-expiry'],
  },
  {
    name: 'a certificate for another name',
    start: speaking({ cert: otherName }),
    red: ['certificate-name'],
    unknown: ['certificate-chain', 'certificate-expiry'],
  },
  {
    name: 'TLS 1.1 only',
    start: speaking({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    red: ['tls-modern', 'tls-old'],
    together: 'it does speak the old one',
    unknown: 'rest',
  },
  {
    name: 'TLS 1.0 and 1.1 beside 1.2',
    start: speaking({ minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    red: ['tls-old'],
  },
  { name: 'TLS 1.3 only', start: speaking({ minVersion: 'TLSv1.3' }), red: ['tls-modern'] },
  {
    name: 'https in the URL, http on the port',
    start: async shop => {
      const plain = await startNodeShop(shop)
      return { url: new URL(plain.url.href.replace('http:', 'https:')), close: plain.close }
    },
    red: ['https'],
    unknown: 'rest',
  },
  {
    name: 'an answer that is no HTTP',
    start: () =>
      raw(false, socket => {
        socket.once('data', () => socket.end('HELLO, nice to meet you\r\n\r\n'))
      }),
    red: ['http-1-1'],
    unknown: 'rest',
  },
  { name: 'sloppy HTTP that can be read', start: answeringSloppily, red: ['http-1-1'] },
  {
    name: 'http redirects to https',
    start: async shop => {
      const [secure, plain] = [await startNodeShop(shop, trusted), await startNodeShop({ ...shop, say: () => moved })]
      const moved: Said = { status: 308, headers: { Location: secure.url.href } }
      return {
        url: plain.url,
        async close() {
          await plain.close()
          await secure.close()
        },
      }
    },
    red: ['redirect'],
    unknown: 'rest',
  },
  {
    name: 'accepts slowly',
    start: acceptingSlowly,
    limits: { promptConnectMs: acceptMs / 2 },
    red: ['connect-time'],
  },
  {
    name: 'never comes to the end of a handshake',
    start: () => raw(true, socket => socket.resume()),
    limits: { connectMs: 300 },
    red: ['connect-time'],
    unknown: 'rest',
  },
]
