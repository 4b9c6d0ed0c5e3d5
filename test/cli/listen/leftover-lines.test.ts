import { describe, expect, it } from 'vitest'
import { sendNewsLines } from '../../../cli/listen/leftover-lines.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import type { SendNews } from '../../../server/sender/leftovers.ts'

const paint = paintFor({ isTTY: false }, {})
const target = 'http://localhost:3000/'
const manner = { order: 'received', rate: 2, resign: true } as const
const command = (ids: string, more = '') => `  hookscope replay id:${ids} --to ${target}${more}`

const cases: readonly (readonly [SendNews, readonly string[]])[] = [
  [
    { kind: 'retrying', target, why: 'cut-off', ms: 30_000 },
    [
      `A connection to ${target} ended without an answer. The delivery is sent once more, and the next ones wait behind it.`,
    ],
  ],
  [
    { kind: 'gave-up', target, why: 'cut-off', ids: [4, 5] },
    [`${target} did not answer 2 deliveries, and may have read them. To send again:`, command('4-5', ' --yes')],
  ],
  [
    { kind: 'resumed', target, ids: [4, 5] },
    ['2 deliveries that waited when hookscope ended are being sent to http://localhost:3000/ now.'],
  ],
  [
    { kind: 'full', target, waiting: 10_000 },
    [
      '10,000 deliveries wait for http://localhost:3000/: no more are queued until half of them are sent. New deliveries are kept.',
    ],
  ],
  [
    { kind: 'gone', target, ids: [4, 5] },
    ['2 deliveries that waited for http://localhost:3000/ were not sent: deleted, or dropped by the limits.'],
  ],
  [
    { kind: 'gone', target, ids: [5000], more: 4999 },
    ['5,000 deliveries that waited for http://localhost:3000/ were not sent: deleted, or dropped by the limits.'],
  ],
  [
    { kind: 'left', target, why: 'interrupted', ids: [7] },
    [
      '1 delivery was being sent to http://localhost:3000/ when hookscope ended: your app may have it. To send again:',
      command('7'),
    ],
  ],
  [
    { kind: 'left', target, why: 'old', ids: [4, 5, 9] },
    [
      '3 deliveries waited for http://localhost:3000/ and are more than a day old: not sent automatically. To send:',
      command('4-5,9', ' --yes'),
    ],
  ],
  [
    { kind: 'left', target, why: 'elsewhere', ids: [4] },
    ['1 delivery still waits for http://localhost:3000/, which is no longer a target. To send:', command('4')],
  ],
  [
    { kind: 'left', target, why: 'queue-full', ids: [4, 5] },
    ['2 deliveries arrived while the queue for http://localhost:3000/ was full. To send:', command('4-5', ' --yes')],
  ],
  [
    { kind: 'left', target, why: 'let-go', ids: [4] },
    ['1 delivery waited for http://localhost:3000/ and is not sent. To send:', command('4')],
  ],
  [
    { kind: 'left', target, why: 'missed-removed', ids: [4, 5], manner: { order: 'triggered', rate: null } },
    [
      'http://localhost:3000/ missed 2 deliveries and was removed as a target while it was down. To send:',
      command('4-5', ' --yes'),
    ],
  ],
  [
    { kind: 'left', target, why: 'replay', ids: [4, 5], manner },
    [
      'hookscope ended before 2 deliveries of a replay to http://localhost:3000/ could be sent. To send:',
      command('4-5', ' --order received --rate 2 --resign --yes'),
    ],
  ],
]

describe('news of what waits', () => {
  it.each(cases)('%j', (news, lines) => {
    expect(sendNewsLines(news, null, { paint, width: null })).toEqual(lines)
  })

  it('fit the terminal, the command aside, and name the database that was asked for', () => {
    const news = { kind: 'left', target, why: 'interrupted', ids: [7] } as const
    const lines = sendNewsLines(news, '/data/my shop.db', { paint, width: 80 })
    for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(80)
    expect(lines.at(-1)).toContain(` --to ${target} --db `)
  })
})
