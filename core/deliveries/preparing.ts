/** Deliveries that are kept and not listed yet, in words. */
import { counted } from '../text/text.ts'

export const preparingSentence = (count: number): string =>
  `${counted(count, 'delivery is', 'deliveries are')} being prepared: kept and answered, and soon listed and sent on.`
