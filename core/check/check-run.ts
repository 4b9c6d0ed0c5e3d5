/** The readiness check as the inspector runs it: what is asked for, what it will do, and each run as it is kept. */
import type { Authentication, SigningKey } from '../hooks/hook.ts'
import type { CheckReport, Finding, FindingOutcome } from './finding.ts'
import { outcomes, scoreOf } from './finding.ts'
import { frameworkOf } from './framework-of.ts'
import { notExamined } from './not-examined.ts'
import { findProbe, type ProbeId, probes } from './probes.ts'

/** What a run examines, and how; without its secrets it is kept with the run, so that it can be asked for again. */
export interface CheckChoices {
  /** The endpoint, http or https. */
  readonly target: string
  /** Probes or groups to run, and to leave out; empty lists: all run. */
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly failOn: 'warn' | 'fail'
  /** Requests a second; null: no limit on this machine, a gentle one elsewhere. */
  readonly rate: number | null
  /** Answers what events did to the shop: a number, or JSON of numbers. null: nobody tells. */
  readonly effectUrl: string | null
  /** Decides what the events look like, a number of 32 bits; default: the same for every check. */
  readonly seed?: number
}

/** What is asked of the inspector. */
export interface CheckStart extends CheckChoices {
  /** `hook`: those of a hook, by its id; they are looked up at the start. */
  readonly secrets:
    | { readonly kind: 'hook'; readonly hook: string }
    | { readonly kind: 'given'; readonly authentication: Authentication; readonly key: SigningKey | null }
  /** Events may create real orders: must be true when the target is not on this machine. */
  readonly confirmed: boolean
}

/** What a run will do, told before it starts. */
export interface CheckOutline {
  /** The target as it will be called. */
  readonly target: string
  /** Host and port, which a person types to confirm. */
  readonly host: string
  /** Whether it is on this machine, so that nothing has to be confirmed. */
  readonly local: boolean
  readonly probes: readonly ProbeId[]
  /** Requests, at most. */
  readonly requests: number
  /** Requests a second; null for no limit. */
  readonly rate: number | null
  /** Connections at once. */
  readonly connections: number
  /** What is worth knowing first, in sentences. */
  readonly remarks: readonly string[]
}

/** One run of the check. */
export interface CheckRun {
  readonly id: number
  readonly target: string
  readonly choices: CheckChoices
  /** The hook whose secrets were used; null when others were given. */
  readonly hook: string | null
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** null while it runs. */
  readonly endedAt: string | null
  /** `stopped` by a person, or by the end of hookscope · `failed` could not go on, for the reason in `problem`. */
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  /** Probes that have concluded, of so many. */
  readonly asked: number
  readonly of: number
  /** The probe that runs now; null before the first one, between two of them (a plain sale is tried), and at the end. */
  readonly current: ProbeId | null
  /** Of the findings so far; null while there are none. */
  readonly score: number | null
  /** null unless it is done: an unfinished run proves nothing. */
  readonly ready: boolean | null
  readonly counts: Readonly<Record<FindingOutcome, number>>
  /** Whether a good outcome says less than that the endpoint is ready, see `isPartialReport`. */
  readonly partial: boolean
  readonly problem: { readonly message: string; readonly hint: string } | null
}

export function countOutcomes(findings: readonly Pick<Finding, 'outcome'>[]): CheckRun['counts'] {
  const counts = Object.fromEntries(outcomes.map(outcome => [outcome, 0])) as Record<FindingOutcome, number>
  for (const { outcome } of findings) counts[outcome] += 1
  return counts
}

const places = new Map<ProbeId, number>(probes.map(({ id }, index) => [id, index]))

/** A report as far as it has come. @param head the report with its other fields @param findings in any order */
export function partialReport(head: CheckReport, findings: readonly Finding[]): CheckReport {
  const place = ({ probe }: Finding) => places.get(probe) ?? places.size
  const inOrder = findings.toSorted((one, other) => place(one) - place(other))
  return {
    ...head,
    framework: head.framework ?? frameworkOf(findings),
    complete: false,
    ready: false,
    findings: inOrder,
    notExamined: notExamined({ options: head.options, findings: inOrder }),
    score: scoreOf(findings.map(finding => ({ ...finding, severity: findProbe(finding.probe)?.severity ?? 'minor' }))),
  }
}
