/** Marks everything that the search finds. */
import { grouped, queryText } from '../../app/route.ts'
import { api, call, failureText, zone } from '../../client/api.ts'
import { countText } from '../../kit/count.ts'
import { showToast } from '../../kit/toasts.ts'
import { selectedIds } from './selection.ts'

/** Deliveries that are asked for at a time. */
const pageSize = 500
/** More are marked by nobody who knows what they do: the menu beside the search is for all of a million. */
export const mostMarked = 10_000

/** Marks all deliveries of the list, also those that it has not loaded, up to a limit that it tells of. */
export async function selectAll(): Promise<void> {
  const search = { q: queryText.peek(), zone, grouped: grouped.peek() ? '1' : '0', limit: String(pageSize) } as const
  const found: number[] = []
  let before: number | null = null
  try {
    do {
      const page: { readonly deliveries: readonly { readonly id: number }[]; readonly next: number | null } =
        await call(api.deliveries.$get({ query: { ...search, ...(before !== null && { before: String(before) }) } }))
      found.push(...page.deliveries.map(({ id }) => id))
      before = page.next
    } while (before !== null && found.length < mostMarked)
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
    return
  }
  // Another search meanwhile: its list has other deliveries.
  if (queryText.peek() !== search.q) return
  selectedIds.value = new Set(found)
  if (before !== null)
    showToast(`Selected the newest ${countText(found.length)}. The menu beside the search acts on all that match.`)
}
