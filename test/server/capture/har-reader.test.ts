/**
 * A HAR of hookscope in a library that sends what a HAR says: what a shop receives from it is what hookscope received. (Another
 * reader, a browser's: `test/browser/har.test.ts`.)
 */
import fetchHar from 'fetch-har'
import { expect, it } from 'vitest'
import { testKey } from '../../../core/capture/capture.ts'
import { verifyWebhook } from '../../../core/library/verify.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { startMerchant } from '../../helpers/merchants.ts'
import { openDoor } from '../api/door.ts'

const bodies = [
  '{ "amount":10.00,\n\t"name":"Zo\u00eb \u2713", "id":12345678901234567890, "slash":"\\/" }\r\n',
  '\ufeff{"amount":1e2}',
  'a=1+2&b=%C3%A9&a=&c',
]

it('sends again what was received, by a library that sends a HAR', async () => {
  const door = await openDoor()
  const shop = await startMerchant()
  const { host, pathname } = new URL(shop.url)
  /** The deliveries of a HAR as the shop receives them: the library sends the first entry of a log. */
  const sent = async (query: string, ids: readonly number[]) => {
    const before = shop.received.length
    const { text } = await door.call(`/api/deliveries/export?format=har${query}&ids=${ids.join(',')}`)
    const { log } = JSON.parse(text)
    for (const entry of log.entries) {
      // An anonymized one names no host.
      const request = { ...entry.request, url: entry.request.url.replace('https://hook.example/', `http://${host}/`) }
      const answer = await fetchHar({ log: { ...log, entries: [{ ...entry, request }] } })
      await answer.arrayBuffer()
    }
    return shop.received.slice(before)
  }
  try {
    const parts = (type: string) => ({
      path: pathname,
      headers: [
        ['Host', host],
        ['Content-Type', type],
        ['X-Signature', 'ab'.repeat(32)],
        ['X-Part', 'one'],
      ] as const,
    })
    const ids = await door.add(
      ...bodies.map(body =>
        arrival({ ...parts(body.startsWith('a=') ? 'application/x-www-form-urlencoded' : 'application/json'), body }),
      ),
    )
    const plain = await sent('', ids)
    expect(plain.map(({ body }) => body.toString())).toEqual(bodies)
    for (const { method, path, headers } of plain) {
      expect([method, path]).toEqual(['POST', pathname])
      expect(headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`)).toContain('x-part: one')
      expect(headers.map(([name]) => name.toLowerCase())).not.toContain('x-signature')
    }

    // Anonymized, it is signed anew over the bytes that this library sends.
    const event = await door.add(
      arrival({
        ...parts('application/json'),
        body: saleEvent(),
        verdict: { kind: 'verified', key: 'source-key', basic: false },
      }),
    )
    const [received] = await sent('&anonymize=1', event)
    const headers = received?.headers ?? []
    expect(await verifyWebhook({ body: received?.body ?? '', headers, keys: testKey })).toMatchObject({
      ok: true,
      event: { type: 'transaction.sale.success' },
    })
    expect(await verifyWebhook({ body: received?.body ?? '', headers, keys: 'another' })).toMatchObject({ ok: false })
  } finally {
    await shop.close()
    await door.close()
  }
})
