/** An event with something else in it: what `--set` and `--unset` do. */
import type { SetField } from '../../simulate/simulation.ts'
import {
  type JsonKind,
  kindOf,
  type Own,
  pathText,
  placesIn,
  readPath,
  type Step,
  valueAt,
  withoutValue,
  withValue,
} from '../../text/json-steps.ts'
import { suggest, suggestionText } from '../../text/suggest.ts'
import { clip, printable } from '../../text/text.ts'
import { findEvent } from '../catalogue.ts'
import { asObject, objectAt, readEnvelope, textAt } from '../envelope.ts'
import { learnFields } from './samples/fields.ts'

export interface EventChanges {
  readonly set?: readonly SetField[] | undefined
  readonly unset?: readonly string[] | undefined
}

/** `remarks`: what is allowed but worth saying, sentences for people. */
export type ChangedEvent =
  | { readonly ok: true; readonly json: unknown; readonly remarks: string[] }
  | { readonly ok: false; readonly message: string; readonly hint: string }

const kindWords: Record<JsonKind, string> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  object: 'an object',
}

/** So many places are looked at for one with a near name: a body may be anything, also very large. */
const mostCandidates = 2000

const identity = (steps: readonly Step[]) => JSON.stringify(steps.map(String))

type KnownFields = ReadonlyMap<string, { readonly path: string; readonly json: JsonKind }>
const knownByType = new Map<string, KnownFields>()

/** All fields that samples of the event's type can have, by the identity of their steps. */
function fieldsKnown(json: unknown): KnownFields {
  const entry = findEvent(readEnvelope(json)?.eventType ?? '')
  if (entry === undefined) return new Map()
  const known = knownByType.get(entry.type)
  if (known) return known
  const learned = learnFields(entry.type, entry.family)
  const fields = new Map(learned.map(field => [identity(field.path.split('.')), field]))
  knownByType.set(entry.type, fields)
  return fields
}

/**
 * Whether a path leads somewhere in this event: to a value it has, or to a field that its type can have.
 * @param path as `readPath` reads it
 */
export function hasPlace(json: unknown, path: string): boolean {
  const steps = readPath(path)
  return steps !== null && (valueAt(json, steps) !== undefined || fieldsKnown(json).has(identity(steps)))
}

/**
 * Sets fields, then takes fields out.
 * @param json an event, or any other JSON object; it is not touched
 * @returns the changed event; or, for a path that leads nowhere, what is wrong and the nearest paths
 */
export function changeEvent(json: unknown, { set = [], unset = [] }: EventChanges): ChangedEvent {
  if (set.length === 0 && unset.length === 0) return { ok: true, json, remarks: [] }
  if (!asObject(json) && !Array.isArray(json)) {
    return {
      ok: false,
      message: 'Only JSON objects have fields to change.',
      hint: 'Change the text of the body instead.',
    }
  }
  const known = fieldsKnown(json)
  const remarks: string[] = []
  let changed = json
  const own: Own = new WeakSet()
  const place = (path: string): readonly Step[] | null => {
    const steps = readPath(path.trim())
    return steps && (valueAt(changed, steps) !== undefined || known.has(identity(steps))) ? steps : null
  }
  const lost = (path: string) => {
    const paths = new Set([...known.values()].map(field => field.path))
    for (const { steps } of placesIn(changed)) {
      if (paths.size >= mostCandidates) break
      paths.add(pathText(steps))
    }
    const near = suggestionText(suggest(path, [...paths]))
    return {
      ok: false,
      message: `There is no “${clip(printable(path), 80)}” in ${nameOf(json)}.`,
      hint: near || 'Write the names from the top, joined by dots, such as event_body.object.key.',
    } as const
  }
  for (const { path, value } of set) {
    const steps = place(path)
    if (!steps) return lost(path)
    const was = valueAt(changed, steps)
    const before = was === undefined ? known.get(identity(steps))?.json : kindOf(was)
    const after = kindOf(value)
    if (before !== undefined && before !== after && before !== 'null') {
      remarks.push(
        `${clip(printable(path), 80)} is ${kindWords[after]} now; the sample has ${kindWords[before]} there.`,
      )
    }
    changed = withValue(changed, steps, value, own)
  }
  for (const path of unset) {
    const steps = place(path)
    if (!steps) return lost(path)
    changed = withoutValue(changed, steps, own)
  }
  return { ok: true, json: changed, remarks: [...remarks, ...envelopeRemarks(json, changed)] }
}

function nameOf(json: unknown): string {
  const type = readEnvelope(json)?.eventType
  return type ? clip(printable(type), 80) : 'this body'
}

/** What the change did to the envelope, when it was whole before. */
function envelopeRemarks(before: unknown, after: unknown): string[] {
  const old = readEnvelope(before)
  const now = readEnvelope(after)
  const brokenBefore = brokenFields(before)
  const broken = brokenFields(after).filter(field => !brokenBefore.includes(field))
  const remarks: string[] = []
  if (old?.complete && broken.length > 0) {
    remarks.push(`It is no longer the gateway’s envelope: ${broken.join(', ')}.`)
  }
  const type = now?.eventType ?? null
  if (type !== null && type !== old?.eventType) {
    if (!findEvent(type)) remarks.push(`The catalogue has no event type “${clip(printable(type), 80)}”.`)
    else if (old?.eventType) remarks.push(`The body still has the shape of ${clip(printable(old.eventType), 80)}.`)
  }
  return remarks
}

/** Texts that are there and not of the gateway's form, in words. */
function misshapen(root: ReturnType<typeof asObject>): string[] {
  const [id, triggered] = [textAt(root, 'event_id'), textAt(root, 'event_triggered')]
  return [
    ...(id === null || /^[0-9a-f]{64}$/.test(id) ? [] : ['event_id is not 64 hex characters']),
    ...(triggered === null || /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(triggered)
      ? []
      : ['event_triggered is not YYYY-MM-DD HH:MM:SS']),
  ]
}

/** What an envelope has to have and this one has not, in words. */
function brokenFields(json: unknown): string[] {
  const root = asObject(json)
  const object = objectAt(objectAt(root, 'event_body'), 'object')
  const merchant = objectAt(objectAt(root, 'event_body'), 'merchant')
  const missing = (from: typeof root, names: readonly string[], lead: string) =>
    names.filter(name => textAt(from, name) === null).map(name => `${lead}${name} is missing or not text`)
  return [
    ...(root?.['type'] === 'event' ? [] : ['type is not “event”']),
    ...missing(root, ['event_type', 'event_id', 'event_triggered'], ''),
    ...misshapen(root),
    ...missing(merchant, ['merch_key'], 'event_body.merchant.'),
    ...(object ? missing(object, ['type', 'key'], 'event_body.object.') : ['event_body.object is missing']),
  ]
}
