/** The same JSON as any common framework would write it after parsing. */
import type { SignatureCause } from '../../core/diagnosis.ts'
import {
  type JsonDocument,
  type JsonLeaf,
  type JsonValue,
  mapLeaves,
  mapMembers,
  readJson,
  writeJson,
} from './json-document.ts'
import { layouts, writeLaidOut } from './json-layouts.ts'
import { javaScriptNumbers, numberWriters } from './json-numbers.ts'
import { goOrder, javaScriptOrder, memberOrders } from './json-orders.ts'
import { goStrings, javaScriptStrings, stringCauseOrder, stringCauses, stringWriters } from './json-strings.ts'

export interface JsonForm {
  readonly causes: readonly SignatureCause[]
  readonly text: string
}

interface Variant {
  readonly document: JsonDocument
  readonly text: string
  readonly causes: readonly SignatureCause[]
}

/** One thing that writers decide: the ways they do it, and what a way that changes something is called. */
interface Stage {
  readonly ways: readonly ((document: JsonDocument) => JsonDocument)[]
  readonly causesOf: (before: JsonDocument, after: JsonDocument, way: number) => readonly SignatureCause[]
}

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

const uniqueOf = (document: JsonDocument) =>
  mapMembers(document, (memberOrders[1] ?? memberOrders[0])?.arrange ?? (all => all))

/** An order may also drop what comes twice; and when dropping alone gives the same text, nothing was reordered. */
function orderDifferences(before: JsonDocument, after: JsonDocument, way: number): SignatureCause[] {
  const dropped: SignatureCause[] = membersOf(after.value) < membersOf(before.value) ? ['body-duplicate-names'] : []
  const cause = memberOrders[way]?.cause ?? null
  const isReordered = cause !== null && writeJson(uniqueOf(before)) !== writeJson(after)
  return isReordered ? [cause, ...dropped] : dropped
}

const rewriteLeaves = (kind: JsonLeaf['kind'], rewrite: (text: string) => string) => (document: JsonDocument) =>
  mapLeaves(document, leaf => (leaf.kind === kind ? rewrite(leaf.text) : leaf.text))

const stages: readonly Stage[] = [
  { ways: stringWriters.map(write => rewriteLeaves('string', write)), causesOf: stringDifferences },
  { ways: numberWriters.map(write => rewriteLeaves('number', write)), causesOf: () => ['body-reprinted-numbers'] },
  {
    ways: memberOrders.map(
      ({ arrange }) =>
        (document: JsonDocument) =>
          mapMembers(document, arrange),
    ),
    causesOf: orderDifferences,
  },
]

/** What one stage can make of a variant: each other text once, null for a way that makes nothing new. */
function* alternatives(variant: Variant, { ways, causesOf }: Stage): Generator<Variant | null> {
  const seen = new Set([variant.text])
  for (const [way, change] of ways.entries()) {
    const document = change(variant.document)
    const text = writeJson(document)
    if (seen.has(text)) {
      yield null
      continue
    }
    seen.add(text)
    yield { document, text, causes: [...variant.causes, ...causesOf(variant.document, document, way)] }
  }
}

/** What differs from `variant` in exactly `changes` of the stages from `from` on, and the layout. */
function* choose(variant: Variant, from: number, changes: number): Generator<JsonForm | null> {
  const stage = stages[from]
  if (stage === undefined) {
    if (changes === 0) yield { causes: variant.causes, text: variant.text }
    if (changes !== 1) return
    for (const layout of layouts)
      yield { causes: [...variant.causes, layout.cause], text: writeLaidOut(variant.document, layout) }
    return
  }
  yield* choose(variant, from + 1, changes)
  if (changes === 0) return
  for (const other of alternatives(variant, stage)) {
    if (other === null) yield null
    else yield* choose(other, from + 1, changes - 1)
  }
}

/** Writers that change everything at once, tried before the rest of what can come together. */
const frameworks = [
  { strings: javaScriptStrings, order: javaScriptOrder },
  { strings: goStrings, order: goOrder },
] as const

function* frameworkForms(document: JsonDocument): Generator<JsonForm | null> {
  for (const { strings, order } of frameworks) {
    const rewritten = rewriteLeaves('string', strings)(document)
    const printed = rewriteLeaves('number', javaScriptNumbers)(rewritten)
    const ordered = mapMembers(printed, order.arrange)
    const causes: readonly SignatureCause[] = [
      ...stringDifferences(document, rewritten),
      ...(writeJson(printed) === writeJson(rewritten) ? [] : (['body-reprinted-numbers'] as const)),
      ...orderDifferences(printed, ordered, memberOrders.indexOf(order)),
    ]
    const variant: Variant = { document: ordered, text: writeJson(ordered), causes }
    yield* choose(variant, stages.length, 0)
    yield* choose(variant, stages.length, 1)
  }
}

/**
 * Every form that differs from the text itself, each once; those that differ in the fewest ways first. Null comes after
 * work that brought nothing new, so that whoever asks can let others have a turn.
 * @param text JSON; for anything else there are none
 * @param mostChanges in how many ways (strings, numbers, order, blanks) a form may differ, 1 to 4
 */
export function* jsonForms(text: string, mostChanges: number): Generator<JsonForm | null> {
  const document = readJson(text)
  if (document === null) return
  const seen = new Set([text])
  for (let changes = 1; changes <= mostChanges; changes++) {
    const forms = function* () {
      yield* choose({ document, text, causes: [] }, 0, changes)
      if (changes === 1 && mostChanges > 1) yield* frameworkForms(document)
    }
    for (const form of forms()) {
      const isNew = form !== null && !seen.has(form.text)
      if (isNew) seen.add(form.text)
      yield isNew ? form : null
    }
  }
}
