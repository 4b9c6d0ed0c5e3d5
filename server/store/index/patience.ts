/** How long the index waits for bodies that are much to look into: the deliveries behind them wait as well. */
import type { BodyReader } from '../../bodies/reader.ts'
import { readVerdict } from '../rows.ts'
import { type Described, type LoggedDelivery, undescribable, undescribed } from './described.ts'

/** The longest for one, milliseconds. */
const longestMs = 1000
/** What strangers get at once, milliseconds, and the share of all time that they get after it. */
const burstMs = 1000
const share = 0.1

/**
 * Describes bodies on the thread: one whose signature or password fits gets its time, and so does each when the index is
 * rebuilt; those of strangers share theirs. What is too much, or comes when that is used up, is told by its header alone.
 * What is returned never rejects.
 * @param now milliseconds
 */
export function openPatience(bodies: BodyReader, now = () => performance.now()) {
  let [left, at] = [burstMs, now()]

  function allowance(): number {
    const before = at
    at = now()
    left = Math.min(burstMs, left + (at - before) * share)
    return left
  }

  async function describe(logged: LoggedDelivery, isRebuild: boolean): Promise<Described> {
    const isStranger = !isRebuild && readVerdict(logged.verdict).kind !== 'verified'
    if (isStranger && allowance() <= 0) return undescribed(logged, ['body-not-read'])
    let began = now()
    // That a thread has to be started is not the stranger's doing.
    const begun = () => {
      began = now()
    }
    const described = await bodies.read('describe', logged, { ms: longestMs, handOver: true, begun })
    if (isStranger) left -= now() - began
    return described ?? undescribed(logged, ['body-not-read'])
  }

  return (logged: LoggedDelivery, isRebuild = false): Promise<Described> =>
    // A row that is not what hookscope wrote.
    describe(logged, isRebuild).catch(undescribable)
}
