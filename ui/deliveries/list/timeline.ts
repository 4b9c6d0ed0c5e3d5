/** Counts over time for the strip above the list. */
import { effect, signal, untracked } from '@preact/signals'
import { onChanges, onReload, started } from '../../app/listener.ts'
import { queryText } from '../../app/route.ts'
import { api, call, type TimelineView, zone } from '../../client/api.ts'
import { stopAll } from '../../kit/stop-all.ts'
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
/** What takes longer to count is estimated first, milliseconds. */
export const soonMs = '150'

/** Follows the search and the stream at a calm pace. @returns a function that stops it */
export function startTimeline(): () => void {
  let turn = 0
  let leave = new AbortController()
  /** The search that all is being counted for, and the one that all was counted for. */
  let counting: string | null = null
  let whole: string | null = null
  const load = async () => {
    const q = queryText.peek()
    // A count of all comes to its end although more and more arrives; that for another search is not waited for.
    if (counting === q) return soon()
    turn += 1
    const own = turn
    leave.abort()
    leave = new AbortController()
    const init = { init: { signal: leave.signal } }
    if (q !== '') await fetchLanguage()
    if (own !== turn || searchProblem(q) !== null) return
    const { from, to } = searchedSpan(q)
    const span = { ...(from !== null && { from: String(from) }), ...(to !== null && { to: String(to) }) }
    const query = { q, zone, buckets, even: '1', ...span } as const
    const show = async (within: { readonly within?: string }) => {
      const next = await call(api.timeline.$get({ query: { ...query, ...within } }, init))
      if (own !== turn) return
      timeline.value = next
      whole = next.estimated === undefined ? q : null
    }
    counting = q
    try {
      // What is known of all is not replaced by an estimate.
      const isKnown = whole === q
      if (!isKnown) await show({ within: soonMs })
      if (own === turn && (isKnown || whole !== q)) await show({})
    } catch {
      // The list says what is wrong; the strip keeps what it shows.
    } finally {
      if (own === turn) counting = null
    }
  }
  const soon = throttled(1_500, load)
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
