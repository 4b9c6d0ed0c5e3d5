/** What can be typed at the caret of a search. */
import { catalogue, families } from '../events/catalogue.ts'
import type { Span } from './query.ts'
import { type Proposal, searchField, searchFieldNames, searchFields } from './search-fields.ts'
import { quoteValue, splitTerms } from './search-terms.ts'

/** One way to go on at the caret. */
interface CompletionOption {
  /** Replaces the completion's span. */
  readonly insert: string
  readonly label: string
  readonly detail: string
}

export interface Completion {
  readonly span: Span
  readonly options: CompletionOption[]
}

/** What the store has seen: its event types and its hooks' ids. */
export interface KnownValues {
  readonly types: readonly string[]
  readonly hooks: readonly string[]
}

const optionCap = 12

/**
 * Fields, and the values of the field the caret is in.
 * @param caret where the next character goes, in UTF-16 units
 */
export function completeQuery(text: string, caret: number, known: KnownValues): Completion {
  const term = splitTerms(text).find(({ span }) => span.start < caret && caret <= span.end)
  if (!term) return { span: { start: caret, end: caret }, options: wordOptions('', known) }
  const field = term.field
  if (field === null || caret < field.span.end) {
    const start = Math.min(caret, term.span.start + (term.negated ? 1 : 0))
    const quoted = field === null && term.values[0].quoted
    const end = field?.span.end ?? term.span.end
    return { span: { start, end }, options: quoted ? [] : wordOptions(text.slice(start, caret), known) }
  }
  const value = term.values.find(({ span }) => span.start <= caret && caret <= span.end)
  if (!value) return { span: { start: caret, end: caret }, options: [] }
  const typed = text.slice(value.span.start, caret).replace(/^"/, '')
  return { span: value.span, options: options(typed, valueProposals(field.name, known), '') }
}

/** For a word that may become a field, or a value that says by itself which field it is of. */
function wordOptions(typed: string, known: KnownValues): CompletionOption[] {
  const fields = searchFieldNames
    .filter(name => name.startsWith(typed.toLowerCase()))
    .map(name => ({ insert: `${name}:`, label: `${name}:`, detail: searchFields[name].detail }))
  const values =
    typed.length < 2
      ? []
      : (['is', 'on', 'type'] as const).flatMap(name => options(typed, valueProposals(name, known), `${name}:`))
  return [...fields, ...values].slice(0, Math.max(optionCap, fields.length))
}

function valueProposals(field: string, known: KnownValues): readonly Proposal[] {
  if (field === 'hook') return known.hooks.map(value => ({ value, detail: '' }))
  if (field === 'type') return typeProposals(known)
  return searchField(field)?.proposals ?? []
}

/** The groups, then the types that have come, then the rest of the catalogue. */
function typeProposals(known: KnownValues): Proposal[] {
  const groups = new Set(catalogue.map(({ type }) => `${type.slice(0, type.lastIndexOf('.'))}.*`))
  for (const family of families)
    if (catalogue.some(({ type }) => type.startsWith(`${family}.`))) groups.add(`${family}.*`)
  const when = new Map<string, string>(catalogue.map(entry => [entry.type, `Sent when ${entry.when}`]))
  const types = new Set([...known.types, ...catalogue.map(({ type }) => type)])
  return [
    ...[...groups].sort().map(value => ({ value, detail: 'All of them' })),
    ...[...types].map(value => ({ value, detail: when.get(value) ?? 'Not in the catalogue' })),
  ]
}

/**
 * Proposals that go on from what is typed, those that merely hold it after them; not what stands there already.
 * @param prefix the field, where it was not typed
 */
function options(typed: string, proposals: readonly Proposal[], prefix: string): CompletionOption[] {
  const wanted = typed.toLowerCase()
  const holding = proposals.filter(
    ({ value }) => value.toLowerCase().includes(wanted) && (prefix !== '' || value.toLowerCase() !== wanted),
  )
  const starting = holding.filter(({ value }) => value.toLowerCase().startsWith(wanted))
  return [...starting, ...holding.filter(proposal => !starting.includes(proposal))]
    .slice(0, optionCap)
    .map(({ value, detail }) => ({ insert: `${prefix}${quoteValue(value)}`, label: `${prefix}${value}`, detail }))
}
