import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isOwnUrl } from '../../../server/lib/own-url.ts'

describe('isOwnUrl', () => {
  const cases: readonly [url: string, own: boolean][] = [
    ['http://localhost:4780/', true],
    ['http://LOCALHOST.:4780/x', true],
    ['http://127.0.0.1:4781/', true],
    ['http://127.1:4780/', true],
    ['http://2130706433:4780/', true],
    ['http://[::1]:4780/', true],
    ['http://0.0.0.0:4780/', true],
    ['http://[::ffff:127.0.0.1]:4780/', true],
    ['http://hooks.localhost:4780/', true],
    ['https://shop.example.com/any', true],
    ['http://localhost:3000/', false],
    ['http://192.0.2.1:4780/', false],
    ['https://other.example.com/', false],
  ]
  it.each(cases)('%s: %s', (url, own) => {
    expect(isOwnUrl(new URL(url), [4780, 4781], 'https://shop.example.com')).toBe(own)
  })

  it('behind a path of a proxy, the rest of the host is another’s', () => {
    const own = (url: string) => isOwnUrl(new URL(url), [], 'https://shop.example/hooks')
    expect(['/hooks', '/hooks/x', '/webhooks', '/hooksx'].map(path => own(`https://shop.example${path}`))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('with --host, its addresses lead back as well', () => {
    const own = (host: string, url: string) => isOwnUrl(new URL(url), [4780], null, host)
    expect(own('192.0.2.1', 'http://192.0.2.1:4780/')).toBe(true)
    expect(own('192.0.2.1', 'http://192.0.2.2:4780/')).toBe(false)
    expect(own('2001:db8::1', 'http://[2001:DB8::1]:4780/')).toBe(true)
    const addresses = Object.values(networkInterfaces()).flatMap(cards => cards ?? [])
    for (const { address, family } of addresses)
      if (!address.startsWith('fe80'))
        expect(own('0.0.0.0', `http://${family === 'IPv6' ? `[${address}]` : address}:4780/`)).toBe(true)
    expect(own('0.0.0.0', 'http://192.0.2.1:4780/')).toBe(false)
  })

  it('knows the usual ports', () => {
    expect(isOwnUrl(new URL('http://localhost/'), [80], null)).toBe(true)
    expect(isOwnUrl(new URL('https://localhost/'), [80], null)).toBe(false)
  })
})
