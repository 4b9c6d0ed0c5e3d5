/** Places in JSON: how they are written, what is there, and the same JSON with something else there. */
import { asObject } from './envelope.ts'

/** A name in an object, or a position in a list (which may be written as a name of digits). */
export type Step = string | number

/** What stands at a place. Lists count as objects. */
export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object'

export function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null'
  const kind = typeof value
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object'
}

/** A path as JavaScript, PHP and jq users read it: `event_body.object.key`, `items[3]["odd name"]`. */
export function pathText(steps: readonly Step[]): string {
  return steps
    .map((step, place) => {
      if (typeof step === 'number') return `[${step}]`
      if (/^[A-Za-z_$][\w$]*$/.test(step)) return place === 0 ? step : `.${step}`
      return `[${JSON.stringify(step)}]`
    })
    .join('')
}

const firstName = /^[^.[\]"]+/
const laterStep = /^(?:\.([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\])/

/** Reads what `pathText` writes, and `items.3` for `items[3]`. @returns null when it is no path */
export function readPath(text: string): readonly Step[] | null {
  const steps: Step[] = []
  const first = firstName.exec(text)
  if (first) steps.push(first[0])
  let rest = text.slice(first?.[0].length ?? 0)
  while (rest !== '') {
    const [written, name, position, quoted] = laterStep.exec(rest) ?? []
    if (written === undefined || (steps.length === 0 && name !== undefined)) return null
    const step = quoted === undefined ? (name ?? Number(position)) : unquoted(quoted)
    if (step === null) return null
    steps.push(step)
    rest = rest.slice(written.length)
  }
  return steps.length > 0 ? steps : null
}

function unquoted(text: string): string | null {
  try {
    return JSON.parse(text) as string
  } catch {
    return null
  }
}

/** Every value below the top with the steps to it, each object before what it holds. */
export function* placesIn(
  json: unknown,
  steps: readonly Step[] = [],
): Generator<{ steps: readonly Step[]; value: unknown }> {
  if (steps.length > 0) yield { steps, value: json }
  if (Array.isArray(json)) {
    for (const [position, item] of json.entries()) yield* placesIn(item, [...steps, position])
  } else {
    for (const [name, value] of Object.entries(asObject(json) ?? {})) yield* placesIn(value, [...steps, name])
  }
}

/** The position a step means in a list; -1 when it means none. */
const positionIn = (list: readonly unknown[], step: Step): number => {
  const position = typeof step === 'number' ? step : /^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : -1
  return position < list.length ? position : -1
}

/** @returns undefined when there is nothing at this place */
export function valueAt(json: unknown, steps: readonly Step[]): unknown {
  let here = json
  for (const step of steps) {
    if (Array.isArray(here)) here = here[positionIn(here, step)]
    else {
      const object = asObject(here)
      here = object && Object.hasOwn(object, step) ? object[step] : undefined
    }
  }
  return here
}

/** The same JSON with a value at a place; objects that are missing on the way there are made. */
export function withValue(json: unknown, steps: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return value
  if (Array.isArray(json)) {
    const at = positionIn(json, step)
    return at < 0 ? json : json.with(at, withValue(json[at], rest, value))
  }
  const object = asObject(json) ?? {}
  return { ...object, [step]: withValue(Object.hasOwn(object, step) ? object[step] : undefined, rest, value) }
}

/** The same JSON without what stands at a place. */
export function withoutValue(json: unknown, steps: readonly Step[]): unknown {
  const [step, ...rest] = steps
  if (step === undefined || valueAt(json, steps) === undefined) return json
  if (Array.isArray(json)) {
    const at = positionIn(json, step)
    return rest.length === 0 ? json.toSpliced(at, 1) : json.with(at, withoutValue(json[at], rest))
  }
  const object = asObject(json) ?? {}
  if (rest.length > 0) return { ...object, [step]: withoutValue(object[step], rest) }
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== String(step)))
}
