/** Reports of real runs against endpoints on loopback: a right one, a wrong and hostile one, a stopped one. */
import type { CheckReport, Exchange } from '../../../core/check/finding.ts'
import { type CheckRequest, runCheck } from '../../../server/check/run.ts'
import { startNodeShop } from '../../merchants/node.ts'
import { credentials, key, openShop, type Shop } from '../../merchants/shop.ts'

/** What an endpoint may answer to hurt whoever reads the report. */
export const hostile =
  '</pre><script>alert(1)</script><img src=x onerror=alert(2)>]]>&amp;\u001b[31m\u0000\u202e"\'\ufffe'

/** Takes everything as genuine, doubles orders, answers refusals with hostile text and a stack trace. */
export function openWrongShop(): Shop {
  const right = openShop()
  let orders = 0
  return {
    ...right,
    signed: () => true,
    parse(body) {
      const event = right.parse(body)
      return event ?? { broken: true }
    },
    async act(event) {
      if ('broken' in event)
        return {
          status: 500,
          body: `Error: ${hostile}\n    at handle (/home/shop/app.js:12:7)`,
          headers: { 'X-Odd': '<b>odd</b>' },
        }
      orders += 1
      return { status: 200 }
    },
    orders: () => orders,
  }
}

const shortLimits = { burst: 20, connectMs: 5000, readMs: 20_000 }

/** A check of a shop of our own; most of it may be changed. */
export async function reportOn(
  shop: Shop,
  change: Partial<CheckRequest> = {},
  options: Parameters<typeof runCheck>[1] = {},
): Promise<CheckReport> {
  const server = await startNodeShop(shop)
  try {
    return await runCheck(
      {
        url: server.url,
        authentication: { kind: 'basic', ...credentials },
        key: { kind: 'signature-key', key },
        only: [],
        skip: [],
        failOn: 'fail',
        baseline: new Set(),
        effect: async () => ({ orders: shop.orders() }),
        rate: null,
        limits: shortLimits,
        ...change,
      },
      options,
    )
  } finally {
    await server.close()
  }
}

/** A run that was stopped after so many findings. */
export function stoppedReport(after: number): Promise<CheckReport> {
  const stop = new AbortController()
  let findings = 0
  return reportOn(
    openShop(),
    {},
    {
      signal: stop.signal,
      onProgress: ({ kind }) => {
        if (kind === 'finding' && ++findings === after) stop.abort()
      },
    },
  )
}

/** The report with hostile text wherever text of an endpoint can stand. */
export function withHostileText(report: CheckReport): CheckReport {
  const poison = (exchange: Exchange): Exchange => ({
    ...exchange,
    what: hostile,
    problem: exchange.answer === null ? hostile : null,
    request: { ...exchange.request, body: hostile, headers: [['X-Hostile', hostile]] },
    answer: exchange.answer && { ...exchange.answer, body: hostile, headers: [[hostile, hostile]] },
  })
  return {
    ...report,
    options: { ...report.options, target: `${report.options.target}?<script>alert(3)</script>` },
    findings: report.findings.map(finding => ({
      ...finding,
      sentence: hostile,
      exchanges: finding.exchanges.map(poison),
    })),
  }
}
