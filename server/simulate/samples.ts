/** “Save as sample”: a delivery that came becomes a sample of the user's own, scrubbed of what is private. */
import pLimit from 'p-limit'
import { isSampleName, longestSampleName } from '../../core/api/limits.ts'
import { findEvent } from '../../core/events/catalogue.ts'
import type { Sample } from '../../core/simulate/simulation.ts'
import { clip, printable } from '../../core/text/text.ts'
import { noSuchDelivery, usageError } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'

export interface Samples {
  /** By name. */
  list(): Promise<readonly Sample[]>
  /** @throws UserError for a name that cannot be, or is taken, and for a delivery without a JSON body */
  save(delivery: number, name: string): Promise<Sample>
  /** @returns whether it was there */
  remove(name: string): Promise<boolean>
}

/** Each can be as large as a delivery's body, and all of them are read whenever events are made. */
const mostSamples = 200
function checkName(name: string): void {
  const shown = `“${clip(printable(name), 60)}”`
  if (!isSampleName(name))
    throw usageError(
      `${shown} cannot be the name of a sample.`,
      `Use lower-case letters, digits, dots and hyphens, up to ${longestSampleName}, such as large-sale.`,
    )
  if (findEvent(name))
    throw usageError(`${shown} is an event type of the gateway.`, 'Choose another name, such as large-sale.')
}

/** What the samples live in. */
export interface SamplesOptions {
  readonly store: Store
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
}

export function openSamples({ store, now = Date.now }: SamplesOptions): Samples {
  /** One is added after the other, so that there are never too many. */
  const inTurn = pLimit(1)

  async function add(sample: Sample): Promise<void> {
    if ((await store.samples.list()).length >= mostSamples)
      throw usageError(
        `There are ${mostSamples} samples, which is the maximum.`,
        'Remove one that is not needed any more.',
      )
    if (!(await store.samples.add(sample)))
      throw usageError(`The sample “${sample.name}” already exists.`, 'Choose another name, or remove that one first.')
  }

  return {
    list: store.samples.list,
    async save(id, name) {
      checkName(name)
      const delivery = await store.deliveries.get(id)
      if (!delivery) throw noSuchDelivery(id)
      const { headers, body: came } = delivery
      const scrubbed = await store.bodies.read('scrub', { headers, body: came })
      if (scrubbed?.kind === 'no-json')
        throw usageError(`Delivery ${id} has no JSON body, so it cannot be a sample.`, 'Choose another delivery.')
      if (scrubbed === null || scrubbed.kind === 'too-deep')
        throw usageError(`The body of delivery ${id} is too large for a sample.`, 'Choose another delivery.')
      const sample = {
        name,
        eventType: scrubbed.eventType,
        body: scrubbed.text,
        createdAt: new Date(now()).toISOString(),
        delivery: id,
      }
      await inTurn(() => add(sample))
      return sample
    },
    remove: store.samples.remove,
  }
}
