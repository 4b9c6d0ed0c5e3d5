/** The code that the check hands out mends what it finds: put together, it is an endpoint with nothing to mend. */
import { afterEach, describe, expect, it } from 'vitest'
import { runCheck } from '../../../server/check/run.ts'
import { startCommand } from '../../helpers/command.ts'
import { bad, those } from '../../merchants/matrix.ts'
import { type Act, mendedEndpoint, type NodeFramework } from '../../merchants/mended.ts'
import { credentials, key } from '../../merchants/shop.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const acts: readonly Act[] = ['once', 'answerFirst', 'unknownTypes']
const cases = (['express', 'hono'] as const satisfies readonly NodeFramework[]).flatMap(framework =>
  acts.map(act => [framework, act] as const),
)

describe('the code of all remedies, put together', () => {
  it.each(cases)('for %s, with %s, passes the whole check', { timeout: 60_000 }, async (framework, act) => {
    const endpoint = startCommand([], {
      command: mendedEndpoint(framework, act),
      env: { WEBHOOK_KEY: key, WEBHOOK_USER: credentials.username, WEBHOOK_PASSWORD: credentials.password },
    })
    closers.push(() => endpoint.stop('SIGKILL'))
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
    expect(bad(report), endpoint.stderr()).toEqual([])
    expect(report).toMatchObject({ score: 100, ready: true, complete: true })
    expect(those(report, 'told')).toEqual(['signature-upper-case', 'signature-twice'])
  })
})
