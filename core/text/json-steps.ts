/** Places in JSON: how they are written, what is there, and the same JSON with something else there. */
import { asObject } from '../events/envelope.ts'

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

const membersOf = (json: unknown): Iterator<readonly [Step, unknown]> =>
  Array.isArray(json) ? json.entries() : Object.entries(asObject(json) ?? {})[Symbol.iterator]()

/** Every value below the top with the steps to it, each object before what it holds. However deep: nothing is called within itself. */
export function* placesIn(json: unknown): Generator<{ steps: readonly Step[]; value: unknown }> {
  const open: { readonly steps: readonly Step[]; readonly members: Iterator<readonly [Step, unknown]> }[] = [
    { steps: [], members: membersOf(json) },
  ]
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.members.next()
    if (next.done) {
      open.pop()
      continue
    }
    const [step, value] = next.value
    const steps = [...last.steps, step]
    yield { steps, value }
    if (typeof value === 'object' && value !== null) open.push({ steps, members: membersOf(value) })
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

/** Copies of objects and lists, which may be changed as nobody else has them: many changes copy each once. */
export type Own = WeakSet<object>

function ownList(list: unknown[], own: Own): unknown[] {
  if (own.has(list)) return list
  const copy = [...list]
  own.add(copy)
  return copy
}

function ownObject(json: unknown, own: Own): Record<string, unknown> {
  const object = asObject(json)
  if (object !== null && own.has(object)) return object
  const copy = { ...object }
  own.add(copy)
  return copy
}

/** The same JSON with a value at a place; objects that are missing on the way there are made. @param own what may be changed of it */
export function withValue(json: unknown, steps: readonly Step[], value: unknown, own: Own = new WeakSet()): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return value
  if (Array.isArray(json)) {
    const at = positionIn(json, step)
    if (at < 0) return json
    const list = ownList(json, own)
    list[at] = withValue(json[at], rest, value, own)
    return list
  }
  const object = ownObject(json, own)
  const inner = withValue(Object.hasOwn(object, step) ? object[step] : undefined, rest, value, own)
  // Also of the name __proto__.
  Object.defineProperty(object, step, { value: inner, writable: true, enumerable: true, configurable: true })
  return object
}

/** The same JSON without what stands at a place. @param own what may be changed of it */
export function withoutValue(json: unknown, steps: readonly Step[], own: Own = new WeakSet()): unknown {
  const [step, ...rest] = steps
  if (step === undefined || valueAt(json, steps) === undefined) return json
  if (Array.isArray(json)) {
    const list = ownList(json, own)
    const at = positionIn(json, step)
    if (rest.length === 0) list.splice(at, 1)
    else list[at] = withoutValue(json[at], rest, own)
    return list
  }
  const object = ownObject(json, own)
  if (rest.length === 0) delete object[step]
  else object[step] = withoutValue(object[step], rest, own)
  return object
}
