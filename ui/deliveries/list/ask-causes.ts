/** Has the causes of rejected deliveries found out: those that are shown, and those that the bar above the list is about. */
import { computed, effect, signal, untracked } from '@preact/signals'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { isExplainable } from '../../../core/deliveries/explainable.ts'
import { hookTerm } from '../../../core/search/search-terms.ts'
import { hourMs } from '../../../core/text/duration.ts'
import { facets } from '../../app/facets.ts'
import { onReload, status } from '../../app/listener.ts'
import { api, call, zone } from '../../client/api.ts'
import { stopAll } from '../../kit/stop-all.ts'
import { throttled } from '../../kit/throttle.ts'
import { causeLabels, rejectedShown, rejectionText } from './causes.ts'

/** As many are asked for at a time, and as many of the newest rejections are looked at for the bar. */
const most = 50
const looked = 100
/** Among so many of the newest deliveries: a million are not searched through for it. */
const among = 2_000
/** Fewer are seen in the list as well as above it. */
const fewest = 3
/** What is further apart is another trouble; milliseconds. */
const longestPause = 6 * hourMs

/** The newest rejected deliveries, newest first, and whether their hook verified one after them. */
interface Newest {
  readonly rejected: readonly DeliverySummary[]
  readonly isOver: boolean
}
const newest = signal<Newest>({ rejected: [], isOver: false })

/** Many deliveries in a row that were rejected for the same cause. */
export interface Run {
  readonly hook: string
  readonly label: string
  readonly count: number
  /** There may be more than were looked at. */
  readonly capped: boolean
  /** The oldest and the newest of them. */
  readonly first: DeliverySummary
  readonly last: DeliverySummary
  /** A later one of the hook was verified. */
  readonly isOver: boolean
}

/**
 * The newest rejections as long as they have one cause at one hook.
 * @param labelOf null while a cause is not known yet: the run is not told before
 */
export function runOf(
  { rejected, isOver }: Newest,
  labelOf: (delivery: DeliverySummary) => string | null,
  now: number,
): Run | null {
  const [last] = rejected
  if (last === undefined || now - Date.parse(last.receivedAt) > 4 * longestPause) return null
  const label = labelOf(last)
  if (label === null) return null
  let count = 0
  let first = last
  for (const one of rejected) {
    const own = one.hook === last.hook ? labelOf(one) : ''
    // As many as are known so far would be too few.
    if (own === null) return null
    if (own !== label) break
    if (Date.parse(first.receivedAt) - Date.parse(one.receivedAt) > longestPause) break
    first = one
    count += 1
  }
  if (count < fewest) return null
  return { hook: last.hook, label, count, capped: count === looked, first, last, isOver }
}

const isKnown = (delivery: DeliverySummary) => !isExplainable(delivery) || causeLabels.value.has(delivery.id)

/** What the bar tells of; null when there is nothing. */
export const run = computed(() =>
  runOf(newest.value, delivery => (isKnown(delivery) ? rejectionText(delivery) : null), Date.now()),
)

async function loadNewest(): Promise<void> {
  const found = (q: string, limit: number) =>
    call(api.deliveries.$get({ query: { q, zone, limit: String(limit), grouped: '0' } }))
  try {
    const [top] = (await found('', 1)).deliveries
    if (top === undefined || facets.peek()?.verdicts.rejected === 0) {
      newest.value = { rejected: [], isOver: false }
      return
    }
    const since = Math.max(1, top.id - among)
    const { deliveries: rejected } = await found(`is:rejected id:${since}-${top.id}`, looked)
    const [last] = rejected
    const later = last && (await found(`is:verified ${hookTerm(last.hook)} id:${last.id}-${top.id}`, 1))
    newest.value = { rejected, isOver: (later?.deliveries.length ?? 0) > 0 }
  } catch {
    // The list says what is wrong.
  }
}

/** Asks for what is not known yet, a part at a time. @returns whether there is more to ask for */
async function askSome(): Promise<boolean> {
  const wanted = [
    ...rejectedShown.peek(),
    ...newest.peek().rejected.flatMap(delivery => (isExplainable(delivery) ? [delivery.id] : [])),
  ]
  const ids = [...new Set(wanted)].filter(id => !causeLabels.peek().has(id))
  if (ids.length === 0) return false
  const asked = ids.slice(0, most)
  const { causes, left } = await call(api.deliveries.causes.$get({ query: { ids: asked.join(',') } }))
  const known = new Map(causeLabels.peek())
  // One that is gone meanwhile has none.
  for (const id of asked) if (!left.includes(id)) known.set(id, null)
  for (const { id, label } of causes) known.set(id, label)
  causeLabels.value = known
  return true
}

/** Follows what is shown and what comes. @returns a function that stops it */
export function startCauses(): () => void {
  const ask = throttled(400, async () => {
    try {
      if (await askSome()) ask()
    } catch {
      // Rows say what the check says, and are asked for with the next change.
    }
  })
  const load = throttled(3_000, loadNewest)
  const verdicts = computed(() => JSON.stringify(facets.value?.verdicts))
  const keys = computed(() => JSON.stringify(status.value?.hooks.map(({ id, signing }) => [id, signing])))
  return stopAll([
    effect(() => {
      // With another key another cause may fit.
      keys.value
      causeLabels.value = new Map()
      untracked(ask)
    }),
    effect(() => {
      verdicts.value
      untracked(load)
    }),
    effect(() => {
      rejectedShown.value
      newest.value
      untracked(ask)
    }),
    onReload(load),
    ask.cancel,
    load.cancel,
  ])
}
