/** What the table of probes says of each. */
import type { ProbeGroup, Severity } from '../finding.ts'
import type { RemedyName } from '../remedies.ts'

export interface ProbeEntry {
  /** Stable; what `--only`, `--skip` and baselines name. */
  readonly id: string
  readonly group: ProbeGroup
  /** The question it asks, for people. */
  readonly question: string
  readonly severity: Severity
  /** Why it matters, in a sentence or two. */
  readonly why: string
  /** What to do when the answer is no. */
  readonly fix: string
  /** Code that does it, where code is the fix. */
  readonly remedy?: RemedyName
}
