/** What of a delivery's text the index holds: the same for every engine, which adds and finds it in its own way. */
import { foldText, gramsOf, isPlain, longestText } from '../../../core/search/search-text.ts'

export interface Searched {
  /** As the list shows it. */
  readonly summary: string
  /** What of the body is searched, see Description. */
  readonly text: string
  /** As it came. */
  readonly body: Uint8Array
}

const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

/** Whether SQLite makes the same of what stands in the database already, so that the text need not be kept as well. */
function isMadeBySql({ summary, text, body }: Searched): boolean {
  if (body.length > longestText || foldText(summary) !== lowerAscii(summary)) return false
  const came = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  return lowerAscii(came.replaceAll('\\/', '/')) === text && isPlain(text)
}

/** What the index keeps of a delivery. */
export interface Searchable {
  /** Divided by blanks. */
  readonly grams: string
  /** The folded text; null where SQL makes the same of what stands in the database. */
  readonly text: string | null
}

/** Pure, and the dear part: every letter is looked at. @param hasGrams whether it is found by those that are kept here */
export function searchableOf(searched: Searched, hasGrams = true): Searchable {
  const whole = `${foldText(searched.summary)}\n${searched.text}`
  return { grams: hasGrams ? gramsOf(whole).join(' ') : '', text: isMadeBySql(searched) ? null : whole }
}
