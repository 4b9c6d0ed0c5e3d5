import { ChevronDown, GitCompareArrows, TrendingDown, TrendingUp } from 'lucide-preact'
import type { CheckRun } from '../../../core/check/check-run.ts'
import type { ProbeId } from '../../../core/check/probes.ts'
import { setParams } from '../../app/route.ts'
import { Menu } from '../../kit/menu.tsx'
import { now, relativeTime } from '../../kit/time.ts'
import { checkHref, comparedNumber, type OpenCheck, shownOutcome } from '../checks.ts'
import { checks } from '../past-checks.ts'
import { changesText, type FindingChange, verdictShown } from '../words.ts'

/** How many checks are offered to compare with. */
const offered = 12

/** Chooses the check to compare with. */
export function CompareMenu({ run }: { run: CheckRun }) {
  const others = (checks.value ?? []).filter(({ id, state }) => id !== run.id && state !== 'running')
  if (others.length === 0) return null
  const current = comparedNumber.value
  const items = [
    { label: 'No changes', checked: current === null, onSelect: () => setParams({ with: 'none', show: null }) },
    ...others.slice(0, offered).map(other => ({
      label: `#${other.id} ${verdictShown(other).text}${other.target === run.target ? '' : ` (${other.target})`}`,
      checked: other.id === current,
      end: relativeTime(other.startedAt, now.value),
      onSelect: () => setParams({ with: String(other.id) }),
    })),
  ]
  return (
    <Menu label="Compare with another check" items={items} icon={<GitCompareArrows size={14} />}>
      Compare <ChevronDown size={13} />
    </Menu>
  )
}

interface ComparedProps {
  before: OpenCheck
  after: OpenCheck
  changes: ReadonlyMap<ProbeId, FindingChange>
}

/** What changed since another check, in a line. */
export function Compared({ before, after, changes }: ComparedProps) {
  const changed = [...changes.values()].some(({ kind }) => kind !== 'same')
  const worse = [...changes.values()].some(({ kind }) => kind === 'worse')
  return (
    <div class={`since ${worse ? 'since-worse' : changed ? 'since-better' : ''}`}>
      {worse ? <TrendingDown size={16} /> : <TrendingUp size={16} />}
      <p>
        Since <a href={checkHref(before.run.id)}>#{before.run.id}</a>
        {before.run.target === after.run.target ? '' : ` (${before.run.target})`}:{' '}
        <strong>{changesText(changes)}</strong>
        <ScoreChange before={before.run} after={after.run} />
      </p>
      {changed && shownOutcome.value !== 'changed' ? (
        <button type="button" class="button button-small" onClick={() => setParams({ show: 'changed' })}>
          Show what changed
        </button>
      ) : null}
    </div>
  )
}

/** Only of checks that asked as much. */
function ScoreChange({ before, after }: { before: CheckRun; after: CheckRun }) {
  if (before.score === null || after.score === null || before.of !== after.of || after.state !== 'done') return null
  return (
    <span class="muted">
      {' '}
      · score {before.score} → {after.score}
    </span>
  )
}
