/** It is fast enough: answer times alone and under the gateway's own load, beside its limits. */
import { howItEnded, isTaken } from '../../../core/check/exchange.ts'
import type { Conclusion, Exchange } from '../../../core/check/finding.ts'
import { throughProxy } from '../../../core/http/outcome.ts'
import { tookText } from '../../../core/text/duration.ts'
import { counted } from '../../../core/text/text.ts'
import { wireLeftToProxy } from '../behind-proxy.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Limited } from '../lookout.ts'
import { conclude, type ProbeRun, titled } from '../probe.ts'

const alone = 20
const rounds = 3
const connects = 5
const prompts = 5
/** The burst goes on for this long at most, milliseconds. */
const burstMs = 60_000

/** The value below which this share of them lies; ascending order not needed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

function times(exchanges: readonly Exchange[]): { p50Ms: number; p95Ms: number; worstMs: number } {
  const all = exchanges.map(({ ms }) => ms)
  return { p50Ms: quantile(all, 0.5), p95Ms: quantile(all, 0.95), worstMs: quantile(all, 1) }
}

/** Judges answers by the gateway's limit, which a failure has passed, and the recommended time. */
function judged(endpoint: Endpoint, exchanges: readonly Exchange[], how: string) {
  const failed = exchanges.find(exchange => !isTaken(exchange))
  const measures = times(exchanges)
  if (failed !== undefined) {
    const count = exchanges.filter(exchange => !isTaken(exchange)).length
    return conclude(
      'fail',
      `${how}, it ${howItEnded(failed, `${count} of ${exchanges.length} events`)}.`,
      [failed],
      measures,
    )
  }
  const { p50Ms, p95Ms, worstMs } = measures
  const said = `${how}: half within ${tookText(p50Ms)}, 95% within ${tookText(p95Ms)}, the slowest ${tookText(worstMs)}`
  const slow = exchanges.filter(({ ms }) => ms > endpoint.limits.recommendedMs)
  // One alone may be this machine, or the network; a verdict must not hang on it.
  return slow.length > 1
    ? conclude('warn', `${said}; ${tookText(endpoint.limits.recommendedMs)} is recommended.`, slow, measures)
    : conclude('pass', `${said}.`, exchanges.slice(0, 1), measures)
}

/** The next request on such a connection is lost, and whoever sends it has to guess whether it was handled. */
function closedSilently(closings: readonly Exchange[]): Conclusion {
  const count = counted(closings.length, 'request')
  return titled('Closes connections without notice', {
    ...conclude(
      'warn',
      `A kept-alive connection was reset before any byte of the response, for ${count} accepted on a new connection.`,
      closings,
    ),
    advice:
      'Keep connections open, or send Connection: close. uWSGI: add --http-keepalive to --http, or use --http11-socket in place of --http-socket.',
  })
}

const isLimited = ({ answer }: Exchange) => answer?.status === 429

/** What an answer says of its limit, and otherwise what was seen of it. */
function limitText({ said: { limit, windowS, waitS }, answered, seconds }: Limited): string {
  if (limit !== null && windowS !== null) return `Its limit is ${limit} requests in ${windowS} s`
  const wait = waitS === null ? '' : `, and it asks to wait ${waitS} s`
  return limit === null
    ? `It had answered ${answered} requests within ${seconds} s${wait}`
    : `Its limit is ${limit} requests${wait}`
}

