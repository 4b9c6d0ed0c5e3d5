/** A search as it is typed on a command line, in one word or in several. */
import { parseQuery } from '../../core/search/search.ts'
import { clip, printable } from '../../core/text/text.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { idsOfWords } from './ids.ts'

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
