/** The events of a check: believable, marked, the same for the same seed, and with ids that no endpoint has seen. */

import { sampleEvent } from '../../core/events/generator/samples.ts'
import { scenarioEvents } from '../../core/events/generator/scenarios.ts'
import { openStoryRenewal, seedFor } from './chance.ts'
import { plainSale, saleType } from './sale.ts'

/** A believable event that carries the check's mark. */
export interface CheckEvent {
  readonly eventId: string
  readonly type: string
  readonly json: Readonly<Record<string, unknown>>
  /** Its JSON, UTF-8. */
  readonly body: Uint8Array
}

/** Edits an event before it is written. */
export type EventChange = (json: Record<string, unknown>) => void

export interface CheckEvents {
  /** What comes now is of this probe: its events follow from the seed and its name, whatever came before. */
  begin(probe: string): void
  /** A fresh event. `change` may edit it before it is written; the mark stays. */
  event(type: string, change?: EventChange): CheckEvent
  /** A fresh approved sale of 1.00, always of one shape: the event that effects are measured with. */
  sale(change?: EventChange): CheckEvent
  /** A fresh event of the type that the endpoint was seen to take, always of one shape: a sale where it takes sales. */
  plain(change?: EventChange): CheckEvent
  /** A fresh event as a plain one of this type would be. */
  likePlain(type: string): CheckEvent
  /** The type of plain events. */
  readonly plainType: string
  /** Plain events are of this type from now on. */
  usePlain(type: string): void
  /** The fresh events of a scenario, in triggered order. */
  scenario(name: string): CheckEvent[]
  /** Whether a body is an event as the gateway sends it, that no probe has made odd. */
  isGenuine(body: Uint8Array): boolean
}

/** An object that a path of the event leads to; made when it is not there. */
function part(of: Record<string, unknown>, name: string): Record<string, unknown> {
  const existing = of[name]
  if (typeof existing === 'object' && existing !== null) return existing as Record<string, unknown>
  const made: Record<string, unknown> = {}
  of[name] = made
  return made
}

/** @param mark stands in every body: `merchant.merch_key`, and `orderid` or `invoice` where the event has one */
export function openEvents(mark: string, seed: number): CheckEvents {
  let probe = ''
  /** Events of this probe so far, by type: the first of a type is the same whatever else the probe sends. */
  let told = new Map<string, number>()
  let stories = 0
  let plainType: string = saleType
  const genuine = new WeakSet<Uint8Array>()

  const nextSeed = (what: string) => {
    const count = told.get(what) ?? 0
    told.set(what, count + 1)
    return seedFor(seed, probe, what, count)
  }
  const story = () => openStoryRenewal(`${mark} ${++stories}`)

  function marked(json: Record<string, unknown>, isGenuine: boolean): CheckEvent {
    const body = part(json, 'event_body')
    part(body, 'merchant')['merch_key'] = mark
    const object = part(body, 'object')
    // No field that the gateway does not send: a strict endpoint would refuse the mark, and not what is asked.
    for (const name of ['orderid', 'invoice']) if (typeof object[name] === 'string') object[name] = mark
    const bytes = Buffer.from(JSON.stringify(json))
    if (isGenuine) genuine.add(bytes)
    return { eventId: String(json['event_id'] ?? ''), type: String(json['event_type'] ?? ''), json, body: bytes }
  }

  function fresh(json: Record<string, unknown>, change: EventChange | undefined): CheckEvent {
    const renewed = story().renew(json)
    change?.(renewed)
    return marked(renewed, change === undefined)
  }

  const plainOf = (type: string, change?: EventChange) =>
    fresh(type === saleType ? plainSale(new Date()) : sampleEvent(type, seedFor(seed, type)), change)

  return {
    begin(name) {
      probe = name
      told = new Map()
    },
    event: (type, change) => fresh(sampleEvent(type, nextSeed(type)), change),
    sale: change => fresh(plainSale(new Date()), change),
    plain: change => plainOf(plainType, change),
    likePlain: type => plainOf(type),
    get plainType() {
      return plainType
    },
    usePlain(type) {
      plainType = type
    },
    scenario(name) {
      const { renew } = story()
      return scenarioEvents(name, nextSeed(name), new Date()).map(json => marked(renew(json), true))
    },
    isGenuine: body => genuine.has(body),
  }
}
