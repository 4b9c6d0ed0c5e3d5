/** Totals over what the search leaves, for the chips, the menus, and how many there are of how many. */
import { effect, signal, untracked } from '@preact/signals'
import { facets } from '../../app/facets.ts'
import { onChanges, onReload, started } from '../../app/listener.ts'
import { queryText } from '../../app/route.ts'
import { api, call, type FacetsView, zone } from '../../client/api.ts'
import { stopAll } from '../../kit/stop-all.ts'
import { throttled } from '../../kit/throttle.ts'
import { clearChips, hookFields, replaceFields, typeFields } from './filters.ts'
import { searchProblem } from './search-language.ts'
import { soonMs } from './timeline.ts'

/** What each is counted over: a choice is left out of what its own alternatives are counted over. null until it is counted. */
interface SearchFacets {
  /** The whole search. */
  readonly found: FacetsView | null
  /** Without the chips. */
  readonly chips: FacetsView | null
  /** Without the chosen types, and without the chosen hooks. */
  readonly types: FacetsView | null
  readonly hooks: FacetsView | null
}

/** What was counted last, by the search it was counted for. */
const counted = signal<ReadonlyMap<string, FacetsView>>(new Map())

const without = (text: string) => ({
  found: text,
  chips: clearChips(text),
  types: replaceFields(text, typeFields, null),
  hooks: replaceFields(text, hookFields, null),
})

/** Of everything kept where nothing is searched for, which the stream keeps up to date; of a search, what was counted last of that very one. */
export function searchFacets(): SearchFacets {
  const of = (text: string) => (text.trim() === '' ? facets.value : (counted.value.get(text) ?? null))
  const { found, chips, types, hooks } = without(queryText.value)
  return { found: of(found), chips: of(chips), types: of(types), hooks: of(hooks) }
}

/** Follows the search and the stream at a calm pace. @returns a function that stops it */
export function startSearchFacets(): () => void {
  let turn = 0
  let leave = new AbortController()
  const load = async () => {
    const text = queryText.peek()
    turn += 1
    const own = turn
    leave.abort()
    if (text.trim() === '' || searchProblem(text) !== null) return
    leave = new AbortController()
    const init = { init: { signal: leave.signal } }
    const searches = [...new Set(Object.values(without(text)))].filter(q => q.trim() !== '')
    try {
      const found = await Promise.all(
        searches.map(
          async q => [q, await call(api.facets.$get({ query: { q, zone, within: soonMs } }, init))] as const,
        ),
      )
      if (own === turn) counted.value = new Map(found)
    } catch {
      // The list says what is wrong.
    }
  }
  const soon = throttled(2_000, load)
  return stopAll([
    () => {
      turn += 1
      leave.abort()
    },

    effect(() => {
      queryText.value
      if (started.value) untracked(() => void load())
    }),
    onChanges(soon),
    onReload(soon),
    soon.cancel,
  ])
}
