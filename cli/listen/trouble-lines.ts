/** What is wrong with the database, for the person at the terminal. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import { printable, withCommas } from '../../core/text/text.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'

/**
 * @param trouble null: all is well again
 * @param before the one that was told last: of the same only how far its repair is
 */
export function troubleLines(
  trouble: StoreTrouble | null,
  before: StoreTrouble | null,
  { paint, width }: LineStyle,
): string[] {
  if (trouble === null) return [paint.green('The database works again: deliveries are kept, shown and sent on.')]
  const { message, hint, rebuilding } = trouble
  const progress = rebuilding === null ? [] : [progressOf(rebuilding)]
  if (message === before?.message) return progress
  return [
    ...wrapWords(printable(message), width).map(line => paint.bold(paint.red(line))),
    ...wrapWords(printable([hint, ...progress].join(' ')), width),
  ]
}

const progressOf = ({ done, of }: { readonly done: number; readonly of: number }) =>
  `Rebuilt so far: ${withCommas(done)} of ${withCommas(of)}.`
