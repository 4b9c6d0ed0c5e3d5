/** Totals over what the search leaves, for the chips, the menus, and how many there are of how many. */
import { effect, signal, untracked } from '@preact/signals'
import { facets } from '../../app/facets.ts'
import { onChanges, onReload, started } from '../../app/listener.ts'
import { queryText } from '../../app/route.ts'
import { api, call, type FacetsView, zone } from '../../client/api.ts'
import { throttled } from '../../kit/throttle.ts'
import { clearChips, hookFields, replaceFields, typeFields } from './filters.ts'
import { searchProblem } from './search-language.ts'

/** What each is counted over: a choice is left out of what its own alternatives are counted over. */
interface SearchFacets {
  /** The whole search; null until it is counted. */
  readonly found: FacetsView | null
  /** Without the chips. */
  readonly chips: FacetsView
  /** Without the chosen types, and without the chosen hooks. */
  readonly types: FacetsView
  readonly hooks: FacetsView
}

/** null until they have come. */
const counted = signal<SearchFacets | null>(null)

/** Of everything kept where nothing is searched for, which the stream keeps up to date; of a search, what was counted last. */
export function searchFacets(): SearchFacets | null {
  const all = facets.value
  const isSearch = queryText.value.trim() !== ''
  if (isSearch && counted.value !== null) return counted.value
  return all && { found: isSearch ? null : all, chips: all, types: all, hooks: all }
}

/** Follows the search and the stream at a calm pace. @returns a function that stops it */
export function startSearchFacets(): () => void {
  let turn = 0
  const load = async () => {
    const text = queryText.peek()
    turn += 1
    const own = turn
    if (text.trim() === '' || searchProblem(text) !== null) return
    /** Each search once. */
    const asked = new Map<string, Promise<FacetsView>>()
    const countsOf = (q: string) => {
      const counts = asked.get(q) ?? call(api.facets.$get({ query: { q, zone } }))
      asked.set(q, counts)
      return counts
    }
    const searches = [
      text,
      clearChips(text),
      replaceFields(text, typeFields, null),
      replaceFields(text, hookFields, null),
    ]
    try {
      const [found, chips, types, hooks] = await Promise.all(searches.map(countsOf))
      if (own === turn && found && chips && types && hooks) counted.value = { found, chips, types, hooks }
    } catch {
      // The list says what is wrong; the chips keep what they show.
    }
  }
  const soon = throttled(2_000, load)
  const stops = [
    effect(() => {
      queryText.value
      if (started.value) untracked(() => void load())
    }),
    onChanges(soon),
    onReload(soon),
    soon.cancel,
  ]
  return () => {
    turn += 1
    for (const stop of stops) stop()
  }
}
