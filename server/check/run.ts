/** One run of the readiness check: which probes, in which order, and what their answers make together. */
import { randomInt } from 'node:crypto'
import type { CheckChoices, CheckOutline } from '../../core/check/check-run.ts'
import {
  type CheckReport,
  type Conclusion,
  type Exchange,
  type Finding,
  isJudged,
  scoreOf,
} from '../../core/check/finding.ts'
import { titleOf } from '../../core/check/finding-title.ts'
import { frameworkOf } from '../../core/check/framework-of.ts'
import { howToTest, notExamined } from '../../core/check/not-examined.ts'
import { chosenProbes, findProbe, type ProbeId, probes } from '../../core/check/probes.ts'
import type { Framework } from '../../core/check/remedies.ts'
import { rootCauses } from '../../core/check/shared-cause.ts'
import type { Authentication, SigningKey } from '../../core/hooks/hook.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { version } from '../lib/version.ts'
import { usualSeed } from './chance.ts'
import { type EffectReading, openEffectMeter } from './effect.ts'
import { type Endpoint, openEndpoint } from './endpoint.ts'
import { frontOf, frontRequests } from './front.ts'
import { type Blame, blameOf, gateRequests } from './gate.ts'
import { goneAfter } from './gone.ts'
import { type CheckLimits, checkLimits } from './limits.ts'
import { mostRepeats } from './patience.ts'
import { conclude } from './probe.ts'
import { probeRuns } from './probes/index.ts'

export interface CheckRequest extends Pick<CheckChoices, 'only' | 'skip' | 'failOn' | 'rate' | 'seed'> {
  readonly url: URL
  readonly authentication: Authentication
  /** null: events go unsigned, and what concerns signatures is skipped. */
  readonly key: SigningKey | null
  /** Failures of an earlier report: they are told, and do not count. */
  readonly baseline: ReadonlySet<ProbeId>
  /** Reads what events did to the shop; null when nobody can. */
  readonly effect: (() => Promise<EffectReading>) | null
  /** Whose code the report shows; default: what the answers show. */
  readonly framework?: Framework | null
  readonly limits?: Partial<CheckLimits>
  /** A certificate authority to trust beside the usual ones, PEM. */
  readonly trust?: string | null
}

/** What a run will do, to be told before it starts. */
export interface CheckPlan extends Pick<CheckOutline, 'probes' | 'requests' | 'rate' | 'connections'> {
  readonly mark: string
  readonly seed: number
}

export type CheckProgress =
  | { readonly kind: 'started'; readonly plan: CheckPlan }
  | { readonly kind: 'probe'; readonly probe: ProbeId; readonly index: number; readonly of: number }
  /** The endpoint's rate limit holds up all that follows, milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** `sent`: requests so far. */
  | { readonly kind: 'finding'; readonly finding: Finding; readonly sent: number }

/** Plain events that may be spent on finding out whether an endpoint came back to itself. */
const mostReturns = 40

/** These come when all others have: an error may be tried again then, and it shows whether the endpoint is still there. */
const late: readonly ProbeId[] = ['retry-after-error', 'stays-up']
/** Those that look back on all answers conclude when all is over. */
const last: readonly ProbeId[] = ['http-1-1', 'no-body-echo', 'no-internals', 'no-secrets', 'rate-limit']
/** Those that look at name, address and certificate need no answer to an event. */
const first: readonly ProbeId[] = [
  'dns',
  'public-address',
  'https',
  'certificate-chain',
  'certificate-name',
  'certificate-expiry',
  'tls-modern',
  'tls-old',
]

/** A mark that is easy to find in a shop's database. */
export const newMark = (): string =>
  `hookscope-check-${randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0')}`

const seedOf = ({ seed = usualSeed }: Pick<CheckRequest, 'seed'>): number => seed

export function planCheck(request: CheckRequest, mark: string): CheckPlan {
  const limits = { ...checkLimits, ...request.limits }
  const ids = chosenProbes(request)
  // Before them, some find out which plain event is taken at all, and what its effect is; after a failure, others
  // whether it still is.
  const asked = ids.reduce(
    (sum, id) => sum + probeRuns[id].requests(limits),
    gateRequests + frontRequests + mostReturns,
  )
  // Until it is known that no connection can be used twice, each that is open may have to be replaced.
  const requests = asked + limits.connections + mostRepeats
  return { probes: ids, requests, rate: request.rate, connections: limits.connections, mark, seed: seedOf(request) }
}

/** In the order they run: what needs no event, then the rest as listed, then what watched all of it. */
function inRunOrder(ids: readonly ProbeId[]): ProbeId[] {
  const places = [first, late, last]
  const place = (id: ProbeId) => [0, 2, 3][places.findIndex(some => some.includes(id))] ?? 1
  return ids.toSorted((one, other) => place(one) - place(other))
}

/**
 * Examines an endpoint.
 * @param signal stops it; what was found so far is in the report, which is then not complete
 * @throws UserError when the effect cannot be read, or when nothing listens there at all
 */
