import { ArrowLeft } from 'lucide-preact'
import { useEffect, useMemo } from 'preact/hooks'
import { scoreRule } from '../../../core/check/finding.ts'
import type { ProbeId } from '../../../core/check/probes.ts'
import { Problem } from '../../app/problem.tsx'
import {
  checkHref,
  compared,
  comparedNumber,
  followCheck,
  followCompared,
  type OpenCheck,
  openedCheck,
  openedProblem,
  shownOutcome,
} from '../checks.ts'
import { changesSince, type FindingChange, type GroupLines, linesOf, shownScore, standingOfLine } from '../words.ts'
import { Compared } from './compared.tsx'
import { FixList } from './fix-list.tsx'
import { Group } from './group.tsx'
import { GroupCards } from './group-cards.tsx'
import { OutcomeFilter } from './outcome-filter.tsx'
import { ReportHead } from './report-head.tsx'

/** One check: what it comes to, what to fix, and every finding. */
export function ReportView({ id }: { id: number }) {
  const other = comparedNumber.value
  useEffect(() => followCheck(id), [id])
  useEffect(() => followCompared(other), [other])
  const open = openedCheck.value
  if (openedProblem.value && open?.run.id !== id) {
    return (
      <div class="workbench-empty">
        <Problem problem={openedProblem.value} />
        <p>
          <a href={checkHref(null)}>Show all checks</a>
        </p>
      </div>
    )
  }
  if (open?.run.id !== id) return <p class="muted after-a-moment simulate-wait">Loading…</p>
  return <Shown open={open} />
}

const nothing: ReadonlyMap<ProbeId, FindingChange> = new Map()

function Shown({ open }: { open: OpenCheck }) {
  const { run, report } = open
  const before = compared.value
  const changes = useMemo(() => (before ? changesSince(before.report, report) : nothing), [before, report])
  const groups = linesOf(report, run.state === 'running' ? { current: run.current } : null, changes)
  const shown = filtered(groups, shownOutcome.value)
  return (
    <div class="report">
      <div class="report-inner">
        <a class="run-back" href={checkHref(null)}>
          <ArrowLeft size={14} /> All checks
        </a>
        <ReportHead open={open} />
        {before && before.run.id !== run.id ? <Compared before={before} after={open} changes={changes} /> : null}
        {run.state === 'running' ? null : <FixList report={report} />}
        <GroupCards groups={groups} />
        <OutcomeFilter groups={groups} changed={before !== null} />
        {shown.length === 0 ? (
          <p class="muted report-none">
            {report.findings.length === 0 ? 'No probe has run yet.' : 'No findings of this kind.'}
          </p>
        ) : null}
        {shown.map(group => (
          <Group key={group.group} group={group} open={open} whole={shownOutcome.value === null} />
        ))}
        {shownScore(run) === null ? null : (
          <p class="muted score-rule">
            <strong>How the score is calculated.</strong> {scoreRule}
          </p>
        )}
      </div>
    </div>
  )
}

function filtered(groups: readonly GroupLines[], shown: string | null): readonly GroupLines[] {
  if (shown === null) return groups
  return groups
    .map(group => ({
      ...group,
      lines: group.lines.filter(line =>
        shown === 'changed' ? line.before !== null && line.before.kind !== 'same' : standingOfLine(line) === shown,
      ),
    }))
    .filter(({ lines }) => lines.length > 0)
}
