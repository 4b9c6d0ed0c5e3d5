/** Why rejected deliveries of a list were rejected, as the inspector's list says it. */
import type { RejectionCause } from '../../core/deliveries/cause-chips.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import { isExplainable } from '../../core/deliveries/explainable.ts'
import { type ApiClient, answerOf } from '../client.ts'

/** By delivery; those without are not known. */
export type Causes = ReadonlyMap<number, RejectionCause>

/** As many are asked for at a time. */
const most = 50
/** Nothing more is asked for after so long, milliseconds: the lines are there already. */
const longestMs = 2000

/** The causes of those of the deliveries that have one to find out, in their order, as far as there is time. */
export async function causesFor(api: ApiClient, deliveries: readonly DeliverySummary[]): Promise<Causes> {
  const known = new Map<number, RejectionCause>()
  const began = performance.now()
  let ids = deliveries.filter(isExplainable).map(({ id }) => id)
  while (ids.length > 0 && performance.now() - began < longestMs) {
    const { causes, left } = await answerOf(api.deliveries.causes.$get({ query: { ids: ids.slice(0, most).join() } }))
    for (const cause of causes) known.set(cause.id, cause)
    ids = [...left, ...ids.slice(most)]
  }
  return known
}