export async function runCheck(
  request: CheckRequest,
  options: {
    readonly mark?: string
    readonly signal?: AbortSignal
    readonly onProgress?: (progress: CheckProgress) => void
  } = {},
): Promise<CheckReport> {
  const { mark = newMark(), signal = new AbortController().signal, onProgress = () => {} } = options
  const limits = { ...checkLimits, ...request.limits }
  const startedAt = new Date()
  const plan = planCheck(request, mark)
  const endpoint = openEndpoint({
    url: request.url,
    key: request.key?.key ?? null,
    authentication: request.authentication,
    limits,
    signal,
    mark,
    seed: seedOf(request),
    rate: request.rate,
    trust: request.trust ?? null,
    anyCertificate: isLoopback(request.url.hostname),
    effect: request.effect && openEffectMeter(request.effect, limits, signal),
    onWait: ms => onProgress({ kind: 'wait', ms }),
  })
  const findings: Finding[] = []
  try {
    await runAll(endpoint, plan.probes, findings, onProgress)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    endpoint.close()
  }
  return reportOf(request, { startedAt, mark, plan, findings, requests: endpoint.sent })

  async function runAll(
    endpoint: Endpoint,
    ids: readonly ProbeId[],
    found: Finding[],
    tell: (progress: CheckProgress) => void,
  ): Promise<void> {
    tell({ kind: 'started', plan })
    /** Why nothing more can be found out; null while it can. */
    let blame: Blame | null = null
    let asked = false
    /** It was there, and went away. */
    let gone = false
    /** The probe after which it has to be seen whether a plain event is still taken. */
    let doubt: ProbeId | null = null
    let returns = mostReturns
    for (const [index, id] of inRunOrder(ids).entries()) {
      signal.throwIfAborted()
      let atProxy = endpoint.atProxy.length
      if (!asked && !first.includes(id)) {
        asked = true
        const isTakenAtAll = async () => {
          blame = await blameOf(endpoint, found)
          return blame === null
        }
        await (endpoint.effect === null ? isTakenAtAll() : endpoint.effect.calibrate(isTakenAtAll))
        // An event that had an effect has reached the app.
        if (blame === null && (endpoint.effect?.atAnswer ?? null) === null) blame = await frontOf(endpoint)
      }
      tell({ kind: 'probe', probe: id, index, of: ids.length })
      endpoint.begin(id)
      const { turnedAway } = endpoint
      const looksBack = last.includes(id) && gone
      if (doubt !== null && !last.includes(id)) {
        const seen = await goneAfter(endpoint, doubt, returns)
        returns -= seen.sent
        blame = seen.blame
        gone = blame !== null
        doubt = null
        // What was asked until it came back has been told.
        atProxy = endpoint.atProxy.length
      }
      const began = performance.now()
      const answer =
        blame === null || first.includes(id) || looksBack
          ? await probeRuns[id].run(endpoint)
          : concludeBlamed(id, blame)
      const refused = endpoint.atProxy[atProxy]
      const conclusion =
        refused !== undefined && blame === null
          ? concludeAtProxy(endpoint, refused)
          : endpoint.turnedAway > turnedAway
            ? limited
            : answer
      const title = titleOf({ ...conclusion, probe: id })
      const finding = { ...conclusion, title, probe: id, ms: Math.round(performance.now() - began) }
      found.push(finding)
      tell({ kind: 'finding', finding, sent: endpoint.sent })
      const isInDoubt =
        conclusion.outcome === 'fail' || endpoint.lookout.silence !== null || endpoint.atProxy.length > atProxy
      if (blame === null && asked && isInDoubt && !last.includes(id)) doubt = id
    }
  }
}

/** What did not get past the proxy says nothing of the endpoint, nor does the rest of what was asked beside it. */
const concludeAtProxy = (endpoint: Endpoint, exchange: Exchange): Conclusion => ({
  ...conclude('unknown', `Not tested, as a request ended at the proxy. ${exchange.problem ?? ''}`.trim(), [exchange]),
  advice: endpoint.hintOf(exchange) ?? howToTest,
})

/** What a rate limit answered says nothing of what was asked. */
const limited = conclude('unknown', 'Its rate limit kept answering 429 longer than the check waits: see rate-limit.')

function concludeBlamed(id: ProbeId, { probe, conclusion, reason }: Blame): Conclusion {
  return id === probe && conclusion !== null ? conclusion : conclude('unknown', reason)
}

export function reportOf(
  request: CheckRequest,
  run: { startedAt: Date; mark: string; plan: CheckPlan; findings: readonly Finding[]; requests: number },
): CheckReport {
  const order = new Map(probes.map(({ id }, index) => [id, index]))
  const findings = run.findings.toSorted((one, other) => (order.get(one.probe) ?? 0) - (order.get(other.probe) ?? 0))
  const complete = findings.length === run.plan.probes.length
  const bad = findings.filter(
    ({ outcome }) => outcome === 'fail' || outcome === 'unknown' || (outcome === 'warn' && request.failOn === 'warn'),
  )
  const options = {
    target: request.url.href,
    signed: request.key?.kind ?? null,
    basic: request.authentication.kind === 'basic',
    only: request.only,
    skip: request.skip,
    failOn: request.failOn,
    effect: request.effect !== null,
  }
  const known = bad.map(({ probe }) => probe).filter(id => request.baseline.has(id))
  return {
    kind: 'hookscope-check',
    format: 1,
    version,
    mark: run.mark,
    seed: run.plan.seed,
    options,
    startedAt: run.startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    complete,
    requests: run.requests,
    findings,
    causes: rootCauses(findings),
    notExamined: notExamined({ options, findings }),
    score: scoreOf(findings.map(finding => ({ ...finding, severity: findProbe(finding.probe)?.severity ?? 'minor' }))),
    ready: complete && bad.length === known.length && isJudged(findings),
    framework: request.framework ? { name: request.framework, sign: null } : frameworkOf(findings),
    known,
  }
}
