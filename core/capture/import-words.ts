/** What an import did, in sentences: the same in the terminal and in the inspector. */
import { clip, counted, printable } from '../text/text.ts'
import type { ImportSums } from './batches.ts'

const deliveries = (count: number) => counted(count, 'delivery', 'deliveries')

/** The first says what was added and what was there; each further one what else there is to know. */
export function importSentences({ format, testKey, added, present, tooOld, leftOut, cut }: ImportSums): string[] {
  const there = present === 0 ? '' : ` ${deliveries(present)} ${present === 1 ? 'was' : 'were'} there already.`
  const left = [...leftOut].map(
    ([why, { count, first }]) =>
      `Left out ${deliveries(count)} (${first}${count > 1 ? ' first' : ''}): ${printable(why)}.`,
  )
  const isEmpty = added + present + leftOut.size === 0 && cut === null
  return [
    isEmpty ? 'The file holds no delivery: nothing was imported.' : `Imported ${deliveries(added)}.${there}`,
    ...left,
    ...(cut === null ? [] : [`${cut} Everything before that was imported.`]),
    ...(format === 'ndjson' && added > 0
      ? ['NDJSON has no credentials and no signatures: they are missing in the headers.']
      : []),
    ...(testKey === null ? [] : [`It is anonymized, and signed with the test key ${clip(printable(testKey), 100)}.`]),
    ...(tooOld === 0
      ? []
      : [`${deliveries(tooOld)} ${tooOld === 1 ? 'is' : 'are'} older than what is kept: pin what you need.`]),
  ]
}
