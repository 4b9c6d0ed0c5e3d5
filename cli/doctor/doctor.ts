/** `hookscope doctor`: a line a thing that was looked at, with its fix below it. */
import { type DoctorLine, type DoctorStatus, doctorSummary } from '../../core/doctor/doctor.ts'
import { printable } from '../../core/text/text.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { answerOf } from '../client.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import type { Paint } from '../shared/style.ts'
import { wrapWords } from '../shared/wrap.ts'

/** @returns the exit code: 1 where something failed */
export function runDoctor(options: CommonOptions, io: Io): Promise<number> {
  return look({ ...options, readsAll: true }, io, null, async ({ client, style, print, printJson }) => {
    const report = await answerOf(client.api.doctor.$get())
    if (options.json) await printJson({ kind: 'doctor', ...report })
    else
      await print([
        ...report.lines.flatMap(line => doctorLines(line, style)),
        '',
        style.paint.dim(`${doctorSummary(report)}.`),
      ])
    return report.ok ? exitCodes.ok : exitCodes.failed
  })
}

const marks: Readonly<Record<DoctorStatus, readonly [string, keyof Pick<Paint, 'green' | 'yellow' | 'red' | 'dim'>]>> =
  {
    ok: ['ok', 'green'],
    warn: ['warn', 'yellow'],
    fail: ['fail', 'red'],
    untried: ['–', 'dim'],
  }
const markWidth = 6

function doctorLines({ status, title, text, fix }: DoctorLine, { paint, width }: LineStyle): string[] {
  const [mark, colour] = marks[status]
  const wrap = (sentence: string) => wrapWords(sentence, width === null ? null : width - markWidth)
  const found = wrap(`${title}: ${printable(text)}`)
  return [
    ...found.map(
      (one, index) => `${index === 0 ? paint[colour](mark.padEnd(markWidth)) : ' '.repeat(markWidth)}${one}`,
    ),
    ...(fix === null ? [] : wrap(printable(fix)).map(one => `${' '.repeat(markWidth)}${paint.dim(one)}`)),
  ]
}
