/**
 * Pieces of SQL with what they bind. Only what is written in the source ever becomes SQL: every value that is put into a piece
 * is a parameter, unless it is a piece itself.
 */

import { storable } from '../storable.ts'

export type SqlValue = string | number | null

/** The texts around its values, one more than there are of these. */
export interface Sql {
  readonly texts: readonly string[]
  readonly values: readonly SqlValue[]
}

/** A statement as it is sent: `$1`, `$2` … where the values go. */
export interface Statement {
  readonly text: string
  readonly values: readonly SqlValue[]
}

const isPiece = (value: SqlValue | Sql): value is Sql => typeof value === 'object' && value !== null

/** A piece of SQL: pieces that stand in it become part of it, everything else is bound. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlValue | Sql)[]): Sql {
  const texts: string[] = [strings[0] ?? '']
  const values: SqlValue[] = []
  const goOn = (text: string) => texts.push(`${texts.pop() ?? ''}${text}`)
  for (const [at, part] of parts.entries()) {
    if (isPiece(part)) {
      goOn(part.texts[0] ?? '')
      texts.push(...part.texts.slice(1))
      values.push(...part.values)
    } else {
      values.push(part)
      texts.push('')
    }
    goOn(strings[at + 1] ?? '')
  }
  return { texts, values }
}

/** A text of ours as SQL: a column's name, a list of columns. Never one that came from outside. */
export const ours = (text: string): Sql => ({ texts: [text], values: [] })

export const nothing: Sql = ours('')

export const joined = (pieces: readonly Sql[], between: string): Sql =>
  pieces.reduce((all, piece, at) => (at === 0 ? piece : sql`${all}${ours(between)}${piece}`), nothing)

/** Each in brackets. */
export const anyOf = (pieces: readonly Sql[]): Sql =>
  joined(
    pieces.map(piece => sql`(${piece})`),
    ' OR ',
  )

/** Ids as one value, for `= ANY(${…}::bigint[])`. */
export const idList = (ids: readonly number[]): string => `{${ids.join(',')}}`

/** What is kept and what is looked for are made storable in the same way. */
export function statement({ texts, values }: Sql): Statement {
  const text = texts.reduce((all, one, at) => (at === 0 ? one : `${all}$${at}${one}`), '')
  return { text, values: values.map(value => (typeof value === 'string' ? storable(value) : value)) }
}
