/**
 * A whole check of a healthy endpoint on loopback, by the built command, from its start to its end; beside it the time that it
 * has to wait whatever the endpoint does: until a measured effect has surely settled. Nothing times out at a healthy one.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { CheckReport } from '../core/check/finding.ts'
import { patience } from '../server/check/effect.ts'
import { runCommand } from '../test/helpers/command.ts'
import { startNodeShop } from '../test/merchants/node.ts'
import { credentials, key, openShop } from '../test/merchants/shop.ts'

const limitMs = 20_000
/** Those that measure what their events did: the duplicates, the lost answer, the cut body; one more learns what one sale does. */
const measuring = ['duplicate', 'duplicate-at-once', 'duplicate-twenty', 'duplicate-later', 'lost-answer', 'body-cut']

const shopUntil = async <Result>(use: (url: string, effectUrl: string) => Promise<Result>): Promise<Result> => {
  const shop = openShop()
  const server = await startNodeShop(shop)
  const counter = http.createServer((_, answer) => answer.end(String(shop.orders())))
  await new Promise<void>(resolve => counter.listen(0, '127.0.0.1', resolve))
  try {
    return await use(server.url.href, `http://127.0.0.1:${(counter.address() as AddressInfo).port}/`)
  } finally {
    await server.close()
    counter.closeAllConnections()
    counter.close()
  }
}

it.each([
  { how: 'without an effect', waits: 0 },
  { how: 'with its effect measured', waits: measuring.length + 1 },
])('a healthy endpoint, $how', async ({ how, waits }) => {
  const { ms, report } = await shopUntil(async (url, effectUrl) => {
    const from = performance.now()
    const { code, stdout, stderr } = await runCommand(
      ['check', url, '--json', ...(waits > 0 ? ['--effect-url', effectUrl] : [])],
      {
        env: {
          HOOKSCOPE_SIGNATURE_KEY: key,
          HOOKSCOPE_BASIC_AUTH: `${credentials.username}:${credentials.password}`,
        },
      },
    )
    expect(code, stderr).toBe(0)
    const read: CheckReport = JSON.parse(stdout)
    return { ms: performance.now() - from, report: read }
  })
  // Before and after what is measured; learning what a sale does waits once.
  const waitMs = waits === 0 ? 0 : (2 * measuring.length + 1) * patience.leastMs
  const slowest = report.findings.toSorted((one, other) => other.ms - one.ms).slice(0, 3)
  console.log(
    `check: ${report.requests} requests to a healthy endpoint, ${how}, in ${(ms / 1000).toFixed(1)} s (limit ${limitMs / 1000} s); ` +
      `it must wait ${(waitMs / 1000).toFixed(1)} s of these (${waits} effects, at least ${patience.leastMs} ms before and after each); ` +
      `longest: ${slowest.map(({ probe, ms: took }) => `${probe} ${took} ms`).join(', ')}.`,
  )
  expect(report.score).toBe(100)
  expect(ms).toBeLessThan(limitMs)
})
