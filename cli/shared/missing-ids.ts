/** Numbers that are typed as ids, and are no delivery's: they may be reference numbers, which every line shows as well. */
import { localZone } from '../../core/search/search.ts'
import { counted } from '../../core/text/text.ts'
import { exitCodes, noSuchDelivery, UserError } from '../../server/lib/errors.ts'
import { type ApiClient, answerOf } from '../client.ts'
import { findIds } from './found.ts'

/** Fewer digits begin too many reference numbers. */
const leastDigits = 6
/** So many are named before the rest is counted. */
const mostNamed = 5

/** `#3`, `#3 and #5`, `#1, #2, #3, #4, #5 and 12 more`. @param ids not empty */
function named(ids: readonly number[]): string {
  const words = ids.slice(0, mostNamed).map(id => `#${id}`)
  if (ids.length > mostNamed) words.push(`${ids.length - mostNamed} more`)
  return words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** @param ids not empty */
export const missingText = (ids: readonly number[]): string =>
  ids.length === 1 ? `There is no delivery ${named(ids)}` : `There are no deliveries ${named(ids)}`

/**
 * @param ids of which there are no deliveries; not empty
 * @param command what takes a search of them
 */
export async function missingDeliveries(
  api: ApiClient,
  ids: readonly number[],
  command: 'list' | 'replay',
): Promise<UserError> {
  const [first = 0] = ids
  const refs = ids.map(String).filter(text => text.length >= leastDigits)
  const q = `ref:${refs.slice(0, mostNamed).join()}`
  const { count } =
    refs.length === 0 ? { count: 0 } : await answerOf(api.deliveries.count.$get({ query: { q, zone: localZone() } }))
  const hint =
    count === 0
      ? noSuchDelivery(first).hint
      : `As a reference number: hookscope ${command} ${q} (${counted(count, 'delivery', 'deliveries')})`
  return new UserError(`${missingText(ids)}.`, hint, { exitCode: exitCodes.failed })
}

/** @throws UserError for an id that is not there */
export async function checkIsThere(api: ApiClient, id: number): Promise<void> {
  const found = await findIds(api, [id])
  if (found.length === 0) throw await missingDeliveries(api, [id], 'list')
}
