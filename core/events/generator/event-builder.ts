/** Makes the events that a simulation was asked for: samples, scenarios, saved samples and plain bodies, changed as wanted. */
import { mostEvents } from '../../api/limits.ts'
import type { Sample, SimulationItem, SimulationRequest } from '../../simulate/simulation.ts'
import { breaksAt } from '../../text/json-tree.ts'
import { suggest, suggestionText } from '../../text/suggest.ts'
import { withCommas } from '../../text/text.ts'
import { maskField } from '../card.ts'
import { type EventType, findEvent } from '../catalogue.ts'
import { asObject, readEnvelope, textAt } from '../envelope.ts'
import { summarise } from '../summary.ts'
import {
  asTyped,
  type Body,
  changed,
  type Made,
  makeCatalogued,
  type NotMade,
  problem,
  written,
} from './make-events.ts'
import { eventIdOf } from './samples/story.ts'
import { stamp } from './samples/writing.ts'

/** One event, ready to be sent. */
export interface BuiltEvent {
  /** As in the body, card data masked; null where it has none. */
  readonly eventId: string | null
  readonly eventType: string | null
  /** The catalogue's spelling of it; null for a type it does not have. */
  readonly type: EventType | null
  /** In the merchant's words; may be empty. */
  readonly summary: string
  /** Which of the scenarios that were asked for it is a step of; absent for an event that stands alone. */
  readonly scenario?: number | undefined
  /** What goes over the wire. */
  readonly body: string
}

export type BuiltEvents =
  | {
      readonly ok: true
      /** How many there are. */
      readonly total: number
      /** Made one by one as they are asked for, the same ones each time. */
      readonly events: Iterable<BuiltEvent>
      /** What is allowed but worth saying, sentences for people. */
      readonly remarks: readonly string[]
    }
  | NotMade

/** An odd number: multiples of it are different for 2^32 events. */
const seedStep = 0x9e3779b1

/**
 * @param asked the items are made so many times over, each time of another seed; the first of the first is of `seed` itself
 * @param samples of the user's own, by name
 * @param when what `event_triggered` says; on scenarios that of the last event
 * @returns every problem there can be shows here, before any event is sent
 */
export function buildEvents(
  asked: Pick<SimulationRequest, 'items' | 'count' | 'seed'>,
  samples: readonly Sample[],
  when: Date,
): BuiltEvents {
  const { items, count, seed } = asked
  const make = (round: number, item: SimulationItem, place: number) =>
    makeItem(item, (seed + Math.imul(round * items.length + place, seedStep)) >>> 0, samples, when)
  const remarks = new Set<string>()
  let each = 0
  for (const [place, item] of items.entries()) {
    const made = make(0, item, place)
    if (!made.ok) return made
    for (const remark of made.remarks) remarks.add(remark)
    each += made.bodies.length
  }
  const total = each * count
  if (total > mostEvents) {
    return problem(`That would be ${withCommas(total)} events.`, `Send at most ${withCommas(mostEvents)} at once.`)
  }
  function* events(): Generator<BuiltEvent> {
    for (let round = 0; round < count; round++) {
      for (const [place, item] of items.entries()) {
        const made = make(round, item, place)
        // What a type can have does not depend on the seed, so the first round has asTyped every problem.
        if (!made.ok) throw new Error(made.message)
        const scenario = made.bodies.length > 1 ? round * items.length + place : undefined
        for (const body of made.bodies) yield { ...builtOf(body), scenario }
      }
    }
  }
  return { ok: true, total, events: { [Symbol.iterator]: events }, remarks: [...remarks] }
}

function makeItem(item: SimulationItem, seed: number, samples: readonly Sample[], when: Date): Made {
  switch (item.kind) {
    case 'event':
    case 'journey':
      return makeCatalogued(item, seed, when, samples)
    case 'sample': {
      const sample = samples.find(({ name }) => name === item.name)
      return sample ? changed([renewed(sample, seed, when)], item) : unknownSample(item.name, samples)
    }
    case 'body':
      return plain(item)
  }
}

/** These bytes as they are; they are only written anew when something in them is to change. */
function plain(item: Extract<SimulationItem, { kind: 'body' }>): Made {
  const unchanged = !item.set?.length && !item.unset?.length
  let json: unknown
  try {
    json = JSON.parse(item.text)
  } catch {
    if (unchanged) return { ok: true, bodies: [{ text: item.text, json: undefined }], remarks: [] }
    return problem(`Nothing can be set in a body that is not JSON: it breaks ${breaksAt(item.text)}.`, sendAsItIs)
  }
  if (unchanged) return { ok: true, bodies: [{ text: item.text, json }], remarks: [] }
  return written(json) === null
    ? problem('The body is nested too deeply to be changed.', sendAsItIs)
    : changed([json], item)
}
const sendAsItIs = 'Fix the body, or send it as it is.'

/** A saved sample as a new event: another id and the time of now, so that it is not taken for a retry. */
function renewed(sample: Sample, seed: number, when: Date): unknown {
  const json: unknown = JSON.parse(sample.body)
  const root = asObject(json)
  if (!root) return json
  return {
    ...root,
    ...(textAt(root, 'event_triggered') === null ? {} : { event_triggered: stamp(when) }),
    ...(textAt(root, 'event_id') === null ? {} : { event_id: eventIdOf(seed) }),
  }
}

function builtOf({ text, json }: Body): BuiltEvent {
  const envelope = readEnvelope(json)
  const known = envelope?.eventType ? findEvent(envelope.eventType) : undefined
  const masked = (name: string, value: string | null | undefined) => (value ? maskField(name, value) : null)
  return {
    eventId: masked('event_id', envelope?.eventId),
    eventType: masked('event_type', envelope?.eventType),
    type: known?.type ?? null,
    summary: envelope ? summarise(envelope, known) : '',
    body: text,
  }
}

function unknownSample(name: string, samples: readonly Sample[]): NotMade {
  const near = suggestionText(
    suggest(
      name,
      samples.map(sample => sample.name),
    ),
  )
  const advice =
    samples.length > 0 ? 'hookscope samples list shows them.' : 'None is saved yet: save one from a delivery.'
  return problem(`There is no sample “${asTyped(name)}”.`, near || advice)
}
