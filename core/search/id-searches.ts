/** Searches that find given deliveries, by their numbers. */
import { rangeWords } from '../text/id-ranges.ts'

/** A search may have 4,000 characters, and 100 conditions: terms that are added to it count as well. */
const [longest, most] = [3_000, 80]

/** As many searches as it takes; each delivery is found by one of them. */
export function idSearches(ids: readonly number[]): string[] {
  const searches: string[][] = [[]]
  let length = 0
  for (const word of rangeWords([...ids].sort((one, other) => one - other))) {
    length += word.length + 1
    if (length > longest || (searches.at(-1)?.length ?? 0) >= most) {
      searches.push([])
      length = word.length + 1
    }
    searches.at(-1)?.push(word)
  }
  return searches.map(words => `id:${words.join()}`)
}
