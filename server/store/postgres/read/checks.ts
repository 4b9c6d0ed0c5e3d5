/** Runs of the readiness check, as they are read. */
import { type FindingRow, type ReportRow, type RunRow, toReport, toRun, toUnfinished } from '../../check-rows.ts'
import type { CheckRunStore } from '../../checks.ts'
import type { Queries } from '../connection.ts'
import { createReads } from './reads.ts'
import { type Sql, sql } from './sql.ts'

const runs = sql`SELECT r.id, r.target, r.hook, r.choices, r.started_at, r.ended_at, r.state, r.probes, r.score, r.ready,
    r.problem, (r.report::json -> 'options')::text AS options,
    CASE WHEN coalesce(json_array_length(r.report::json -> 'notExamined'), 0) > 0 THEN 1 ELSE 0 END AS open,
    (SELECT coalesce(json_agg(json_build_object('outcome', f.outcome, 'n', f.n)), '[]')::text
      FROM (SELECT outcome, count(*) AS n FROM check_finding WHERE run = r.id GROUP BY outcome) f) AS counts
  FROM check_run r`

interface WithFindingsRow extends ReportRow {
  /** JSON: FindingRow[]; null when there are none. */
  readonly findings: string | null
}

/** A report with its findings, in one statement so that both are of one moment. @param which what follows `FROM check_run r` */
const reports = (which: Sql) => sql`SELECT r.id, r.state, r.started_at, r.report,
    (SELECT json_agg(json_build_object('found_at', f.found_at, 'sent', f.sent, 'finding', f.finding) ORDER BY f.id)::text
      FROM check_finding f WHERE f.run = r.id) AS findings
  FROM check_run r ${which}`

const findingsOf = ({ findings }: WithFindingsRow): FindingRow[] => (findings === null ? [] : JSON.parse(findings))

export function createCheckReads(pool: Queries): Pick<CheckRunStore, 'list' | 'get' | 'report' | 'unfinished'> {
  const reads = createReads(pool)
  return {
    list: async () => (await reads.all<RunRow>(sql`${runs} ORDER BY r.id DESC`)).map(toRun),
    async get(id) {
      const [row] = await reads.all<RunRow>(sql`${runs} WHERE r.id = ${id}::bigint`)
      return row && toRun(row)
    },
    async report(id) {
      const [row] = await reads.all<WithFindingsRow>(reports(sql`WHERE r.id = ${id}::bigint`))
      return row && toReport(row, findingsOf(row))
    },
    async unfinished() {
      // Of a process that is gone.
      const rows = await reads.all<WithFindingsRow>(
        reports(
          sql`WHERE r.state = 'running' AND NOT EXISTS (SELECT FROM process p WHERE p.id = r.process) ORDER BY r.id`,
        ),
      )
      return rows.map(row => toUnfinished(row, findingsOf(row)))
    },
  }
}
