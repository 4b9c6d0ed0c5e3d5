/** The head of the list while listing is late: deliveries that are kept and not listed yet. */
import { computed, signal } from '@preact/signals'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import type { Preparing, PreparingDelivery } from '../../../core/deliveries/preparing.ts'
import { api, call, zone } from '../../client/api.ts'
import { listVersion, newestKnown, waitingCount } from '../list/deliveries.ts'

/** More of them are not drawn: newer ones take their places all the time. */
const mostDrawn = 20

const nothing = { preparing: null, rows: [] }
const told = signal<{ readonly preparing: Preparing | null; readonly rows: readonly PreparingDelivery[] }>(nothing)
/** The search that they belong to. */
let search = ''

/** What was told of them; null while all are listed. */
export const shownPreparing = computed(() => told.value.preparing)
/** Those that the list does not have, newest first. */
export const preparingRows = computed(() => {
  listVersion.value
  waitingCount.value
  const known = newestKnown()
  return told.value.rows.filter(({ id }) => id > known).slice(0, mostDrawn)
})

/** Takes what is told of them anew. Those that were listed since are kept until the list has them: none is gone for a moment. */
function take(preparing: Preparing | null): void {
  const after = preparing?.after ?? Number.POSITIVE_INFINITY
  const fresh = (preparing?.newest ?? []).filter(({ id }) => id > after)
  told.value = { preparing, rows: [...fresh, ...preparingRows.peek().filter(({ id }) => id <= after)] }
}

/**
 * @param preparing what the stream tells
 * @param text the search of the list: only the server knows which of them match
 */
export async function takePreparing(preparing: Preparing | null, text: string): Promise<void> {
  if (text !== search) told.value = nothing
  search = text
  if (text.trim() === '') take(preparing)
  else if (preparing === null) told.value = nothing
  else {
    try {
      const page = await call(api.deliveries.$get({ query: { q: text, zone, limit: String(mostDrawn) } }))
      if (search === text) told.value = { preparing: page.preparing ?? null, rows: page.preparing?.newest ?? [] }
    } catch {
      // Whether the list can be read, it says itself.
      if (search === text) told.value = nothing
    }
  }
}

/** As a row shows it: nothing of what is not known yet. */
export const asRow = ({ isDescribed, eventType, ...delivery }: PreparingDelivery): DeliverySummary => ({
  ...delivery,
  eventType: isDescribed ? eventType : 'Not read yet',
  ...{ retryOf: null, tries: 1, superseded: false, pinned: false, lastAttempt: null },
})
