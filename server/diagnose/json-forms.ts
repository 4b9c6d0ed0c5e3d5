/** The same JSON as any common framework would write it after parsing. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import { type JsonChange, numberChange, orderChange, stringChange } from './json-changes.ts'
import { type JsonDocument, readJson, writeJson } from './json-document.ts'
import { type JsonFramework, jsonFrameworks } from './json-frameworks.ts'
import { compact, type Layout, layouts, writeLaidOut } from './json-layouts.ts'
import { numberWriters } from './json-numbers.ts'
import { memberOrders } from './json-orders.ts'
import { stringWriters } from './json-strings.ts'
import { valueForms } from './json-values.ts'

export interface JsonForm {
  readonly causes: readonly SignatureCause[]
  readonly text: string
}

interface Variant {
  readonly document: JsonDocument
  readonly text: string
  readonly causes: readonly SignatureCause[]
}

/** What writers decide, one thing each: the ways they do it. */
const stages: readonly (readonly JsonChange[])[] = [
  stringWriters.map(stringChange),
  numberWriters.map(numberChange),
  memberOrders.map(orderChange),
]

/** What one stage can make of a variant: each text once that is not `seen`, null for a way that makes nothing new. */
function* alternatives(variant: Variant, stage: readonly JsonChange[], seen: Set<string>): Generator<Variant | null> {
  for (const { apply, causes } of stage) {
    const document = apply(variant.document)
    const text = writeJson(document)
    if (seen.has(text)) {
      yield null
      continue
    }
    seen.add(text)
    if (text === variant.text) yield variant
    else yield { document, text, causes: [...variant.causes, ...causes(variant.document, document)] }
  }
}

function laidOut({ document, text: before, causes }: Variant, layout: Layout): JsonForm {
  const text = writeLaidOut(document, layout)
  return { causes: text === before ? causes : [...causes, layout.cause], text }
}

/** What differs from `variant` in exactly `changes` of the stages from `from` on, and the layout. */
function* choose(variant: Variant, from: number, changes: number): Generator<JsonForm | null> {
  const stage = stages[from]
  if (stage === undefined) {
    if (changes === 0) yield variant
    if (changes === 1) for (const layout of layouts) yield laidOut(variant, layout)
    return
  }
  yield* choose(variant, from + 1, changes)
  if (changes === 0) return
  for (const other of alternatives(variant, stage, new Set([variant.text]))) {
    if (other === null) yield null
    else yield* choose(other, from + 1, changes - 1)
  }
}

/** What a writer that changes everything at once makes of it, its whitespace as they stand or in the writer's own layouts. */
function* written(
  variant: Variant,
  { stages: [stage, ...rest], layouts: own }: JsonFramework,
): Generator<JsonForm | null> {
  if (stage === undefined) {
    yield variant
    for (const layout of own) yield laidOut(variant, layout)
    return
  }
  for (const other of alternatives(variant, stage, new Set())) {
    if (other === null) yield null
    else yield* written(other, { stages: rest, layouts: own })
  }
}

/** Values of another type: what was signed otherwise as it stands, or compact as most writers do it. */
function* retyped({ document: before, text }: Variant): Generator<JsonForm | null> {
  for (const { cause, document } of valueForms(before)) {
    const written = writeJson(document)
    if (written === text) {
      yield null
      continue
    }
    const variant: Variant = { document, text: written, causes: [cause] }
    yield variant
    yield laidOut(variant, compact)
  }
}

/**
 * Every form that differs from the text itself, each once: those that differ in one way, those of frameworks, then
 * those that differ in more ways. Null comes after work that brought nothing new, so that whoever asks can let others
 * have a turn.
 * @param text JSON; for anything else there are none
 * @param mostChanges in how many ways (strings, numbers, order, whitespace) a form may differ, 1 to 4
 */
export function* jsonForms(text: string, mostChanges: number): Generator<JsonForm | null> {
  const document = readJson(text)
  if (document === null) return
  const variant: Variant = { document, text, causes: [] }
  const seen = new Set([text])
  for (let changes = 1; changes <= mostChanges; changes++) {
    const forms = function* () {
      yield* choose(variant, 0, changes)
      if (changes !== 1) return
      for (const framework of jsonFrameworks) yield* written(variant, framework)
      yield* retyped(variant)
    }
    for (const form of forms()) {
      const isNew = form !== null && !seen.has(form.text)
      if (isNew) seen.add(form.text)
      yield isNew ? form : null
    }
  }
}
