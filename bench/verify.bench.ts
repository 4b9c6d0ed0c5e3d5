/** What shops verify with, beside a bare HMAC and comparison over the same body, in one run. */
import { expect, it } from 'vitest'
import { verifyWebhook } from '../core/library/verify.ts'
import { eventBytes, signatureOf } from '../test/helpers/gateway.ts'

const key = 'sk_bench_5d0c'
const rounds = 11
const perRound = 2000
/** Of a bare HMAC: the rest is reading headers and the event, which every shop does anyhow. */
const requiredShare = 0.25

it('verifies beside a bare HMAC', async () => {
  const body = Uint8Array.from(eventBytes('transaction.sale.success', 9))
  const headers = { Host: 'shop.example', 'Content-Type': 'application/json', 'X-Signature': signatureOf(key, body) }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const bareKey = await crypto.subtle.importKey('raw', Buffer.from(key), algorithm, false, ['verify'])
  const ways = {
    bare: () => crypto.subtle.verify('HMAC', bareKey, Buffer.from(headers['X-Signature'], 'hex'), body),
    ours: async () => (await verifyWebhook({ body, headers, keys: key })).ok,
  }
  const perSecond = { bare: [] as number[], ours: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    for (const way of ['bare', 'ours'] as const) {
      const began = performance.now()
      for (let nth = 0; nth < perRound; nth++) if (!(await ways[way]())) throw new Error(`${way} refused it`)
      perSecond[way].push((perRound / (performance.now() - began)) * 1000)
    }
  }
  const median = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1] ?? 0
  const [bare, ours] = [median(perSecond.bare), median(perSecond.ours)]
  const share = ours / bare
  console.log(
    `verify: ${ours.toFixed(0)}/s beside ${bare.toFixed(0)}/s of a bare HMAC: ${share.toFixed(2)} (at least ${requiredShare})`,
  )
  expect(share).toBeGreaterThanOrEqual(requiredShare)
})
