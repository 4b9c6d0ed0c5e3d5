/** Which fields the samples of an event type have, learned from the samples themselves. */
import { type JsonKind, kindOf, pathText, placesIn } from '../../../text/json-steps.ts'
import type { EventType, Family } from '../../catalogue.ts'
import { fieldNote } from '../../field-notes.ts'
import type { Tender } from './moment.ts'
import { tellEvent } from './story.ts'

export interface SampleField {
  /** Names joined by dots from the top of the envelope: `event_body.object.key`. */
  readonly path: string
  readonly json: JsonKind
  /** What the field is in one of the samples. */
  readonly example: unknown
  /** Whether every sample has it. */
  readonly always: boolean
  /** What it means; null when its name says it all. */
  readonly note: string | null
}

/** The rarest field is in one of fifteen samples or more. */
const seedsLookedAt = 300
/** A day in the middle of a year, at noon. */
const exampleTime = new Date(2026, 5, 15, 12)

interface Seen {
  example: unknown
  json: JsonKind
  times: number
}

/** How many of the seeds are told of each tender; what a check sale has comes after what a sale by card has. */
const tenders: readonly Tender[] = [...Array<Tender>(4).fill('card'), 'check']

const learned = new Map<EventType, readonly SampleField[]>()

/** @returns the fields in the order in which an event has them, each object before what it holds */
export function learnFields(type: EventType, family: Family): readonly SampleField[] {
  const known = learned.get(type)
  if (known) return known
  const seen = new Map<string, Seen>()
  for (let seed = 0; seed < seedsLookedAt; seed++) {
    const tender = tenders[Math.floor((seed * tenders.length) / seedsLookedAt)] ?? 'card'
    const event = tellEvent(type, type, seed, { at: exampleTime, history: [], tender })
    for (const { steps, value } of placesIn(event)) {
      const path = pathText(steps)
      const before = seen.get(path)
      if (before) before.times++
      else seen.set(path, { example: value, json: kindOf(value), times: 1 })
    }
  }
  const fields = [...seen].map(([path, { example, json, times }]) => ({
    path,
    json,
    example,
    always: times === seedsLookedAt,
    note: fieldNote(family, path.split('.')),
  }))
  const ordered = inEventOrder(fields)
  learned.set(type, ordered)
  return ordered
}

/** Fields that only later seeds have stand with the others of their object, not at the end. */
function inEventOrder(fields: readonly SampleField[]): readonly SampleField[] {
  const childrenOf = new Map<string, SampleField[]>()
  for (const field of fields) {
    const parent = field.path.slice(0, Math.max(0, field.path.lastIndexOf('.')))
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), field])
  }
  const walk = (parent: string): SampleField[] =>
    (childrenOf.get(parent) ?? []).flatMap(field => [field, ...walk(field.path)])
  return walk('')
}
