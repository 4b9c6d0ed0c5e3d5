/** Counts as people read them. */
import { counted } from '../../core/text/text.ts'

/** As the words around the numbers are written, wherever the browser is from. */
const countFormat = new Intl.NumberFormat('en-US')

/** A count with its thousands apart. */
export function countText(count: number): string {
  return countFormat.format(count)
}

/** How far a count is to be believed. */
interface Found {
  readonly capped: boolean
  readonly estimated?: 'about' | 'at least'
}

/** A count that ended where enough was found: “1,200+”; an estimate: “about 41,000”. */
export const foundText = (count: number, of: Found | null | undefined): string =>
  `${of?.estimated === 'about' ? 'about ' : ''}${countText(count)}${of?.capped ? '+' : ''}`

const shortFormat = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** A count where there is little room: from 100,000 on rounded, such as 978K. */
export function shortCount(count: number): string {
  return count < 100_000 ? countText(count) : shortFormat.format(count)
}

/** “1 delivery”, “1,200 deliveries”. */
export function deliveriesText(count: number): string {
  return counted(count, 'delivery', 'deliveries')
}
