import { setParams } from '../../app/route.ts'
import { shownOutcome } from '../checks.ts'
import { type GroupLines, outcomeNames, outcomeOrder } from '../words.ts'
import { OutcomeMark } from './outcome-mark.tsx'

/** Which findings are shown: all, those of an outcome, or those that changed. */
export function OutcomeFilter({ groups, changed }: { groups: readonly GroupLines[]; changed: boolean }) {
  const lines = groups.flatMap(group => group.lines)
  const chosen = shownOutcome.value
  const differing = lines.filter(({ before }) => before !== null && before.kind !== 'same').length
  const show = (next: string | null) => setParams({ show: next === chosen ? null : next })
  return (
    <div class="outcome-filter" role="toolbar" aria-label="Which findings are shown">
      <button type="button" class="chip" aria-pressed={chosen === null} onClick={() => show(null)}>
        All <span class="chip-count">{lines.length}</span>
      </button>
      {outcomeOrder.map(outcome => {
        const count = lines.filter(({ finding }) => finding?.outcome === outcome).length
        return count === 0 && chosen !== outcome ? null : (
          <button
            key={outcome}
            type="button"
            class="chip"
            aria-pressed={chosen === outcome}
            onClick={() => show(outcome)}
          >
            <span class="chip-sign" aria-hidden="true">
              <OutcomeMark outcome={outcome} size={14} />
            </span>
            {outcomeNames[outcome]} <span class="chip-count">{count}</span>
          </button>
        )
      })}
      {changed && (differing > 0 || chosen === 'changed') ? (
        <button type="button" class="chip" aria-pressed={chosen === 'changed'} onClick={() => show('changed')}>
          Changed <span class="chip-count">{differing}</span>
        </button>
      ) : null}
    </div>
  )
}
