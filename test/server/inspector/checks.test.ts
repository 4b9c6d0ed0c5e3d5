import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CheckOutline, CheckRun } from '../../../core/check-run.ts'
import { type CheckReport, outcomes } from '../../../core/finding.ts'
import type { Status } from '../../../core/messages.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { credentials, key, openShop } from '../../merchants/shop.ts'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
let shop: ShopServer
beforeEach(async () => {
  door = await openDoor({ ui: false })
  shop = await startNodeShop(openShop())
})
afterEach(async () => {
  await door.close()
  await shop.close()
})

const start = (parts: Record<string, unknown> = {}) => ({
  target: shop.url.href,
  secrets: {
    kind: 'given',
    authentication: { kind: 'basic', ...credentials },
    key: { kind: 'signature-key', key },
  },
  only: ['takes', 'signature-missing'],
  skip: ['large-body'],
  failOn: 'fail',
  rate: null,
  effectUrl: null,
  confirmed: false,
  ...parts,
})

/** The answer's JSON, once it has this status. */
async function call<Shape>(path: string, body?: unknown, expected = 200, method?: string): Promise<Shape> {
  const { status, json, text } = await door.call(path, {
    ...(body !== undefined && { body }),
    ...(method !== undefined && { method }),
  })
  expect([status, text]).toEqual([expected, text])
  return json as Shape
}

interface Shown {
  readonly run: CheckRun
  readonly report: CheckReport
}

/** Waits until the status says that no check runs any more. */
const ended = () =>
  new Promise<void>(resolve => {
    const look = () => {
      if (door.status().check !== null) return
      stop()
      resolve()
    }
    const stop = door.onStatus(look)
    look()
  })

it('is started, followed, listed and read', async () => {
  const { run } = await call<{ run: CheckRun }>('/api/checks', start(), 202)
  expect(run).toMatchObject({ state: 'running', asked: 0, of: 9, score: null, ready: null, endedAt: null })
  expect((await call<Status>('/api/status')).check).toMatchObject({ id: run.id, of: 9 })
  await ended()
  const { run: over, report } = await call<Shown>(`/api/checks/${run.id}`)
  expect(over).toMatchObject({ state: 'done', asked: 9, current: null, score: 100, ready: true, problem: null })
  expect(over.counts).toEqual({ ...Object.fromEntries(outcomes.map(outcome => [outcome, 0])), pass: 9 })
  expect(report).toMatchObject({ kind: 'hookscope-check', complete: true, ready: true, score: 100 })
  expect(report.findings.map(({ probe }) => probe)).toContain('signature-missing')
  expect(await call('/api/checks')).toEqual({ runs: [over] })
})

it('is told before it starts, and nothing is sent', async () => {
  const { plan } = await call<{ plan: CheckOutline }>('/api/checks/plan', start({ target: 'https://shop.example/in' }))
  expect(plan).toMatchObject({ host: 'shop.example', local: false, rate: 20 })
  expect(plan.probes).toHaveLength(9)
  expect(await call('/api/checks')).toEqual({ runs: [] })
})

describe('what cannot be', () => {
  it.each([[{ target: 'https://shop.example/in' }, 422, 'is not on this machine']])(
    '%j is answered %i',
    async (parts, expected, word) => {
      const { status, text } = await door.call('/api/checks', { body: start(parts) })
      expect(text).toContain(word)
      expect(status).toBe(expected)
    },
  )
})
