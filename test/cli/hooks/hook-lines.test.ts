/** A hook as `hookscope hooks` prints it, at terminals of every width. */
import { describe, expect, it } from 'vitest'
import { hookLines, mockResponseText } from '../../../cli/hooks/hook-lines.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import type { MockResponse } from '../../../core/hooks/mock-response.ts'

const rehearsal: MockResponse = {
  status: 200,
  headers: [['Retry-After', '120']],
  body: 'ä',
  delayMs: 1500,
  failures: { kind: 'next', left: 3 },
  failWith: { kind: 'status', status: 503 },
}

const hook: HookView = {
  id: '0a1b2c3d4e5f',
  label: 'Größe 店舗 🛒',
  hookUrl: 'https://a.example/in',
  customUrl: null,
  localUrl: 'http://localhost:4780/in',
  events: ['ach.submitted', 'ach.settled', 'ach.returned'],
  authentication: { kind: 'basic', username: 'händler' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', masked: '••••9c1d' }] },
  secretsFrom: 'saved',
  rehearsal,
  forward: [],
  createdAt: '2026-11-23T12:00:00.000Z',
}
const plain = paintFor({ isTTY: false } as NodeJS.WriteStream, {})
const linesOf = (width: number | null, fields: Partial<HookView> = {}) =>
  hookLines({ ...hook, ...fields }, { paint: plain, width })

describe('a hook’s block', () => {
  it('has the console’s fields in its order, one a line where there is no terminal', () => {
    expect(linesOf(null)).toEqual([
      'Größe 店舗 🛒  0a1b2c3d4e5f',
      '  Hook URL        https://a.example/in',
      '  Events          ach.submitted, ach.settled, ach.returned',
      '  Authentication  Basic, user händler',
      '  Signature       Signature Key ••••9c1d',
      '  Mock response   200 · Retry-After: 120 · a body of 2 bytes · after 1.5 s · the next 3 fail, with 503',
    ])
  })

  it.each<[Partial<MockResponse>, string]>([
    [{}, 'the next 3 fail, with 503'],
    [{ failures: { kind: 'next', left: 1 }, failWith: { kind: 'hang' } }, 'the next one fails, hanging for 50 s'],
    [{ failures: { kind: 'next', left: 0 } }, 'no more failures'],
    [{ failures: { kind: 'every', nth: 1, seen: 2 } }, 'all fail, with 503'],
    [{ failures: { kind: 'every', nth: 3, seen: 2 } }, 'one in 3 fails, 2 seen, with 503'],
  ])('says of a rehearsal with %j which deliveries fail', (parts, said) => {
    const text = mockResponseText({ ...rehearsal, ...parts })
    expect(text).toBe(`200 · Retry-After: 120 · a body of 2 bytes · after 1.5 s · ${said}`)
  })

  it.each([40, 47, 48, 60, 80, 200])('fits into %i columns', width => {
    const lines = linesOf(width)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    expect(lines.join(' ').replace(/\s+/g, ' ')).toBe(linesOf(null).join(' ').replace(/\s+/g, ' '))
  })

  it('stands under its names where there is no room beside them', () => {
    expect(linesOf(40).slice(1, 5)).toEqual([
      '  Hook URL',
      '    https://a.example/in',
      '  Events',
      '    ach.submitted, ach.settled,',
    ])
    expect(linesOf(60)[1]).toBe('  Hook URL        https://a.example/in')
  })

  it('says where simulated events go alone, and what the URL will be while there is none', () => {
    expect(linesOf(null, { customUrl: 'https://shop.example/', hookUrl: 'https://shop.example/' })[1]).toContain(
      'https://shop.example/ (not this receiver)',
    )
    expect(linesOf(null, { hookUrl: null })[1]).toContain(
      'the public URL, once there is one, and http://localhost:4780',
    )
  })
})
