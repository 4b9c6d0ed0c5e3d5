/** Rate limits as servers spell them; what the packages named here answered when their limit was reached. */
import { describe, expect, it } from 'vitest'
import type { HeaderList } from '../../../core/http/headers.ts'
import { type RateLimit, readRateLimit } from '../../../core/http/rate-limit.ts'

const now = new Date('2026-11-30T03:57:14Z')
const whole: RateLimit = { limit: 2, windowS: 60, waitS: 60 }

describe('a rate limit', () => {
  it.each<[string, HeaderList, RateLimit]>([
    [
      'express-rate-limit 8.7.5, draft-6',
      [
        ['RateLimit-Policy', '2;w=60'],
        ['RateLimit-Limit', '2'],
        ['RateLimit-Remaining', '0'],
        ['RateLimit-Reset', '60'],
      ],
      whole,
    ],
    [
      'the same, draft-7',
      [
        ['RateLimit-Policy', '2;w=60'],
        ['RateLimit', 'limit=2, remaining=0, reset=60'],
      ],
      whole,
    ],
    [
      'the same, draft-8',
      [
        ['RateLimit-Policy', '"2-in-1min"; q=2; w=60; pk=:MTJjYTE3YjQ5YWYy:'],
        ['RateLimit', '"2-in-1min"; r=0; t=60'],
      ],
      whole,
    ],
    [
      'the same, with the older headers',
      [
        ['X-RateLimit-Limit', '2'],
        ['X-RateLimit-Remaining', '0'],
        ['X-RateLimit-Reset', '1796011094'],
      ],
      { limit: 2, windowS: null, waitS: 60 },
    ],
    [
      '@fastify/rate-limit 11.2.0',
      [
        ['x-ratelimit-limit', '2'],
        ['x-ratelimit-reset', '60'],
        ['retry-after', '7'],
      ],
      { limit: 2, windowS: null, waitS: 7 },
    ],
    ['an early draft', [['RateLimit-Limit', '100, 100;w=10']], { limit: 100, windowS: 10, waitS: null }],
    ['a date', [['Retry-After', 'Mon, 30 Nov 2026 03:58:14 GMT']], { limit: null, windowS: null, waitS: 60 }],
    [
      'a date that has passed',
      [['Retry-After', 'Mon, 30 Nov 2026 03:00:00 GMT']],
      { limit: null, windowS: null, waitS: 0 },
    ],
    ['milliseconds since 1970', [['X-RateLimit-Reset', '1796011094000']], { limit: null, windowS: null, waitS: 60 }],
    ['nothing', [], { limit: null, windowS: null, waitS: null }],
    [
      'nonsense',
      [
        ['Retry-After', '-1'],
        ['RateLimit', 'soon'],
        ['RateLimit-Policy', 'many'],
      ],
      { limit: null, windowS: null, waitS: null },
    ],
  ])('is read from %s', (_, headers, said) => expect(readRateLimit(headers, now)).toEqual(said))
})
