/** Names in the order in which the gateway writes them, as far as the samples know it; for bodies that came sorted. */
import { findEvent } from '../../core/events/catalogue.ts'
import { sampleFields } from '../../core/events/generator/samples.ts'
import type { JsonChange } from './json-changes.ts'
import type { JsonDocument, JsonMember, JsonValue } from './json-document.ts'

function nameOf({ name }: JsonMember): string {
  const text: unknown = JSON.parse(name)
  return typeof text === 'string' ? text : ''
}

function eventType({ value }: JsonDocument): string | null {
  if (value.kind !== 'object') return null
  const member = value.members.find(one => nameOf(one) === 'event_type')
  if (member?.value.kind !== 'string') return null
  const type: unknown = JSON.parse(member.value.text)
  return typeof type === 'string' && findEvent(type) !== undefined ? type : null
}

/** The samples tell their fields in the order of the event, each object before what it holds. */
const placesOf = (type: string): ReadonlyMap<string, number> =>
  new Map(sampleFields(type).map(({ path }, place) => [path, place]))

function ordered(document: JsonDocument): JsonDocument {
  const type = eventType(document)
  if (type === null) return document
  const places = placesOf(type)
  const order = (value: JsonValue, at: string): JsonValue => {
    if (value.kind !== 'object') return value
    const members = value.members.map(member => {
      const path = `${at}${nameOf(member)}`
      // Names that no sample has come last, as they stand.
      return { place: places.get(path) ?? places.size, member: { ...member, value: order(member.value, `${path}.`) } }
    })
    members.sort((left, right) => left.place - right.place)
    return {
      ...value,
      members: members.map(({ member }, index) => ({
        ...member,
        before: value.members[index]?.before ?? '',
        after: value.members[index]?.after ?? '',
      })),
    }
  }
  return { ...document, value: order(document.value, '') }
}

export const gatewayOrder: JsonChange = { apply: ordered, causes: () => ['body-gateway-order'] }
