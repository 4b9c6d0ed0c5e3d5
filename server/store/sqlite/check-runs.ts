/** Keeps runs of the readiness check, and reads them. */
import { type FindingRow, type ReportRow, type RunRow, toReport, toRun, toUnfinished } from '../check-rows.ts'
import type { CheckRunStore } from '../checks.ts'
import type { Reader } from './read/reader.ts'
import type { Writer } from './writer.ts'

const runs = `SELECT id, target, hook, choices, started_at, ended_at, state, probes, score, ready, problem,
    report -> '$.options' AS options, coalesce(json_array_length(report, '$.notExamined'), 0) > 0 AS open,
    (SELECT json_group_array(json_object('outcome', outcome, 'n', n))
      FROM (SELECT outcome, count(*) AS n FROM check_finding WHERE run = check_run.id GROUP BY outcome)) AS counts
  FROM check_run`
const reports = 'SELECT id, state, started_at, report FROM check_run'
const findingsOfRun = 'SELECT found_at, sent, finding FROM check_finding WHERE run = ? ORDER BY id'

export function createCheckRuns(writer: Writer, reader: Reader): CheckRunStore {
  const { db } = writer
  const begin = db.prepare<Record<string, string | number | null>>(
    `INSERT INTO check_run (target, hook, choices, started_at, probes, report)
     VALUES (:target, :hook, :choices, :startedAt, :probes, :report)`,
  )
  const beyond = db.prepare<[number], number>('SELECT id FROM check_run ORDER BY id DESC LIMIT -1 OFFSET ?').pluck()
  const add = db.prepare('INSERT INTO check_finding (run, outcome, found_at, sent, finding) VALUES (?, ?, ?, ?, ?)')
  const end = db.prepare<Record<string, string | number | null>>(
    `UPDATE check_run SET state = :state, ended_at = :endedAt, score = :score, ready = :ready, problem = :problem,
     report = :report WHERE id = :run`,
  )
  const unfinished = db.prepare<[], ReportRow>(`${reports} WHERE state = 'running' ORDER BY id`)
  const findings = db.prepare<[number], FindingRow>(findingsOfRun)
  const removeFindings = db.prepare('DELETE FROM check_finding WHERE run = ?')
  const removeRun = db.prepare('DELETE FROM check_run WHERE id = ?')

  function drop(id: number): boolean {
    removeFindings.run(id)
    return removeRun.run(id).changes > 0
  }

  return {
    begin: async ({ choices, report, ...run }, most) =>
      writer.write(() => {
        const row = { ...run, choices: JSON.stringify(choices), report: JSON.stringify({ ...report, findings: [] }) }
        const { lastInsertRowid } = begin.run(row)
        for (const old of beyond.all(most)) drop(old)
        return Number(lastInsertRowid)
      }),
    async addFindings(run, found) {
      writer.write(() => {
        for (const { finding, at, sent } of found) add.run(run, finding.outcome, at, sent, JSON.stringify(finding))
      })
    },
    async end(run, { state, endedAt, problem, report }) {
      writer.writeDurably(() =>
        end.run({
          run,
          state,
          endedAt,
          score: report.findings.length === 0 ? null : report.score,
          ready: state === 'done' ? Number(report.ready) : null,
          problem: problem && JSON.stringify(problem),
          report: JSON.stringify({ ...report, findings: [] }),
        }),
      )
    },
    unfinished: async () => unfinished.all().map(row => toUnfinished(row, findings.all(row.id))),
    list: async () => (await reader.all<RunRow>(`${runs} ORDER BY id DESC`, [])).map(toRun),
    async get(id) {
      const [row] = await reader.all<RunRow>(`${runs} WHERE id = ?`, [id])
      return row && toRun(row)
    },
    async report(id) {
      const [[row], rows] = await reader.together<[ReportRow[], FindingRow[]]>([
        { text: `${reports} WHERE id = ?`, values: [id] },
        { text: findingsOfRun, values: [id] },
      ])
      return row && toReport(row, rows)
    },
    remove: async id => writer.writeDurably(() => drop(id)),
  }
}
