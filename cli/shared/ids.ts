/** Ids as they are typed: `12`, or `#12`, as lists show them. */
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../../server/lib/errors.ts'

/** @returns null for what is no id */
export function idOfWord(word: string): number | null {
  const digits = /^#?(\d{1,15})$/.exec(word)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** The ids that words are, each once; null where one of them is something else, or there is none. */
export function idsOfWords(words: readonly string[]): number[] | null {
  const ids = words.flatMap(word => idOfWord(word) ?? [])
  return ids.length < words.length || ids.length === 0 ? null : [...new Set(ids)]
}

/** @param hint what to type @throws UserError for what is no id */
export function deliveryIdOf(word: string, hint: string): number {
  const id = idOfWord(word)
  if (id !== null) return id
  throw usageError(`“${clip(printable(word), 40)}” is not the id of a delivery.`, `Ids are numbers: ${hint}.`)
}
