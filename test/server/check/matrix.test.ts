/** Right merchants have no red finding; each flaw turns exactly its own findings red. */
import pLimit from 'p-limit'
import { describe, expect, it } from 'vitest'
import type { CheckReport, FindingOutcome } from '../../../core/finding.ts'
import { type ProbeId, probes } from '../../../core/probes.ts'
import type { CheckLimits } from '../../../server/check/limits.ts'
import { type CheckRequest, planCheck, runCheck } from '../../../server/check/run.ts'
import { authority } from '../../helpers/certificates.ts'
import { startExpressShop } from '../../merchants/express.ts'
import { appFlaws, type Flaw } from '../../merchants/flaws.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { credentials, key, openShop, type Shop } from '../../merchants/shop.ts'
import { trusted, wireFlaws } from '../../merchants/wire-flaws.ts'

/** Wide, so that a loaded machine turns nothing red; a flaw that is slow brings its own. */
const limits = { burst: 60, readMs: 20_000, promptConnectMs: 4000, promptMs: 4000, recommendedMs: 15_000 }

async function examine(
  start: (shop: Shop) => Promise<ShopServer>,
  { shop = openShop(), given = {} }: { shop?: Shop; given?: Partial<CheckLimits> } = {},
): Promise<CheckReport> {
  const server = await start(shop)
  const request: CheckRequest = {
    url: server.url,
    authentication: { kind: 'basic', ...credentials },
    key: { kind: 'signature-key', key },
    only: [],
    skip: [],
    failOn: 'fail',
    baseline: new Set(),
    effect: async () => ({ orders: shop.orders() }),
    rate: null,
    limits: { ...limits, ...given },
    trust: authority,
  }
  try {
    const report = await runCheck(request)
    // What was stated before the start holds, whatever the endpoint does.
    expect(report.requests).toBeLessThanOrEqual(planCheck(request, report.mark).requests)
    return report
  } finally {
    await server.close()
  }
}

const those = ({ findings }: CheckReport, ...wanted: FindingOutcome[]): ProbeId[] =>
  findings.filter(({ outcome }) => wanted.includes(outcome)).map(({ probe }) => probe)
const inOrder = (ids: readonly ProbeId[]) => probes.map(({ id }) => id).filter(id => ids.includes(id))
const bad = ({ findings }: CheckReport) =>
  findings
    .filter(({ outcome }) => ['fail', 'warn', 'unknown'].includes(outcome))
    .map(({ probe, outcome, sentence }) => `${probe} ${outcome}: ${sentence}`)

describe('a right merchant', () => {
  it.each<[string, (shop: Shop) => Promise<ShopServer>]>([
    ['node:http', startNodeShop],
    ['node:https', shop => startNodeShop(shop, trusted)],
    ['Express over http', startExpressShop],
    ['Express over https', shop => startExpressShop(shop, trusted)],
  ])('on %s is ready', async (_, start) => {
    const report = await examine(start)
    expect(bad(report)).toEqual([])
    expect(report).toMatchObject({ score: 100, ready: true, complete: true })
    expect(those(report, 'told')).toEqual(['signature-upper-case'])
  })
})

const needNoEvent: readonly ProbeId[] = ['dns', 'public-address', 'https', 'tls-modern', 'tls-old']
const [atOnce, slowest] = [pLimit(6), 120_000]

async function look({ plant, start = startNodeShop, limits: given = {} }: Flaw): Promise<CheckReport> {
  const right = openShop()
  return examine(start, { shop: { ...right, ...plant?.(right) }, given })
}

describe.concurrent('one flaw', () => {
  it.for([...wireFlaws, ...appFlaws])('$name: $red', { timeout: slowest }, async (flaw, { expect }) => {
    const report = await atOnce(() => look(flaw))
    expect(those(report, 'fail', 'warn'), bad(report).join('\n')).toEqual(inOrder(flaw.red))
    const unknown = those(report, 'unknown')
    if (flaw.unknown === 'rest') {
      const judged = report.findings.filter(({ outcome }) => outcome === 'pass' || outcome === 'told')
      expect(
        judged.map(({ probe }) => probe).filter(id => !needNoEvent.includes(id) && !id.startsWith('certificate')),
      ).toEqual([])
      expect(unknown).toContain('signature-missing')
    } else expect(unknown, bad(report).join('\n')).toEqual(inOrder(flaw.unknown ?? []))
    expect(flaw.red.length === 1 || flaw.together !== undefined).toBe(true)
    expect(report.ready).toBe(those(report, 'fail', 'unknown').length === 0)
  })

  it('at least is known for every probe that can be asked on this machine', () => {
    const elsewhere: readonly ProbeId[] = ['dns', 'public-address', 'signature-upper-case']
    const planted = new Set([...wireFlaws, ...appFlaws].flatMap(({ red }) => red))
    expect(probes.map(({ id }) => id).filter(id => !planted.has(id))).toEqual(elsewhere)
  })
})
