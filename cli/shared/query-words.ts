/** A search as it is typed on a command line, in one word or in several. */
import { parseQuery } from '../../core/search/search.ts'
import { clip, printable, withCommas } from '../../core/text/text.ts'
import { usageError } from '../../server/lib/errors.ts'
import { idsOfWords } from './ids.ts'

/** The longest one as a URL encodes it: the listener takes no request whose head is longer than 16 KiB. */
const mostEncoded = 12_000

/**
 * Words that are all numbers are ids.
 * @returns the text of the query
 * @throws UserError for one that cannot be read, with the place where it is wrong
 */
export function queryOfWords(words: readonly string[]): string {
  const query = idsOfWords(words) === null ? words.join(' ') : `id:${words.join()}`
  if (new URLSearchParams({ query }).toString().length > mostEncoded)
    throw usageError(
      `The search has ${withCommas(query.length)} characters, which is too many.`,
      `It can have ${withCommas(mostEncoded)}, as a URL encodes them.`,
    )
  const parsed = parseQuery(query)
  if (parsed.ok) return query
  const { message, hint, span } = parsed.problem
  const place = clip(printable(query.slice(span.start, span.end)), 60)
  throw usageError(message, `${hint} Where it is wrong: ${place}`)
}
