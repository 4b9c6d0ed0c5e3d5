/** Schemas that occur more than once get a name: the word of the field where they are met first. */
import type { Schema } from './api-answers.ts'

/** Shorter ones are read faster where they are than by their name. */
const shortestNamed = 200

/** Names of a schema's own parts, which say nothing of what it describes. */
const structural = /^(?:properties|items|prefixItems|anyOf|oneOf|additionalProperties|\d+)$/

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = ({ description: _, ...schema }: Schema) => JSON.stringify(schema)

const isNamable = (schema: Schema) =>
  (schema['type'] === 'object' || Array.isArray(schema['enum'])) && textOf(schema).length >= shortestNamed

/** `deliveries` as `Delivery`; null for a whole answer, which no field names. */
function nameOf(place: readonly string[]): string | null {
  const word = place.findLast(part => !structural.test(part)) ?? 'schema'
  if (word === 'schema') return null
  const one = /(?:us|ss)$/.test(word) ? word : word.replace(/ies$/, 'y').replace(/s$/, '')
  return one.charAt(0).toUpperCase() + one.slice(1)
}

function eachSchema(
  value: unknown,
  place: readonly string[],
  visit: (schema: Schema, place: readonly string[]) => void,
) {
  if (Array.isArray(value)) {
    for (const item of value) eachSchema(item, place, visit)
    return
  }
  if (!isObject(value)) return
  if (isNamable(value)) visit(value, place)
  for (const [name, inner] of Object.entries(value)) eachSchema(inner, [...place, name], visit)
}

/** @returns the same, with references in place of what occurs more than once, and what they refer to */
export function withComponents<Value>(value: Value): {
  readonly value: Value
  readonly schemas: Record<string, Schema>
} {
  const met = new Map<string, { readonly schema: Schema; readonly name: string; count: number }>()
  const taken = new Map<string, number>()
  eachSchema(value, [], (schema, place) => {
    const known = met.get(textOf(schema))
    const name = nameOf(place)
    if (known !== undefined) known.count += 1
    else if (name !== null) met.set(textOf(schema), { schema, name, count: 1 })
  })
  const names = new Map<string, string>()
  for (const [text, { name, count }] of met) {
    if (count === 1) continue
    const before = taken.get(name) ?? 0
    taken.set(name, before + 1)
    names.set(text, before === 0 ? name : `${name}${before + 1}`)
  }

  const insideOf = (schema: Schema): Schema =>
    Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, referred(inner)]))
  function referred(inner: unknown): unknown {
    if (Array.isArray(inner)) return inner.map(referred)
    if (!isObject(inner)) return inner
    const name = isNamable(inner) ? names.get(textOf(inner)) : undefined
    if (name === undefined) return insideOf(inner)
    const { description } = inner
    return { $ref: `#/components/schemas/${name}`, ...(description === undefined ? {} : { description }) }
  }

  const schemas = [...names].map(([text, name]): [string, Schema] => {
    const { description: _, ...schema } = met.get(text)?.schema ?? {}
    return [name, insideOf(schema)]
  })
  schemas.sort(([one], [other]) => (one < other ? -1 : 1))
  return { value: referred(value) as Value, schemas: Object.fromEntries(schemas) }
}
