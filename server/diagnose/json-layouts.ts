/** The whitespace that JSON writers put between the parts of a document. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import type { JsonDocument, JsonValue } from './json-document.ts'

export interface Layout {
  readonly cause: Extract<SignatureCause, 'body-compact' | 'body-indented' | 'body-spaced'>
  readonly colon: string
  readonly comma: string
  /** One step inwards; null: everything on one line. */
  readonly indent: string | null
  readonly lineBreak: string
  /** Between the brackets of an empty array or object. @param newLine a line break and the whitespace up to the bracket */
  readonly empty: (kind: 'array' | 'object', newLine: string) => string
  /** Around the elements of an array on one line; null: arrays are laid out as objects are. */
  readonly inlineArray: string | null
}

export const compact: Layout = {
  cause: 'body-compact',
  colon: ':',
  comma: ',',
  indent: null,
  lineBreak: '\n',
  empty: () => '',
  inlineArray: null,
}
const indented = (indent: string, changes: Partial<Layout> = {}): Layout => ({
  ...compact,
  cause: 'body-indented',
  colon: ': ',
  indent,
  ...changes,
})

/** JSON.stringify(value, null, 2), Python's indent=2, Gson, jq; PHP's JSON_PRETTY_PRINT; Go, and editors. */
export const byTwo = indented('  ')
export const byFour = indented('    ')
export const byTab = indented('\t')
/** Python's json.dumps, and the text of PostgreSQL's and MySQL's JSON columns. */
export const spaced: Layout = { ...compact, cause: 'body-spaced', colon: ': ', comma: ', ' }
/** .NET on Windows. */
export const byTwoOnWindows = indented('  ', { lineBreak: '\r\n' })
/** Jackson's default printer. */
export const jackson = indented('  ', { colon: ' : ', empty: () => ' ', inlineArray: ' ' })
/** Perl's JSON modules. */
export const perl = indented('   ', { colon: ' : ' })
/** Ruby's pretty_generate of old, which breaks the line inside what is empty, and jsonb_pretty. */
export const ruby = indented('  ', { empty: (kind, newLine) => (kind === 'array' ? `\n${newLine}` : newLine) })
export const jsonbPretty = indented('    ', { empty: (_, newLine) => newLine })

/** Each as some common writer does it. */
export const layouts: readonly Layout[] = [
  compact,
  byTwo,
  byFour,
  byTab,
  spaced,
  { ...compact, cause: 'body-spaced', colon: ': ' },
  { ...compact, cause: 'body-spaced', comma: ', ' },
  byTwoOnWindows,
  indented('    ', { lineBreak: '\r\n' }),
  indented('\t', { lineBreak: '\r\n' }),
  jackson,
  { ...jackson, lineBreak: '\r\n' },
  perl,
]

/** The document's text in another layout. */
export function writeLaidOut(document: JsonDocument, layout: Layout): string {
  const { colon, comma, indent, lineBreak, empty, inlineArray } = layout
  const parts: string[] = []
  const newLine = (depth: number) => (indent === null ? '' : `${lineBreak}${indent.repeat(depth)}`)
  const write = (value: JsonValue, depth: number): void => {
    if (value.kind === 'object') {
      if (value.members.length === 0) {
        parts.push('{', empty('object', newLine(depth)), '}')
        return
      }
      value.members.forEach((member, index) => {
        parts.push(index === 0 ? '{' : comma, newLine(depth + 1), member.name, colon)
        write(member.value, depth + 1)
      })
      parts.push(newLine(depth), '}')
    } else if (value.kind === 'array') {
      if (value.elements.length === 0) {
        parts.push('[', empty('array', newLine(depth)), ']')
        return
      }
      const isInline = inlineArray !== null
      value.elements.forEach((element, index) => {
        if (isInline) parts.push(index === 0 ? `[${inlineArray}` : `,${inlineArray}`)
        else parts.push(index === 0 ? '[' : comma, newLine(depth + 1))
        write(element.value, isInline ? depth : depth + 1)
      })
      parts.push(isInline ? inlineArray : newLine(depth), ']')
    } else parts.push(value.text)
  }
  write(document.value, 0)
  return parts.join('')
}
