/** Counts over time for the strip above the list. */
import { effect, signal, untracked } from '@preact/signals'
import { parseQuery } from '../../core/search.ts'
import { api, call, type Timeline, zone } from '../api.ts'
import { paced } from './pace.ts'
import { queryText } from './route.ts'
import { onChanges, onReload, started } from './session.ts'

/** null until it has come, and when there is nothing to count. */
export const timeline = signal<Timeline | null>(null)

const buckets = '120'

/** Follows the search and the stream at a calm pace. @returns a function that stops it */
export function startTimeline(): () => void {
  let turn = 0
  const load = async () => {
    const q = queryText.peek()
    if (!parseQuery(q).ok) return
    turn += 1
    const own = turn
    try {
      const next = await call(api.timeline.$get({ query: { q, zone, buckets } }))
      if (own === turn) timeline.value = next
    } catch {
      // The list says what is wrong; the strip keeps what it shows.
    }
  }
  const soon = paced(1_500, load)
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
