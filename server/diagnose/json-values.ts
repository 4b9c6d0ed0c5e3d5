/** JSON whose values came out of a parser as another type: an empty string as null, a number as a string. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import { type JsonDocument, type JsonLeaf, type JsonValue, mapMembers } from './json-document.ts'

export interface ValueForm {
  readonly cause: SignatureCause
  readonly document: JsonDocument
}

/** What becomes of a value that is a member of an object; null for one that stays. */
interface Retyping {
  readonly cause: SignatureCause
  readonly retype: (leaf: JsonLeaf) => JsonLeaf | null
}

const nothing: JsonLeaf = { kind: 'word', text: 'null' }
const emptyText: JsonLeaf = { kind: 'string', text: '""' }
/** A string that holds a number and nothing else; without a leading zero, as JSON has it. */
const quotedNumber = /^"(-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?)"$/
const asNumber = (text: string): JsonLeaf => ({ kind: 'number', text })
const asString = (text: string): JsonLeaf => ({ kind: 'string', text: `"${text}"` })

const quoted =
  (write: (digits: string) => string) =>
  ({ kind, text }: JsonLeaf): JsonLeaf | null => {
    const digits = kind === 'string' ? quotedNumber.exec(text)?.[1] : undefined
    return digits === undefined ? null : asNumber(write(digits))
  }

/** Money as the gateway writes it, where a number lost its zeros. */
const twoPlaces = (text: string) => {
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length > 2 ? text : `${whole}.${fraction.padEnd(2, '0')}`
}

const retypings: readonly Retyping[] = [
  {
    cause: 'body-nulls-for-empty',
    retype: ({ kind, text }) => (kind === 'string' && text === '""' ? nothing : null),
  },
  {
    cause: 'body-empty-for-nulls',
    retype: ({ kind, text }) => (kind === 'word' && text === 'null' ? emptyText : null),
  },
  { cause: 'body-numbers-for-strings', retype: quoted(digits => digits) },
  // JavaScript's Number and PHP's JSON_NUMERIC_CHECK drop zeros at the end.
  { cause: 'body-numbers-for-strings', retype: quoted(digits => String(Number(digits))) },
  { cause: 'body-strings-for-numbers', retype: ({ kind, text }) => (kind === 'number' ? asString(text) : null) },
  {
    cause: 'body-strings-for-numbers',
    retype: ({ kind, text }) =>
      kind === 'number' && /^-?\d+(?:\.\d+)?$/.test(text)
        ? asString(text.includes('.') ? twoPlaces(text) : text)
        : null,
  },
]

/** Up to here, every choice among the values that may have been another type is tried; beyond, by name and one by one. */
const mostChosen = 5
/** Names, and single values: the gateway's events have fewer of a kind. */
const mostSingle = 24

const isLeaf = (value: JsonValue): value is JsonLeaf => value.kind !== 'array' && value.kind !== 'object'

/** The names of the members that would be retyped, in the order they are come to. */
function namesOf(document: JsonDocument, { retype }: Retyping): string[] {
  const names: string[] = []
  mapMembers(document, members => {
    for (const { name, value } of members) if (isLeaf(value) && retype(value) !== null) names.push(name)
    return members
  })
  return names
}

/** @param isChosen asked for each, by its place among those that would be retyped */
function retyped(document: JsonDocument, { retype }: Retyping, isChosen: (place: number) => boolean): JsonDocument {
  let place = 0
  return mapMembers(document, members =>
    members.map(member => {
      const other = isLeaf(member.value) ? retype(member.value) : null
      return other !== null && isChosen(place++) ? { ...member, value: other } : member
    }),
  )
}

/** Which of so many are taken: all, then those of one name, then each alone or every choice of a few. */
function* choices(names: readonly string[]): Generator<(place: number) => boolean> {
  yield () => true
  if (names.length === 1) return
  for (const name of [...new Set(names)].slice(0, mostSingle)) yield place => names[place] === name
  if (names.length <= mostChosen) {
    for (let mask = 1; mask < 2 ** names.length - 1; mask++) yield place => (mask & (1 << place)) !== 0
  } else for (let one = 0; one < Math.min(names.length, mostSingle); one++) yield place => place === one
}

/** The document with values of another type; the likelier ones first. Some may come twice. */
export function* valueForms(document: JsonDocument): Generator<ValueForm> {
  for (const retyping of retypings) {
    const names = namesOf(document, retyping)
    if (names.length === 0) continue
    for (const isChosen of choices(names))
      yield { cause: retyping.cause, document: retyped(document, retyping, isChosen) }
  }
}
