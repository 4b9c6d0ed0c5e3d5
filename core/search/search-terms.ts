/** A query's text cut into its terms, before anything is made of their fields and values. */
import type { Span } from './query.ts'

export interface RawValue {
  /** Without its quotes and escapes. */
  readonly text: string
  readonly quoted: boolean
  /** False for a quote that has no end. */
  readonly closed: boolean
  readonly span: Span
}

export interface RawTerm {
  readonly negated: boolean
  /** Lower case, without its colon; null for free text. */
  readonly field: { readonly name: string; readonly span: Span } | null
  /** One, or several where commas join alternatives. */
  readonly values: readonly [RawValue, ...RawValue[]]
  readonly span: Span
}

// Not before “//”, so that a pasted URL is text.
const fieldPattern = /([A-Za-z][A-Za-z-]*):(?!\/\/)/y
const wordPattern = /\S*/y
const alternativePattern = /[^\s,]*/y
/** A comma inside an amount with its thousands apart belongs to it: `amount:>1,234.50`. */
const amountPattern = /(?:[^\s,\d]*(?<!\d|(?<!\.)\.)\d{1,3}(?:,\d{3})+(?!\d)|[^\s,])*/y
const quotedPattern = /"((?:\\["\\]|[^"])*)("?)/y

/** Terms in order. Every character that is not white space belongs to one of them. */
export function splitTerms(text: string): RawTerm[] {
  const terms: RawTerm[] = []
  for (let at = text.search(/\S/); at !== -1 && at < text.length; ) {
    const term = readTerm(text, at)
    terms.push(term)
    const rest = text.slice(term.span.end).search(/\S/)
    at = rest === -1 ? -1 : term.span.end + rest
  }
  return terms
}

function readTerm(text: string, start: number): RawTerm {
  const negated = text[start] === '-'
  let at = negated ? start + 1 : start
  const name = matchAt(fieldPattern, text, at)
  const field = name ? { name: (name[1] ?? '').toLowerCase(), span: { start: at, end: at + name[0].length } } : null
  at = field ? field.span.end : at
  const pattern = field?.name === 'amount' ? amountPattern : alternativePattern
  const first = readValue(text, at, field ? pattern : wordPattern)
  const values: [RawValue, ...RawValue[]] = [first]
  let { end } = first.span
  while (field && text[end] === ',') {
    const value = readValue(text, end + 1, pattern)
    values.push(value)
    end = value.span.end
  }
  return { negated, field, values, span: { start, end } }
}

function readValue(text: string, start: number, unquoted: RegExp): RawValue {
  const quoted = matchAt(quotedPattern, text, start)
  const [whole, inner, closing] = quoted ?? matchAt(unquoted, text, start) ?? ['']
  return {
    text: quoted ? (inner ?? '').replace(/\\(["\\])/g, '$1') : whole,
    quoted: quoted !== null,
    closed: quoted === null || closing === '"',
    span: { start, end: start + whole.length },
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** A value as it has to be typed: in quotes when it would end early without them. */
export function quoteValue(value: string): string {
  return value === '' || /[\s,]|^"/.test(value) ? quote(value) : value
}

/** The search that finds the deliveries of a hook. */
export const hookTerm = (id: string): string => `hook:${quoteValue(id)}`

/** Text in quotes. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
