/** What a viewer can find out by searching: nothing of what is masked for them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { type Browser, errorOf, type House, openHouse } from './house.ts'

const numbers = ['4111222233301116', '4111333322291116'] as const
const token = 'sk-live-0123456789abcdef'

let house: House
let viewer: Browser
let developer: Browser

beforeAll(async () => {
  house = await openHouse('sqlite')
  await house.join('olga@example.com', 'owner')
  viewer = await house.join('vera@example.com', 'viewer')
  developer = await house.join('dora@example.com', 'developer')
  const { deliveries } = house.workspace.store
  for (const [at, number] of numbers.entries())
    await deliveries.append(
      arrival({
        path: `/in/secret?api_key=${at === 0 ? 'qk-live-9876' : 'qk-live-5432'}&order=77`,
        body: { ...saleEvent({ id: `${at}`.repeat(64), key: number }), note: `paid with ${number}`, cvv: `31${at}` },
        headers: [
          ['Content-Type', 'application/json'],
          ['X-Shop-Token', at === 0 ? token : 'another'],
          ['Referer', `https://shop.example/?card=${number}&key=${token}`],
        ],
      }),
    )
  await deliveries.settled()
})
afterAll(() => house.close())

/** How many of the two each route tells of. */
async function found(browser: Browser, search: string): Promise<Record<string, number>> {
  const q = encodeURIComponent(search)
  const of = async (path: string) => {
    const answer = await browser.get(path)
    expect(answer.status, answer.text).toBe(200)
    return answer
  }
  const [list, count, facets, timeline, file] = await Promise.all([
    of(`/api/deliveries?q=${q}`),
    of(`/api/deliveries/count?q=${q}`),
    of(`/api/facets?q=${q}`),
    of(`/api/timeline?q=${q}`),
    of(`/api/deliveries/export?format=ndjson&q=${q}`),
  ])
  return {
    list: (list.json as { deliveries: unknown[] }).deliveries.length,
    count: (count.json as { count: number }).count,
    facets: (facets.json as { total: number }).total,
    timeline: (timeline.json as { buckets: { unchecked: number }[] }).buckets.reduce((all, b) => all + b.unchecked, 0),
    export: file.text.split('\n').filter(line => line !== '').length,
  }
}
const each = (n: number) => ({ list: n, count: n, facets: n, timeline: n, export: n })

it.each([
  ...[
    '2222',
    '222333',
    numbers[0],
    numbers[0].slice(2, 9),
    `key:${numbers[0]}`,
    'key:41112',
    'qk-live',
    '9876',
    'api_key',
    '310',
    '"cvv":"310',
  ],
])('“%s” finds none of those that have it where it is masked', async search => {
  expect(await found(viewer, search)).toEqual(each(0))
})

it.each(['paid with', '4111xxxxxxxx1116', 'key:4111xxxx', '-2222'])('“%s” finds both', async search => {
  expect(await found(viewer, search)).toEqual(each(2))
})

it.each(['list', 'count', 'facets', 'timeline', 'export'])(
  'header lines are not searched for a viewer: %s',
  async route => {
    const path = {
      ...{ list: '/api/deliveries?', count: '/api/deliveries/count?', facets: '/api/facets?' },
      ...{ timeline: '/api/timeline?', export: '/api/deliveries/export?format=ndjson&' },
    }[route]
    for (const search of ['header:sk-live', 'paid -header:sk-live', 'header:no,sk-live', 'HEADER:"sk-live"']) {
      const answer = await viewer.get(`${path}q=${encodeURIComponent(search)}`)
      expect([answer.status, errorOf(answer)]).toEqual([400, 'query'])
      expect(answer.text).toContain('takes a developer')
    }
  },
)

it('a developer searches them', async () => {
  expect(await found(developer, 'header:sk-live-0123')).toEqual(each(2))
  expect(await found(developer, 'header:x-shop-token header:another')).toEqual(each(1))
})

it('keys and card data in header lines are masked for a viewer', async () => {
  const { text } = await viewer.get('/api/deliveries/1')
  expect(text).toContain('https://shop.example/?card=4111xxxxxxxx1116&key=••••')
  expect(text).not.toContain(token)
  expect(text).not.toContain(numbers[0])
})
