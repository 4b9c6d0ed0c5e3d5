/** Totals over everything kept: for the chips and the menu of types. */
import { effect, signal } from '@preact/signals'
import { api, call, type FacetsView } from '../client/api.ts'
import { stopAll } from '../kit/stop-all.ts'
import { throttled } from '../kit/throttle.ts'
import { onChanges, onReload, started } from './listener.ts'

/** null until they have come. */
export const facets = signal<FacetsView | null>(null)

/** Asks for the totals. What was there stays when they cannot be had. @returns null then */
export async function refreshFacets(): Promise<FacetsView | null> {
  try {
    facets.value = await call(api.facets.$get({ query: {} }))
    return facets.value
  } catch {
    return null
  }
}

/** Follows the stream at a calm pace. @returns a function that stops it */
export function startFacets(): () => void {
  const soon = throttled(2_000, refreshFacets)
  const first = effect(() => {
    if (started.value) soon()
  })
  return stopAll([first, onChanges(soon), onReload(soon), soon.cancel])
}
