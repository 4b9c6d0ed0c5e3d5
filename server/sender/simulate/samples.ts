/** “Save as sample”: a delivery that came becomes a sample of the user's own, scrubbed of what is private. */
import { findEvent } from '../../../core/catalogue.ts'
import { readEnvelope } from '../../../core/envelope.ts'
import { scrubEvent } from '../../../core/scrub.ts'
import type { Sample } from '../../../core/simulation.ts'
import { clip, printable } from '../../../core/text.ts'
import { exitCodes, noSuchDelivery, UserError } from '../../errors.ts'
import { decodeBody } from '../../store/decode.ts'
import type { Store } from '../../store/store.ts'

export interface Samples {
  /** By name. */
  list(): readonly Sample[]
  /** @throws UserError for a name that cannot be, or is taken, and for a delivery without a JSON body */
  save(delivery: number, name: string): Promise<Sample>
  /** @returns whether it was there */
  remove(name: string): boolean
}

const longestName = 100
/** Each can be as large as a delivery's body, and all of them are read whenever events are made. */
const mostSamples = 200
const refused = (message: string, hint: string) => new UserError(message, hint, { exitCode: exitCodes.usage })

function checkName(name: string): void {
  const shown = `“${clip(printable(name), 60)}”`
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name) || name.length > longestName)
    throw refused(
      `${shown} cannot be the name of a sample.`,
      `Use lower-case letters, digits, dots and hyphens, up to ${longestName}, such as large-sale.`,
    )
  if (findEvent(name))
    throw refused(`${shown} is an event type of the gateway.`, 'Choose another name, such as large-sale.')
}

/** What the samples live in. */
export interface SamplesOptions {
  readonly store: Store
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
}

export function openSamples({ store, now = Date.now }: SamplesOptions): Samples {
  return {
    list: store.samples.list,
    async save(id, name) {
      checkName(name)
      const delivery = await store.get(id)
      if (!delivery) throw noSuchDelivery(id)
      const decoded = decodeBody(delivery.headers, delivery.body)
      const json = parsed(decoded.kind === 'decoded' ? decoded.body : delivery.body)
      if (json === undefined)
        throw refused(`Delivery ${id} has no JSON body, so it cannot be a sample.`, 'Choose another delivery.')
      const body = JSON.stringify(scrubEvent(json))
      const sample = {
        name,
        eventType: readEnvelope(JSON.parse(body))?.eventType ?? null,
        body,
        createdAt: new Date(now()).toISOString(),
        delivery: id,
      }
      if (store.samples.list().length >= mostSamples)
        throw refused(
          `There are ${mostSamples} samples, and that is the most.`,
          'Remove one that is not needed any more.',
        )
      if (!store.samples.add(sample))
        throw refused(`There is a sample “${name}” already.`, 'Choose another name, or remove that one first.')
      return sample
    },
    remove: store.samples.remove,
  }
}

/** undefined: not JSON. */
function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
