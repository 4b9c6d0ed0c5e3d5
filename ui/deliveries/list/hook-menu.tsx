import { Webhook } from 'lucide-preact'
import { hookTerm } from '../../../core/search/search-terms.ts'
import { hookName, namedHooks } from '../../app/hook-names.ts'
import { queryText, setParams } from '../../app/route.ts'
import { foundText } from '../../kit/count.ts'
import { Menu } from '../../kit/menu.tsx'
import { hookFields, replaceFields, valuesOf } from './filters.ts'
import { searchFacets } from './search-facets.ts'

/** Chooses the hook, where there is more than one: those there are, and those that deliveries are kept of. */
export function HookMenu() {
  const labels = new Map(namedHooks().map(hook => [hook.id, hook.label]))
  const facets = searchFacets().hooks
  const counts = new Map(facets?.hooks.map(({ hook, count }) => [hook, count]))
  const ids = [...new Set([...labels.keys(), ...counts.keys()])]
  if (ids.length < 2) return null
  const text = queryText.value
  const chosen = valuesOf(text, hookFields)
  const choose = (term: string | null) => () => setParams({ q: replaceFields(text, hookFields, term) })
  const items = [
    { label: 'All hooks', onSelect: choose(null), checked: chosen.length === 0 },
    ...ids.map(id => ({
      label: hookName(id),
      end: foundText(counts.get(id) ?? 0, facets),
      onSelect: choose(hookTerm(id)),
      checked: chosen.includes(id),
    })),
  ]
  return (
    <Menu label="Hook" class="hook-menu" items={items} small variant="ghost" icon={<Webhook size={13} />}>
      <span class={`clip${chosen.length === 0 ? ' menu-word' : ''}`}>
        {chosen.length === 0 ? 'All hooks' : chosen.map(hookName).join(', ')}
      </span>
    </Menu>
  )
}
