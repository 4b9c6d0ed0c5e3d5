/** Runs of the readiness check: each finding is kept as it comes, so that a run that a crash ended can be read. */
import type { CheckChoices, CheckRun } from '../../core/check/check-run.ts'
import type { CheckReport, Finding } from '../../core/check/finding.ts'

/** A run that begins; it holds no secrets. */
export interface NewCheckRun {
  readonly target: string
  readonly hook: string | null
  readonly choices: CheckChoices
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Probes it will ask. */
  readonly probes: number
  /** As it is before the first finding. */
  readonly report: CheckReport
}

/** A finding as it comes. */
export interface FoundFinding {
  readonly finding: Finding
  /** Milliseconds since 1970. */
  readonly at: number
  /** Requests of the run until then. */
  readonly sent: number
}

/** How a run ended. */
export interface CheckRunEnd {
  readonly state: 'done' | 'stopped' | 'failed'
  /** Milliseconds since 1970. */
  readonly endedAt: number
  readonly problem: CheckRun['problem']
  readonly report: CheckReport
}

export interface CheckRunStore {
  /** Drops the oldest ones beyond `most` as well. @returns the id */
  begin(run: NewCheckRun, most: number): Promise<number>
  addFindings(run: number, found: readonly FoundFinding[]): Promise<void>
  end(run: number, end: CheckRunEnd): Promise<void>
  /**
   * Runs without an end whose process is gone, as far as they came: hookscope ended before them. `lastAt`: milliseconds
   * since 1970.
   */
  unfinished(): Promise<readonly { readonly id: number; readonly lastAt: number; readonly report: CheckReport }[]>
  /** Newest first. */
  list(): Promise<CheckRun[]>
  get(id: number): Promise<CheckRun | undefined>
  report(id: number): Promise<CheckReport | undefined>
  /** @returns whether it was there */
  remove(id: number): Promise<boolean>
}
