/** Checking a hook's stored deliveries again: how fast beside the HMACs alone, and what an append feels of it meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { noSecrets } from '../server/hooks/active.ts'
import { openHooks } from '../server/hooks/hooks.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import type { Store } from '../server/store/store.ts'
import { sign } from '../server/verify/signature.ts'
import { arrival, saleEvent } from '../test/helpers/deliveries.ts'

const count = 20_000
const rejected = { kind: 'rejected', reasons: ['signature-wrong'] } as const
const percentile = (values: number[], part: number) =>
  values.sort((one, two) => one - two)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0

/** Appends to another hook until it is told to stop. @returns what each took, milliseconds */
async function appending(store: Store, isOver: () => boolean): Promise<number[]> {
  const taken: number[] = []
  while (!isOver()) {
    const began = performance.now()
    await store.deliveries.append(arrival({ hook: 'other' }))
    taken.push(performance.now() - began)
    await wait(2)
  }
  return taken
}

it(`checks ${count} deliveries again, of which every verdict changes`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-bench-'))
  const store = openSqlite({ path: join(folder, 'hookscope.db') })
  const bodies = Array.from({ length: count }, (_, index) =>
    Buffer.from(JSON.stringify(saleEvent({ id: index.toString(16).padStart(64, '0') }))),
  )
  for (let first = 0; first < count; first += 2000)
    await Promise.all(
      bodies.slice(first, first + 2000).map(body => {
        const headers = [['X-Signature', sign('the-key', body)]] as const
        return store.deliveries.append(arrival({ body, headers, verdict: rejected, status: 401 }))
      }),
    )
  await store.deliveries.settled()

  let quietOver = false
  const quietly = appending(store, () => quietOver)
  await wait(2000)
  quietOver = true
  const quiet = await quietly

  const alone = performance.now()
  for (const body of bodies) sign('the-key', body)
  const hmacMs = performance.now() - alone

  const hooks = await openHooks(store, { ...noSecrets, signatureKey: 'the-key' }, null)
  const isOver = () => hooks.verifications().some(({ state }) => state !== 'running')
  const began = performance.now()
  await hooks.verifyAgain('main', 'a bench')
  const busy = await appending(store, isOver)
  const ms = performance.now() - began
  const [job] = hooks.verifications()
  await hooks.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })

  const perSecond = (took: number) => Math.round((count / took) * 1000)
  const text = (values: number[]) =>
    `p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`
  console.log(
    `checked again ${perSecond(ms)}/s (HMAC alone ${perSecond(hmacMs)}/s) · append quiet ${text(quiet)} · beside it ${text(busy)}`,
  )
  expect(job).toMatchObject({ state: 'done', checked: count, changed: count })
})
