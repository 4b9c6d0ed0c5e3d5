/** Rows of check runs as the shapes the rest of hookscope knows. */
import { type CheckChoices, type CheckRun, countOutcomes, partialReport } from '../../core/check/check-run.ts'
import { isPartial } from '../../core/check/check-words.ts'
import type { CheckReport, Finding, FindingOutcome } from '../../core/check/finding.ts'
import type { CheckRunStore } from './checks.ts'
import { isoTime } from './rows.ts'

export interface RunRow extends Pick<CheckRun, 'id' | 'target' | 'hook' | 'state' | 'score'> {
  readonly choices: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly probes: number
  readonly ready: number | null
  readonly problem: string | null
  /** CheckReport['options'] as JSON. */
  readonly options: string
  /** 1 when its report says that something was not examined. */
  readonly open: 0 | 1
  /** `[{"outcome", "n"}, …]` */
  readonly counts: string
}

export interface ReportRow {
  readonly id: number
  readonly state: CheckRun['state']
  readonly started_at: number
  readonly report: string
}

export interface FindingRow {
  readonly found_at: number
  readonly sent: number
  readonly finding: string
}

/** JSON columns hold only what this hookscope wrote. */
export function toRun(row: RunRow): CheckRun {
  const counted: { outcome: FindingOutcome; n: number }[] = JSON.parse(row.counts)
  const choices: CheckChoices = JSON.parse(row.choices)
  const problem: CheckRun['problem'] = row.problem === null ? null : JSON.parse(row.problem)
  return {
    id: row.id,
    target: row.target,
    choices,
    hook: row.hook,
    startedAt: isoTime(row.started_at),
    endedAt: row.ended_at === null ? null : isoTime(row.ended_at),
    state: row.state,
    asked: counted.reduce((sum, { n }) => sum + n, 0),
    of: row.probes,
    current: null,
    score: row.score,
    ready: row.ready === null ? null : row.ready === 1,
    counts: { ...countOutcomes([]), ...Object.fromEntries(counted.map(({ outcome, n }) => [outcome, n])) },
    partial: row.state !== 'done' || isPartial(JSON.parse(row.options)) || row.open === 1,
    problem,
  }
}

export function toReport({ state, report }: ReportRow, rows: readonly FindingRow[]): CheckReport {
  const head: CheckReport = JSON.parse(report)
  const partial = partialReport(
    head,
    rows.map(({ finding }): Finding => JSON.parse(finding)),
  )
  return state === 'done' ? { ...partial, complete: head.complete, ready: head.ready, score: head.score } : partial
}

/** A run without an end, as far as it came. @param rows its findings, the first one first */
export function toUnfinished(
  row: ReportRow,
  rows: readonly FindingRow[],
): Awaited<ReturnType<CheckRunStore['unfinished']>>[number] {
  const { found_at: lastAt, sent } = rows.at(-1) ?? { found_at: row.started_at, sent: 0 }
  return { id: row.id, lastAt, report: { ...toReport(row, rows), endedAt: isoTime(lastAt), requests: sent } }
}
