/**
 * The readiness check inside a test suite:
 *
 *     import { check } from 'hookscope/check'
 *     const report = await check({ url, signatureKey: 'test key', effect: () => orders.count() })
 *     expect(report.ready).toBe(true)
 */
import type { CheckReport, Finding } from '../../core/check/finding.ts'
import type { SigningKey } from '../../core/hooks/hook.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { UserError } from '../lib/errors.ts'
import { parseTarget } from '../sender/target.ts'
import { largestSeed } from './chance.ts'
import { checkNames, failuresOf } from './choice.ts'
import type { EffectReading } from './effect.ts'
import { type CheckLimits, rateFor } from './limits.ts'
import { runCheck } from './run.ts'

export type { CheckReport, Conclusion, Exchange, Finding, FindingOutcome, Severity } from '../../core/check/finding.ts'
export type { CheckLimits } from './limits.ts'

export interface CheckOptions {
  /** The endpoint, http or https. */
  readonly url: string | URL
  /** The key it verifies with: one of the two, or neither. */
  readonly signatureKey?: string
  readonly sourceKey?: string
  readonly basicAuth?: { readonly username: string; readonly password: string }
  /** Probes or groups to run, and to leave out; default: all run. */
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  /** What makes it not ready; default: `fail`. */
  readonly failOn?: 'warn' | 'fail'
  /** Counts what events did to the shop; asked before and after. */
  readonly effect?: () => number | EffectReading | Promise<number | EffectReading>
  /** An earlier report: what failed there does not count. */
  readonly baseline?: Pick<CheckReport, 'findings'>
  /** Requests a second; default: no limit on this machine, 20 elsewhere. */
  readonly rate?: number
  /** Decides what the events look like: a whole number of 32 bits; default: the same for every check. */
  readonly seed?: number
  /** Shorter limits, for an endpoint that is known to be quick. */
  readonly limits?: Partial<CheckLimits>
  /** Must be true for an endpoint that is not on this machine: events may create real orders there. */
  readonly yes?: boolean
  /** Stops the check; the report is then not complete. */
  readonly signal?: AbortSignal
  /** Called with each finding as it comes. */
  readonly onFinding?: (finding: Finding) => void
}

function keyOf({ signatureKey, sourceKey }: CheckOptions): SigningKey | null {
  if (signatureKey !== undefined && sourceKey !== undefined)
    throw new UserError('Both signatureKey and sourceKey were given.', 'An endpoint checks with one of them.')
  if (signatureKey !== undefined) return { kind: 'signature-key', key: signatureKey }
  return sourceKey === undefined ? null : { kind: 'source-key', key: sourceKey }
}

function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed <= largestSeed) return seed
  throw new UserError(`seed should be a whole number from 0 to ${largestSeed}.`, 'Leave it out for the usual one.')
}

/**
 * Examines an endpoint as the gateway and as an attacker would.
 * @throws when the options are wrong, nothing listens at the URL, it refuses the first genuine event as a stranger's, or the
 *   effect cannot be read
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const url = parseTarget(String(options.url))
  const local = isLoopback(url.hostname)
  if (!local && options.yes !== true)
    throw new UserError(
      `${url.host} is not on this machine, and events may create real orders there.`,
      'Set yes: true.',
    )
  const { effect, onFinding } = options
  return runCheck(
    {
      url,
      key: keyOf(options),
      authentication: options.basicAuth === undefined ? { kind: 'none' } : { kind: 'basic', ...options.basicAuth },
      only: checkNames(options.only ?? [], 'only'),
      skip: checkNames(options.skip ?? [], 'skip'),
      failOn: options.failOn ?? 'fail',
      baseline: options.baseline === undefined ? new Set() : failuresOf(options.baseline.findings),
      effect:
        effect === undefined
          ? null
          : async () => {
              const reading = await effect()
              return typeof reading === 'number' ? { effect: reading } : reading
            },
      rate: rateFor(url, options.rate ?? null),
      ...(options.seed !== undefined && { seed: checkSeed(options.seed) }),
      ...(options.limits && { limits: options.limits }),
    },
    {
      ...(options.signal && { signal: options.signal }),
      onProgress: progress => {
        if (progress.kind === 'finding') onFinding?.(progress.finding)
      },
    },
  )
}
