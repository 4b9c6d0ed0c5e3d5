/** What of an endpoint's certificate the gateway would refuse: looked at on real TLS servers. */
import { createServer as createPlainServer, type Server as PlainServer } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { inspectCertificate } from '../../../server/hooks/certificate.ts'
import { checkHookUrl } from '../../../server/hooks/hook-url.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { authority, expired, otherName, selfSigned, testKey, valid } from '../../helpers/certificates.ts'
import { portApart } from '../../helpers/ports.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()))
})

async function listening(server: PlainServer): Promise<number> {
  server.on('error', () => {})
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', socket => sockets.add(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** An endpoint with that certificate. @returns its URL, and how many bytes it was sent in all */
async function endpoint(cert: string, options: TlsOptions = {}) {
  let bytes = 0
  const server = createServer({ key: testKey, cert, ...options }, socket => {
    socket.on('error', () => {})
    socket.on('data', chunk => (bytes += chunk.length))
  })
  const port = await listening(server)
  return { url: new URL(`https://localhost:${port}/in`), bytes: () => bytes }
}

const authorities = [authority]

describe('a certificate', () => {
  it('that the gateway accepts is told with its protocol and end, and nothing is sent', async () => {
    const { url, bytes } = await endpoint(valid)
    expect(await inspectCertificate(url, { authorities })).toEqual({
      kind: 'accepted',
      protocol: 'TLSv1.3',
      validUntil: '2126-10-30T15:04:14.000Z',
    })
    expect(bytes()).toBe(0)
  })

  it.each<[string, string, string]>([
    ['self-signed', selfSigned, 'signed by itself'],
    ['wrong-name', otherName, 'for another name (DNS:shop.example)'],
    ['expired', expired, 'expired on 2020-02-01'],
  ])('%s is refused by name', async (fault, cert, problem) => {
    const { url } = await endpoint(cert)
    const look = await inspectCertificate(url, { authorities })
    expect(look).toMatchObject({ kind: 'refused', fault })
    expect(look.kind === 'refused' && look.problem).toContain(problem)
  })

  it('of an authority that only this machine may trust is refused', async () => {
    const { url } = await endpoint(valid)
    expect(await inspectCertificate(url)).toMatchObject({ kind: 'refused', fault: 'chain-incomplete' })
    const whole = await endpoint(`${valid}${authority}`)
    const look = await inspectCertificate(whole.url)
    expect(look).toMatchObject({ kind: 'refused', fault: 'unknown-authority' })
    expect(look.kind === 'refused' && look.problem).toContain('hookscope test authority')
  })

  it('for a name is not one for the address', async () => {
    const { url } = await endpoint(valid)
    url.hostname = '127.0.0.1'
    expect(await inspectCertificate(url, { authorities })).toMatchObject({ kind: 'refused', fault: 'wrong-name' })
  })

  it('behind an old TLS is refused', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const { url } = await endpoint(valid, old)
    expect(await inspectCertificate(url, { authorities })).toMatchObject({ kind: 'refused', fault: 'old-tls' })
  })

  it('is missing where no TLS is spoken', async () => {
    const port = await listening(createPlainServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const look = await inspectCertificate(new URL(`https://localhost:${port}`), { authorities })
    expect(look).toMatchObject({ kind: 'refused', fault: 'no-tls' })
  })
})

describe('an endpoint that cannot be reached', () => {
  it.each<[string, () => Promise<string>, string]>([
    ['nobody there', async () => `https://localhost:${await portApart()}`, 'nothing listens there'],
    ['an unknown name', async () => 'https://nowhere.invalid/', 'its name'],
    [
      'one that hangs up',
      async () => `https://localhost:${await listening(createPlainServer(socket => socket.destroy()))}`,
      'it ended the connection',
    ],
    [
      'one that says nothing',
      async () => `https://localhost:${await listening(createPlainServer(socket => socket.resume()))}`,
      'it does not answer',
    ],
  ])('%s: saved, with a warning', async (_, make, why) => {
    const text = await make()
    const checked = await checkHookUrl(text, { authorities, ...(why === 'it does not answer' && { timeoutMs: 200 }) })
    expect(checked.url).toBe(new URL(text).href)
    expect(checked.warnings).toEqual([expect.stringContaining(why)])
  })
})

describe('a Hook URL of one’s own', () => {
  it('with a certificate in order is taken without a word', async () => {
    const { url } = await endpoint(valid)
    expect(await checkHookUrl(url.href, { authorities })).toEqual({ url: url.href, warnings: [] })
  })

  it('with another is refused with the reason, and plain http is told of on this machine', async () => {
    const { url } = await endpoint(selfSigned)
    const problem = await checkHookUrl(url.href, { authorities }).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(UserError)
    expect(problem).toMatchObject({
      message: `Hook URL: the gateway would not post to ${url.host}: its certificate is signed by itself.`,
      hint: expect.stringContaining('plain http'),
      exitCode: 2,
    })
  })

  it('on this machine may be http, and is not even called', async () => {
    expect(await checkHookUrl('http://localhost:1/in')).toEqual({ url: 'http://localhost:1/in', warnings: [] })
  })
})
