/** Examines a merchant of the tests, and what came of it in a few words. */
import pLimit from 'p-limit'
import { expect, it } from 'vitest'
import type { CheckReport, FindingOutcome } from '../../core/check/finding.ts'
import { type ProbeId, probes } from '../../core/check/probes.ts'
import type { CheckLimits } from '../../server/check/limits.ts'
import { type CheckProgress, type CheckRequest, planCheck, runCheck } from '../../server/check/run.ts'
import { authority } from '../helpers/certificates.ts'
import type { Flaw } from './flaws/flaw.ts'
import { type ShopServer, startNodeShop } from './node.ts'
import { credentials, key, openShop, type Shop } from './shop.ts'

/** Wide, so that a loaded machine turns nothing red; a flaw that is slow brings its own. */
const limits = {
  burst: 30,
  connectMs: 20_000,
  readMs: 20_000,
  promptConnectMs: 15_000,
  promptMs: 15_000,
  recommendedMs: 15_000,
}

export async function examine(
  start: (shop: Shop) => Promise<ShopServer>,
  {
    shop = openShop(),
    given = {},
    only = [],
    onProgress,
  }: {
    shop?: Shop
    given?: Partial<CheckLimits>
    only?: readonly string[]
    onProgress?: (progress: CheckProgress) => void
  } = {},
): Promise<CheckReport> {
  const server = await start(shop)
  const request: CheckRequest = {
    url: server.url,
    authentication: { kind: 'basic', ...credentials },
    key: { kind: 'signature-key', key },
    only,
    skip: [],
    failOn: 'fail',
    baseline: new Set(),
    effect: async () => ({ orders: shop.orders() }),
    rate: null,
    limits: { ...limits, ...given },
    // Some 150 authorities are read with it.
    trust: server.url.protocol === 'https:' ? authority : null,
  }
  try {
    const report = await runCheck(request, onProgress && { onProgress })
    // What was stated before the start holds, whatever the endpoint does.
    expect(report.requests).toBeLessThanOrEqual(planCheck(request, report.mark).requests)
    return report
  } finally {
    await server.close()
  }
}

/** The probes whose findings ended so. */
export const those = ({ findings }: CheckReport, ...wanted: FindingOutcome[]): ProbeId[] =>
  findings.filter(({ outcome }) => wanted.includes(outcome)).map(({ probe }) => probe)
export const inOrder = (ids: readonly ProbeId[]) => probes.map(({ id }) => id).filter(id => ids.includes(id))
/** What is not good, as an assertion shows it. */
export const bad = ({ findings }: CheckReport) =>
  findings
    .filter(({ outcome }) => ['fail', 'warn', 'unknown'].includes(outcome))
    .map(({ probe, outcome, sentence }) => `${probe} ${outcome}: ${sentence}`)

const needNoEvent: readonly ProbeId[] = ['dns', 'public-address', 'https', 'tls-modern', 'tls-old']
const [atOnce, slowest] = [pLimit(6), 120_000]

async function look({ plant, start = startNodeShop, limits: given = {} }: Flaw): Promise<CheckReport> {
  const right = openShop()
  let asked: ProbeId | null = null
  return examine(start, {
    shop: { ...right, ...plant?.(right, () => asked) },
    given,
    onProgress: progress => {
      if (progress.kind === 'probe') asked = progress.probe
    },
  })
}

/** Demands that each flaw turns exactly its own findings red; within describe.concurrent. */
export function eachTurnsItsOwnRed(flaws: readonly Flaw[]): void {
  it.for(flaws)('$name: $red', { timeout: slowest }, async (flaw, { expect }) => {
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
}
