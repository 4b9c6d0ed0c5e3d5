/** What can happen to JSON between reading and writing, one thing each, and what it is called where it shows. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import { type JsonDocument, type JsonLeaf, type JsonValue, mapLeaves, mapMembers, writeJson } from './json-document.ts'
import type { NumberWriter } from './json-numbers.ts'
import { type MemberOrder, onceEach } from './json-orders.ts'
import { type StringWriter, stringCauseOrder, stringCauses } from './json-strings.ts'

export interface JsonChange {
  readonly apply: (document: JsonDocument) => JsonDocument
  /** What the two documents differ in; asked only when their texts do. */
  readonly causes: (before: JsonDocument, after: JsonDocument) => readonly SignatureCause[]
}

const rewriteLeaves = (kind: JsonLeaf['kind'], rewrite: (text: string) => string) => (document: JsonDocument) =>
  mapLeaves(document, leaf => (leaf.kind === kind ? rewrite(leaf.text) : leaf.text))

/** Names and string values, in order. */
function stringsOf(document: JsonDocument): string[] {
  const found: string[] = []
  mapLeaves(document, leaf => {
    if (leaf.kind === 'string') found.push(leaf.text)
    return leaf.text
  })
  return found
}

function stringDifferences(before: JsonDocument, after: JsonDocument): SignatureCause[] {
  const others = stringsOf(after)
  const found = new Set(stringsOf(before).flatMap((text, index) => stringCauses(text, others[index] ?? text)))
  return stringCauseOrder.filter(cause => found.has(cause))
}

/** How many members there are in all. */
function membersOf(value: JsonValue): number {
  if (value.kind === 'array') return value.elements.reduce((sum, element) => sum + membersOf(element.value), 0)
  if (value.kind !== 'object') return 0
  return value.members.reduce((sum, member) => sum + 1 + membersOf(member.value), 0)
}

export const stringChange = (write: StringWriter): JsonChange => ({
  apply: rewriteLeaves('string', write),
  causes: stringDifferences,
})

export const numberChange = (write: NumberWriter): JsonChange => ({
  apply: rewriteLeaves('number', write),
  causes: () => ['body-reprinted-numbers'],
})

/** An order may also drop what comes twice; and when dropping alone gives the same text, nothing was reordered. */
export const orderChange = ({ cause, arrange }: MemberOrder): JsonChange => ({
  apply: document => mapMembers(document, arrange),
  causes(before, after) {
    const isReordered = cause !== null && writeJson(mapMembers(before, onceEach.arrange)) !== writeJson(after)
    const isDropped = membersOf(after.value) < membersOf(before.value)
    return [...(isReordered ? [cause] : []), ...(isDropped ? (['body-duplicate-names'] as const) : [])]
  },
})

/** @param cause what it is called, wherever it changes anything */
export const shapeChange = (apply: JsonChange['apply'], cause: SignatureCause): JsonChange => ({
  apply,
  causes: () => [cause],
})

export const noChange: JsonChange = { apply: document => document, causes: () => [] }
