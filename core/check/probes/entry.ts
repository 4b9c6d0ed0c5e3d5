/** What the table of probes says of each; their groups, and how much each counts. */
import type { RemedyName } from '../remedies.ts'

/** The six parts of the check, in the order they run and are shown. */
export const probeGroups = {
  wire: 'Connection',
  takes: 'It accepts what the gateway sends',
  refuses: 'It refuses everyone else',
  survives: 'It handles repeats and disorder',
  fast: 'It is fast enough',
  sturdy: 'It does not break',
} as const
export type ProbeGroup = keyof typeof probeGroups

/**
 * What a failure costs: `critical` money or trust (forged or doubled orders, lost payments) · `major` deliveries that fail
 * or come late · `minor` what is better otherwise.
 */
export const severities = ['critical', 'major', 'minor'] as const
export type Severity = (typeof severities)[number]

export interface ProbeEntry {
  /** Stable; what `--only`, `--skip` and baselines name. */
  readonly id: string
  readonly group: ProbeGroup
  /** What is true of the endpoint when it passes, as a statement; it also names the probe where there is no answer. */
  readonly pass: string
  /** What is true when it fails. */
  readonly fail: string
  /** What is true when it warns, where `fail` would say too much. */
  readonly warn?: string
  readonly severity: Severity
  /** Why it matters, in a sentence or two. */
  readonly why: string
  /** What to do when it does not pass. */
  readonly fix: string
  /** Code that does it, where code is the fix. */
  readonly remedy?: RemedyName
}

/** As it stands in the file of its group. */
export type ProbeInGroup = Omit<ProbeEntry, 'group'>
