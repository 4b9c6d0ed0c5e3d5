/** Counts over time for the strip above the list. */
import { effect, signal, untracked } from '@preact/signals'
import { onChanges, onReload, started } from '../../app/listener.ts'
import { queryText } from '../../app/route.ts'
import { api, call, type TimelineView, zone } from '../../client/api.ts'
import { throttled } from '../../kit/throttle.ts'
import { fetchLanguage, searchedSpan, searchProblem } from './search-language.ts'

export type Bucket = TimelineView['buckets'][number]
/** Its deliveries, whatever became of them. */
export const countOf = ({ verified, unchecked, rejected }: Bucket['failed']) => verified + unchecked + rejected
/** What the app did not take, whatever the verdict. */
export const appErrors = ({ failed }: Pick<Bucket, 'failed'>) => countOf(failed)

/** null until it has come, and when there is nothing to count. */
export const timeline = signal<TimelineView | null>(null)

const buckets = '120'

/** Follows the search and the stream at a calm pace. @returns a function that stops it */
export function startTimeline(): () => void {
  let turn = 0
  const load = async () => {
    const q = queryText.peek()
    turn += 1
    const own = turn
    if (q !== '') await fetchLanguage()
    if (own !== turn || searchProblem(q) !== null) return
    const { from, to } = searchedSpan(q)
    const span = { ...(from !== null && { from: String(from) }), ...(to !== null && { to: String(to) }) }
    try {
      const next = await call(api.timeline.$get({ query: { q, zone, buckets, even: '1', ...span } }))
      if (own === turn) timeline.value = next
    } catch {
      // The list says what is wrong; the strip keeps what it shows.
    }
  }
  const soon = throttled(1_500, load)
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
