/** A sample and what was changed about it: as fields of a form, and as JSON text; one can be told from the other. */
import { asObject } from '../../../core/events/envelope.ts'
import type { SetField } from '../../../core/simulate/simulation.ts'

/** What to change about every event that is made of a sample. A path is in one of the two at most. */
export interface Changes {
  readonly set: readonly SetField[]
  readonly unset: readonly string[]
}

export const noChanges: Changes = { set: [], unset: [] }

/** Whether anything is changed. */
export const isChanged = ({ set, unset }: Changes): boolean => set.length + unset.length > 0

/** A value that holds no named ones: of these the form makes a field. */
export interface Leaf {
  readonly path: string
  readonly value: unknown
}

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

/** Every field of an event with its path, in the order of the JSON; a list, and an object without members, is a field. */
export function leavesOf(json: unknown, path = ''): Leaf[] {
  const object = asObject(json)
  const names = object ? Object.keys(object) : []
  if (!object || (names.length === 0 && path !== '')) return [{ path, value: json }]
  return names.flatMap(name => leavesOf(object[name], join(path, name)))
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/**
 * What turns a sample into another event.
 * @returns null when paths cannot say it: a name with a dot, or something else than an object
 */
export function changesBetween(sample: unknown, edited: unknown, path = ''): Changes | null {
  const [from, to] = [asObject(sample), asObject(edited)]
  if (!from || !to) {
    if (path === '') return null
    return same(sample, edited) ? noChanges : { set: [{ path, value: edited }], unset: [] }
  }
  const set: SetField[] = []
  const unset: string[] = []
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const inner = join(path, name)
    const wasThere = Object.hasOwn(from, name)
    const isThere = Object.hasOwn(to, name)
    if ((name.includes('.') || name === '') && !(wasThere && isThere && same(from[name], to[name]))) return null
    if (!isThere) unset.push(inner)
    else if (!wasThere) set.push(...leavesOf(to[name], inner).map(({ path: at, value }) => ({ path: at, value })))
    else {
      const within = changesBetween(from[name], to[name], inner)
      if (!within) return null
      set.push(...within.set)
      unset.push(...within.unset)
    }
  }
  return { set, unset }
}

/** A field put to a value, whatever was changed about it before. */
export function withField({ set, unset }: Changes, path: string, value: unknown): Changes {
  return {
    set: [...set.filter(field => field.path !== path), { path, value }],
    unset: unset.filter(other => other !== path),
  }
}

/** A field left out. */
export function withoutField({ set, unset }: Changes, path: string): Changes {
  return { set: set.filter(field => field.path !== path), unset: [...unset.filter(other => other !== path), path] }
}

/** A field as the sample has it. */
export function asSampled({ set, unset }: Changes, path: string): Changes {
  return { set: set.filter(field => field.path !== path), unset: unset.filter(other => other !== path) }
}

/** What a person typed for a field, in the type of the value it replaces: of null and absent ones, text. */
export function readTyped(text: string, kind: 'string' | 'number' | 'boolean' | 'json'): { value: unknown } | null {
  if (kind === 'string') return { value: text }
  if (kind === 'boolean') return { value: text === 'true' }
  try {
    const value: unknown = JSON.parse(text)
    return kind === 'json' || typeof value === 'number' ? { value } : null
  } catch {
    return null
  }
}

/** Which kind of field holds a value. */
export function inputKindOf(value: unknown): 'string' | 'number' | 'boolean' | 'json' {
  if (value === null || typeof value === 'string') return 'string'
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : 'json'
}
