/** The code that the check hands out fixes what it finds: put together, it is an endpoint with nothing to fix. */
import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../../../core/check/finding.ts'
import { runCheck } from '../../../server/check/run.ts'
import { startCommand } from '../../helpers/command.ts'
import { bad, those } from '../../merchants/matrix.ts'
import { type Act, type Assembly, mendedEndpoint } from '../../merchants/mended.ts'
import { assemblies } from '../../merchants/mended-stacks.ts'
import { credentials, key } from '../../merchants/shop.ts'

const acts: readonly Act[] = ['once', 'answerFirst', 'unknownTypes']
/** The acts are the same code in every stack, but for the answer: each stack has one of them, the first one all. */
const cases = Object.entries(assemblies).flatMap(([name, assembly], index) =>
  acts.filter((_, place) => index === 0 || place === index % acts.length).map(act => [name, act, assembly] as const),
)

async function examined(assembly: Assembly, act: Act): Promise<{ report: CheckReport; log: string }> {
  const endpoint = startCommand([], {
    command: mendedEndpoint(assembly, act),
    env: { WEBHOOK_KEY: key, WEBHOOK_USER: credentials.username, WEBHOOK_PASSWORD: credentials.password },
  })
  try {
    const port = (await endpoint.waitForText(/port \d+/)).slice('port '.length)
    const report = await runCheck({
      url: new URL(`http://127.0.0.1:${port}/webhooks`),
      authentication: { kind: 'basic', ...credentials },
      key: { kind: 'signature-key', key },
      only: [],
      skip: [],
      failOn: 'warn',
      baseline: new Set(),
      effect: async () => ({ orders: Number(await (await fetch(`http://127.0.0.1:${port}/orders`)).text()) }),
      rate: null,
      limits: { burst: 30, readMs: 20_000, promptConnectMs: 4000, promptMs: 4000, recommendedMs: 15_000 },
    })
    return { report, log: endpoint.stderr().slice(-2000) }
  } finally {
    await endpoint.stop('SIGKILL')
  }
}

// At the same time: much of a check is waiting.
describe.concurrent('the code of all remedies, put together', () => {
  it.each(cases)('for %s, with %s, passes the whole check', { timeout: 120_000 }, async (_, act, assembly) => {
    const { report, log } = await examined(assembly, act)
    expect(bad(report), log).toEqual([])
    expect(report).toMatchObject({ score: 100, ready: true, complete: true })
    expect(those(report, 'told')).toEqual(expect.arrayContaining(['signature-upper-case']))
  })
})
