/** Keeps runs of the readiness check, and reads them. */
import { type CheckChoices, type CheckRun, countOutcomes, partialReport } from '../../../core/check/check-run.ts'
import { isPartial } from '../../../core/check/check-words.ts'
import type { CheckReport, Finding, FindingOutcome } from '../../../core/check/finding.ts'
import type { CheckRunStore } from '../checks.ts'
import type { Reader } from './read/reader.ts'
import { isoTime } from './rows.ts'
import type { Writer } from './writer.ts'

interface RunRow extends Pick<CheckRun, 'id' | 'target' | 'hook' | 'state' | 'score'> {
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

interface ReportRow {
  readonly id: number
  readonly state: CheckRun['state']
  readonly started_at: number
  readonly report: string
}

interface FindingRow {
  readonly found_at: number
  readonly sent: number
  readonly finding: string
}

const runs = `SELECT id, target, hook, choices, started_at, ended_at, state, probes, score, ready, problem,
    report -> '$.options' AS options, coalesce(json_array_length(report, '$.notExamined'), 0) > 0 AS open,
    (SELECT json_group_array(json_object('outcome', outcome, 'n', n))
      FROM (SELECT outcome, count(*) AS n FROM check_finding WHERE run = check_run.id GROUP BY outcome)) AS counts
  FROM check_run`
const reports = 'SELECT id, state, started_at, report FROM check_run'
const findingsOfRun = 'SELECT found_at, sent, finding FROM check_finding WHERE run = ? ORDER BY id'

/** JSON columns hold only what this hookscope wrote. */
function toRun(row: RunRow): CheckRun {
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

function toReport({ state, report }: ReportRow, rows: readonly FindingRow[]): CheckReport {
  const head: CheckReport = JSON.parse(report)
  const partial = partialReport(
    head,
    rows.map(({ finding }): Finding => JSON.parse(finding)),
  )
  return state === 'done' ? { ...partial, complete: head.complete, ready: head.ready, score: head.score } : partial
}

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
    unfinished: async () =>
      unfinished.all().map(row => {
        const rows = findings.all(row.id)
        const { found_at: lastAt, sent } = rows.at(-1) ?? { found_at: row.started_at, sent: 0 }
        return { id: row.id, lastAt, report: { ...toReport(row, rows), endedAt: isoTime(lastAt), requests: sent } }
      }),
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
