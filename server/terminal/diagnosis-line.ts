/** Why a signature is wrong, under the line of its delivery. */
import type { SignatureDiagnosis } from '../../core/diagnosis.ts'
import { printable } from '../../core/text.ts'
import { type LineStyle, wrapWords } from './delivery-line.ts'

/** As wide as the time of day and the blanks after it. */
const indent = ' '.repeat(10)

/** One sentence, with the id of its delivery since others may have come between. */
export function diagnosisLines(
  delivery: number,
  { kind, sentence }: SignatureDiagnosis,
  { paint, width }: LineStyle,
): string[] {
  const id = `#${delivery}`
  const isKnown = kind !== 'unknown'
  const [first = '', ...more] = wrapWords(
    `${id}  ${printable(sentence)}`,
    width === null ? null : width - indent.length,
  )
  const text = first.slice(id.length)
  return [
    `${indent}${paint.dim(id)}${isKnown ? paint.yellow(text) : text}`,
    ...more.map(line => `${indent}${isKnown ? paint.yellow(line) : line}`),
  ]
}
