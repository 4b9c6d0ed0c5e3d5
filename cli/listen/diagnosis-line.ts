/** Why a signature is wrong, under the line of its delivery. */
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { printable } from '../../core/text/text.ts'
import { indentFor, type LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'

/** One sentence, with the id of its delivery since others may have come between. */
export function diagnosisLines(
  delivery: number,
  { sentence }: SignatureDiagnosis,
  { paint, width }: LineStyle,
): string[] {
  const id = `#${delivery}`
  const indent = indentFor(width)
  const [first = '', ...more] = wrapWords(
    `${id}  ${printable(sentence)}`,
    width === null ? null : width - indent.length,
  )
  return [
    `${indent}${paint.dim(id)}${paint.yellow(first.slice(id.length))}`,
    ...more.map(line => `${indent}${paint.yellow(line)}`),
  ]
}
