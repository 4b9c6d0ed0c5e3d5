/** Says where limits of what is kept are met in a way that nobody would expect. */
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import { pinsSentence } from '../../core/deliveries/pins.ts'
import { errorLine } from '../lib/errors.ts'
import type { Retention, RetentionStore } from '../store/retention.ts'

/** How long after it was told deliveries that were dropped unseen are told of again, milliseconds. */
const againMs = 10_000

/**
 * Keeps the store within its limits, and says so when pinned deliveries alone are beyond them, or when deliveries were dropped
 * before anybody was told of them.
 * @param changed called when the status has changed
 * @returns a function that stops the saying
 */
export function keepWithin(
  store: Pick<RetentionStore, 'keepWithin' | 'pinsBeyond' | 'passedOver'>,
  retention: Retention,
  { log, changed }: { log(line: string): void; changed(): void },
): () => void {
  let wereBeyond = false
  let reported = 0
  let timer: NodeJS.Timeout | undefined

  function tellPassedOver(): void {
    timer = undefined
    const now = store.passedOver()
    if (now === reported) return
    const count = now - reported
    const [were, they] = count === 1 ? ['was', 'it was'] : ['were', 'they were']
    log(`${deliveriesWords(count)} ${were} dropped before ${they} shown or sent on: more arrived than the limits keep.`)
    reported = now
    timer = setTimeout(tellPassedOver, againMs)
    timer.unref()
  }

  const limited = store.keepWithin(retention, () => {
    const pins = store.pinsBeyond()
    if (pins !== null && !wereBeyond) log(pinsSentence(pins, retention))
    wereBeyond = pins !== null
    if (timer === undefined) tellPassedOver()
    changed()
  })
  limited.catch((error: unknown) => log(`The limits of what is kept cannot be applied: ${errorLine(error)}`))
  return () => clearTimeout(timer)
}
