/** The readiness check: what a probe concluded, and what that makes of the whole. */
import type { Outcome } from '../deliveries/attempt.ts'
import type { HeaderList } from '../http/headers.ts'
import type { Severity } from './probes/entry.ts'
import type { ProbeId } from './probes.ts'
import type { Framework } from './remedies.ts'

export { type ProbeGroup, probeGroups, type Severity, severities } from './probes/entry.ts'

/**
 * `pass` · `warn` works, but should be fixed · `fail` · `told` remarkable, not judged · `skipped` does not apply here, or
 * was left out · `unknown` could not be found out. Contract with scripts.
 */
export const outcomes = ['pass', 'warn', 'fail', 'told', 'skipped', 'unknown'] as const
export type FindingOutcome = (typeof outcomes)[number]

/** One request of the check and what came of it, for people: texts are cut, secrets masked. */
export interface Exchange {
  /** What was special about it: “signed with another key”. */
  readonly what: string
  readonly request: {
    readonly method: string
    readonly url: string
    /** X-Signature as it was sent; Authorization masked. */
    readonly headers: HeaderList
    /** The beginning of the body as text. */
    readonly body: string
    readonly bytes: number
  }
  readonly outcome: Outcome
  readonly answer: {
    readonly status: number
    readonly headers: HeaderList
    /** The beginning of the body as text. */
    readonly body: string
    readonly bytes: number
    /** What it says with a status that is no 2xx, as one line: its error; left out when it says nothing. */
    readonly line?: string
    /** What is wrong with its HTTP, a sentence each; left out when it is well-formed. */
    readonly sloppy?: readonly string[]
  } | null
  /** Why there is no answer; null when there is one. */
  readonly problem: string | null
  readonly connectMs: number | null
  readonly ms: number
  /** The proxy it went through; left out when it went there directly. */
  readonly proxy?: string
}

/** What a probe concluded. */
export interface Conclusion {
  readonly outcome: FindingOutcome
  /** What is true of the endpoint, as a statement, where that is not what the table of probes says of this outcome. */
  readonly title?: string
  /** What came back, in one sentence; for `skipped` and `unknown` why. */
  readonly sentence: string
  /** What to do, where that is not what the table of probes says. */
  readonly advice?: string
  /** The requests that show it, at most 5. */
  readonly exchanges: readonly Exchange[]
  /** What was measured, by name, with the unit in the name: `p95Ms`. */
  readonly measures: Readonly<Record<string, number>>
}

/** A probe's answer. */
export interface Finding extends Conclusion {
  readonly probe: ProbeId
  /** How long the probe took, milliseconds. */
  readonly ms: number
}

/** One mistake behind several findings. */
export interface RootCause {
  /** What is true of the endpoint, as a statement. */
  readonly title: string
  /** What to do about it. */
  readonly fix: string
  /** The worst of its findings. */
  readonly severity: Severity
  /** The findings that it explains, in the order of the table of probes. */
  readonly probes: readonly [ProbeId, ...ProbeId[]]
}

/** Something that a check did not examine. */
export interface Unexamined {
  /** As a noun: “public address and certificate”. */
  readonly what: string
  /** A sentence. */
  readonly why: string
  /** How to have it examined, a sentence. */
  readonly how: string
  readonly probes: readonly ProbeId[]
}

/** What was asked of the check; no secrets. */
export interface CheckOptionsView {
  readonly target: string
  readonly signed: 'source-key' | 'signature-key' | null
  readonly basic: boolean
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly failOn: 'warn' | 'fail'
  readonly effect: boolean
}

/** The stack whose code is shown, and why it is that one. */
export interface ChosenFramework {
  readonly name: Framework
  /** What in the answers shows it, such as `X-Powered-By: Express`; null when a person named it. */
  readonly sign: string | null
}

/** One run of the check, whole or as far as it came. Published as JSON: fields may be added, never renamed. */
export interface CheckReport {
  readonly kind: 'hookscope-check'
  readonly format: 1
  /** Of hookscope. */
  readonly version: string
  /** Stands in the merchant key and the order id of every body that was sent. */
  readonly mark: string
  /** What the events look like follows from it: the same seed asks the same. Reports of earlier versions have none. */
  readonly seed?: number
  readonly options: CheckOptionsView
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly endedAt: string
  /** Whether every chosen probe ran. */
  readonly complete: boolean
  /** Requests that were sent. */
  readonly requests: number
  readonly findings: readonly Finding[]
  /** Mistakes that several findings have in common. Reports of earlier versions have none. */
  readonly causes?: readonly RootCause[]
  readonly score: number
  /** The check is complete, something was judged, and no finding counts as a failure, by `failOn` and the baseline. */
  readonly ready: boolean
  /** What was not examined, and how to have it examined: `ready` and the score say nothing of it. Earlier versions have none. */
  readonly notExamined?: readonly Unexamined[]
  /** What the endpoint runs on; null when no answer tells, and not there in reports of old. */
  readonly framework?: ChosenFramework | null
  /** Findings that the baseline knew already, by probe; they do not count. */
  readonly known: readonly ProbeId[]
}

const weights: Readonly<Record<Severity, number>> = { critical: 5, major: 3, minor: 1 }

/** Whether any question got an answer that counts. */
export const isJudged = (findings: readonly Pick<Finding, 'outcome'>[]): boolean =>
  findings.some(({ outcome }) => outcome === 'pass' || outcome === 'warn' || outcome === 'fail')

/** The rule of the score, for people. */
export const scoreRule =
  'Each probe has a weight: critical 5, major 3, minor 1. A pass counts fully, a warning half, a failure or an untested probe nothing; skipped probes do not count. The score is the share of 100, rounded down; with a critical failure it is 49 at most.'

/** @returns 0 to 100 by scoreRule; 0 when nothing was judged */
export function scoreOf(findings: readonly (Pick<Finding, 'outcome'> & { readonly severity: Severity })[]): number {
  let got = 0
  let possible = 0
  for (const { outcome, severity } of findings) {
    if (outcome === 'told' || outcome === 'skipped') continue
    possible += weights[severity]
    got += outcome === 'pass' ? weights[severity] : outcome === 'warn' ? weights[severity] / 2 : 0
  }
  if (possible === 0) return 0
  const share = Math.floor((got / possible) * 100)
  const critical = findings.some(({ outcome, severity }) => outcome === 'fail' && severity === 'critical')
  return critical ? Math.min(49, share) : share
}
