/** What some JSON writers make of members and objects that hold nothing. */
import type { JsonDocument, JsonElement, JsonMember, JsonValue } from './json-document.ts'
import { mapMembers } from './json-document.ts'

const isNull = ({ value }: JsonMember) => value.kind === 'word' && value.text === 'null'

/** Members that are null go, elements of arrays stay: Gson, Jackson's NON_NULL, .NET's WhenWritingNull. */
export const withoutNulls = (document: JsonDocument): JsonDocument =>
  mapMembers(document, members => members.filter(member => !isNull(member)))

/** PHP's arrays cannot tell: objects without members, and those whose names count from 0, become arrays. */
export function objectsAsArrays(document: JsonDocument): JsonDocument {
  const inside = <Element extends JsonElement>(element: Element): Element => ({
    ...element,
    value: map(element.value),
  })
  const map = (value: JsonValue): JsonValue => {
    if (value.kind === 'array') return { ...value, elements: value.elements.map(inside) }
    if (value.kind !== 'object') return value
    const members = value.members.map(inside)
    if (!members.every(({ name }, index) => name === `"${index}"`)) return { ...value, members }
    return {
      kind: 'array',
      elements: members.map(({ before, value: inner, after }) => ({ before, value: inner, after })),
      whitespace: value.whitespace,
    }
  }
  return inside(document)
}