export const fastProbes = {
  'connect-time': {
    requests: () => connects,
    async run(endpoint) {
      const exchanges: Exchange[] = []
      for (let n = 0; n < connects; n++) {
        const connection = endpoint.singleConnection()
        exchanges.push(
          await endpoint.send(endpoint.plain().body, { what: 'a new connection', agents: connection.agents }),
        )
        connection.close()
      }
      const failed = exchanges.find(({ connectMs }) => connectMs === null)
      if (failed !== undefined)
        return conclude('fail', `A connection was not accepted in time: it ${howItEnded(failed)}.`, [failed])
      const worstMs = Math.max(...exchanges.map(({ connectMs }) => connectMs ?? 0))
      const slow = exchanges.filter(({ connectMs }) => (connectMs ?? 0) > endpoint.limits.promptConnectMs)
      const left = await wireLeftToProxy(endpoint)
      if (left !== null) return left
      const proxy = exchanges[0]?.proxy
      const through = proxy === undefined ? '' : `, ${throughProxy(proxy)}`
      const said = `The slowest of ${connects} connections was accepted after ${tookText(worstMs)}${through}`
      // One alone may be this machine, or the network.
      return slow.length > 1
        ? conclude('warn', `${said}; the gateway gives up after ${tookText(endpoint.limits.connectMs)}.`, exchanges, {
            worstMs,
          })
        : conclude('pass', `${said}.`, exchanges.slice(0, 1), { worstMs })
    },
  },
  'answer-alone': {
    requests: () => alone,
    async run(endpoint) {
      const exchanges: Exchange[] = []
      for (let n = 0; n < alone; n++) exchanges.push(await endpoint.sendPlain())
      return judged(endpoint, exchanges, 'One at a time')
    },
  },
  'answer-at-twenty': {
    requests: limits => rounds * limits.connections,
    async run(endpoint) {
      const exchanges: Exchange[] = []
      for (let round = 0; round < rounds; round++)
        exchanges.push(...(await Promise.all(Array.from({ length: endpoint.limits.connections }, endpoint.sendPlain))))
      return judged(endpoint, exchanges, `${endpoint.limits.connections} at once`)
    },
  },
  burst: {
    requests: limits => limits.burst,
    async run(endpoint) {
      const { burst, connections } = endpoint.limits
      const began = performance.now()
      const exchanges: Exchange[] = []
      let started = 0
      const sender = async () => {
        while (started < burst && !exchanges.some(isLimited) && performance.now() - began < burstMs) {
          started += 1
          exchanges.push(await endpoint.send(endpoint.plain().body, { what: 'an event of a burst', atAnyPace: true }))
        }
      }
      await Promise.all(Array.from({ length: connections }, sender))
      const tookMs = performance.now() - began
      const failed = exchanges.filter(exchange => !isTaken(exchange) && !isLimited(exchange))
      const measures = {
        ...times(exchanges),
        events: exchanges.length,
        perSecond: Math.round((exchanges.length / tookMs) * 1000),
      }
      const [first] = failed
      if (first !== undefined)
        return conclude(
          'fail',
          `${failed.length} of ${exchanges.length} events failed: it ${howItEnded(first)}.`,
          failed,
          measures,
        )
      const limited = exchanges.filter(isLimited)
      if (limited.length > 0)
        return conclude(
          'unknown',
          `Its rate limit ended the burst after ${exchanges.length - limited.length} events: see rate-limit.`,
          limited,
          measures,
        )
      if (exchanges.length < burst)
        return conclude(
          'warn',
          `Only ${exchanges.length} of ${burst} events were answered within ${tookText(burstMs)}.`,
          [],
          measures,
        )
      return conclude(
        'pass',
        `${burst} events were answered in ${tookText(tookMs)}, none failed.`,
        exchanges.slice(0, 1),
        measures,
      )
    },
  },
  'keep-alive': {
    requests: () => 2,
    async run(endpoint) {
      const connection = endpoint.singleConnection()
      try {
        const exchanges: Exchange[] = []
        for (const what of ['an event', 'a second event after it'])
          exchanges.push(await endpoint.send(endpoint.plain().body, { what, agents: connection.agents }))
        const left = await wireLeftToProxy(endpoint)
        if (left !== null) return left
        if (endpoint.closings.length > 0) return closedSilently(endpoint.closings)
        if (exchanges.some(({ answer }) => answer?.sloppy !== undefined))
          return conclude('skipped', 'Its responses are sloppy HTTP, after which no connection is reused.', exchanges)
        return connection.made === 1 && exchanges.every(({ outcome }) => outcome === 'answered')
          ? conclude('pass', 'Two events went over one connection.', exchanges.slice(0, 1))
          : conclude('warn', 'It closed the connection after the first answer.', exchanges)
      } finally {
        connection.close()
      }
    },
  },
  'work-before-answer': {
    requests: () => prompts,
    async run(endpoint) {
      const exchanges: Exchange[] = []
      for (let n = 0; n < prompts; n++) exchanges.push(await endpoint.sendPlain())
      const p50Ms = quantile(
        exchanges.map(({ ms }) => ms),
        0.5,
      )
      const atAnswer = endpoint.effect?.atAnswer ?? null
      const seen =
        atAnswer === null
          ? ''
          : atAnswer
            ? ' The effect was there when it answered.'
            : ' The effect came after the answer.'
      return p50Ms > endpoint.limits.promptMs
        ? conclude(
            'warn',
            `It takes ${tookText(p50Ms)} to answer a single event: it works before it answers.${seen}`,
            exchanges,
            { p50Ms },
          )
        : conclude('pass', `It answers a single event in ${tookText(p50Ms)}.${seen}`, exchanges.slice(0, 1), { p50Ms })
    },
  },
  'rate-limit': {
    requests: () => 0,
    run: async ({ lookout: { limited }, sent, limits }) => {
      const [first] = limited
      if (first === undefined && sent < limits.burst)
        return {
          ...conclude('skipped', `No genuine event was answered 429, in ${sent} requests.`),
          title: 'Shows no rate limit; whether one stops a burst was not examined',
          advice: 'Run the probe burst as well.',
        }
      return first === undefined
        ? conclude('pass', 'No genuine event was answered 429.')
        : conclude(
            'fail',
            `It answered 429 to a genuine event. ${limitText(first)}; the gateway sends hundreds of events in a minute, 20 at once.`,
            limited.map(({ exchange }) => exchange),
          )
    },
  },
} as const satisfies Record<string, ProbeRun>
