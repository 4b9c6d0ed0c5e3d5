import { setParams } from '../../app/route.ts'
import { shownOutcome } from '../checks.ts'
import { type GroupLines, standingName, standingOfLine, standingOrder } from '../words.ts'
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
        All <span class="chip-count note">{lines.length}</span>
      </button>
      {standingOrder.map(standing => {
        const count = lines.filter(line => standingOfLine(line) === standing).length
        return count === 0 && chosen !== standing ? null : (
          <button
            key={standing}
            type="button"
            class="chip"
            aria-pressed={chosen === standing}
            onClick={() => show(standing)}
          >
            <span class="chip-sign" aria-hidden="true">
              <OutcomeMark standing={standing} size={14} />
            </span>
            {standingName(standing)} <span class="chip-count note">{count}</span>
          </button>
        )
      })}
      {changed && (differing > 0 || chosen === 'changed') ? (
        <button type="button" class="chip" aria-pressed={chosen === 'changed'} onClick={() => show('changed')}>
          Changed <span class="chip-count note">{differing}</span>
        </button>
      ) : null}
    </div>
  )
}
