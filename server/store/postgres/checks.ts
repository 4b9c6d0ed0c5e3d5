/** Keeps runs of the readiness check. */
import type { CheckRunStore } from '../checks.ts'
import type { Queries } from './connection.ts'
import type { Writer } from './writer.ts'

async function drop(tx: Queries, runs: readonly number[]): Promise<boolean> {
  await tx`DELETE FROM check_finding WHERE run = ANY(${runs as number[]}::bigint[])`
  const gone = await tx`DELETE FROM check_run WHERE id = ANY(${runs as number[]}::bigint[]) RETURNING id`
  return gone.length > 0
}

export const createCheckWrites = (
  writer: Writer,
  process: () => number,
): Pick<CheckRunStore, 'begin' | 'addFindings' | 'end' | 'remove'> => ({
  begin: ({ target, hook, choices, startedAt, probes, report }, most) =>
    writer.write(async tx => {
      const [row] = await tx<{ id: number }[]>`
        INSERT INTO check_run (target, hook, choices, started_at, probes, report, process)
        VALUES (${target}, ${hook}, ${JSON.stringify(choices)}, ${Math.round(startedAt)}, ${probes},
          ${JSON.stringify({ ...report, findings: [] })}, ${process()})
        RETURNING id`
      const beyond = await tx<{ id: number }[]>`SELECT id FROM check_run ORDER BY id DESC OFFSET ${most}`
      if (beyond.length > 0)
        await drop(
          tx,
          beyond.map(({ id }) => id),
        )
      return row?.id ?? 0
    }),
  addFindings: async (run, found) => {
    if (found.length === 0) return
    await writer.write(
      tx => tx`
        INSERT INTO check_finding (run, outcome, found_at, sent, finding)
        SELECT ${run}::bigint, * FROM unnest(${found.map(({ finding }) => finding.outcome)}::text[],
          ${found.map(({ at }) => Math.round(at))}::bigint[], ${found.map(({ sent }) => sent)}::integer[],
          ${found.map(({ finding }) => JSON.stringify(finding))}::text[])`,
    )
  },
  end: async (run, { state, endedAt, problem, report }) => {
    const score = report.findings.length === 0 ? null : report.score
    const ready = state === 'done' ? Number(report.ready) : null
    await writer.write(
      tx => tx`
        UPDATE check_run SET state = ${state}, ended_at = ${Math.round(endedAt)}, score = ${score}, ready = ${ready},
          problem = ${problem && JSON.stringify(problem)}, report = ${JSON.stringify({ ...report, findings: [] })}
        WHERE id = ${run}`,
    )
  },
  remove: id => writer.write(tx => drop(tx, [id])),
})
