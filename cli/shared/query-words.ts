/** A search as it is typed on a command line, in one word or in several. */
import { parseQuery } from '../../core/search/search.ts'
import { clip, printable } from '../../core/text/text.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'

const idWord = /^#?\d{1,15}$/

/** The ids that words are, each once; null where one of them is something else, or there is none. */
export function idsOfWords(words: readonly string[]): number[] | null {
  if (words.length === 0 || !words.every(word => idWord.test(word))) return null
  return [...new Set(words.map(word => Number(word.replace('#', ''))))]
}

/**
 * Words that are all numbers are ids.
 * @returns the text of the query
 * @throws UserError for one that cannot be read, with the place where it is wrong
 */
export function queryOfWords(words: readonly string[]): string {
  const query = idsOfWords(words) === null ? words.join(' ') : `id:${words.join()}`
  const parsed = parseQuery(query)
  if (parsed.ok) return query
  const { message, hint, span } = parsed.problem
  const place = clip(printable(query.slice(span.start, span.end)), 60)
  throw new UserError(message, `${hint} Where it is wrong: ${place}`, { exitCode: exitCodes.usage })
}
