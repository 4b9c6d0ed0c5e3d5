import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvCell } from '../../../server/api/csv.ts'

describe('a cell', () => {
  const cases: readonly [Parameters<typeof csvCell>[0], string][] = [
    [null, ''],
    [12.5, '12.5'],
    [-3, '-3'],
    [{ decimal: '-1234.50' }, '-1234.50'],
    ['transaction.sale.success', 'transaction.sale.success'],
    ['$1,234.50 approved · 98454685', '"$1,234.50 approved · 98454685"'],
    ['−$5.00 "refunded"', '"−$5.00 ""refunded"""'],
    ['98454685', '98454685'],
    ['2026-11-20 10:00:00', '2026-11-20 10:00:00'],
    ['2026-11-20', '2026-11-20'],
    ['12345678901', '12345678901'],
    ['123456789012', `"'123456789012"`],
    ['000123', `"'000123"`],
    ['0', '0'],
    ['4e15', `"'4e15"`],
    ['10-11', `"'10-11"`],
    ['1/2/2026', `"'1/2/2026"`],
    ['\0=1', `"'\ufffd=1"`],
    ['a\0b', 'a\ufffdb'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['4111111111111111', '4111xxxxxxxx1111'],
    ['a;b', '"a;b"'],
    ['a\tb', '"a\tb"'],
    ['a; b', '"a; b"'],
    [';=1+1;b', `";'=1+1;b"`],
    ['a; -1', `"a;' -1"`],
    ['a\t@SUM(1)', `"a\t'@SUM(1)"`],
    ['a\n=1', `"a\n'=1"`],
    ['a\r\n\u200b\uff1d1', `"a\r\n'\u200b\uff1d1"`],
    ['a,=1', '"a,=1"'],
  ]
  it.each(cases)('%j is %j', (value, written) => expect(csvCell(value)).toBe(written))

  const signs = [...'=+-@＝＋－＠﹦﹢﹣﹫']
  const before = [
    '',
    '\n',
    '\r',
    '\t',
    ' ',
    '\u00a0',
    '\u3000',
    '\0',
    '\u0001',
    '\u200b',
    '\u200d',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u3164',
    '\ufe0f',
    '\u034f',
    '\u2800',
    ' \u200b\n',
  ]
  it.each(before.map(skipped => [skipped]))('that begins with %j and a sign is text', skipped => {
    for (const sign of signs) expect(csvCell(`${skipped}${sign}1+1`)).toMatch(/^"'/)
  })

  it('of any text gives a spreadsheet no formula, whatever parts its cells', () => {
    const text = fc.string({ unit: fc.constantFrom(...signs, ...before.join(''), ...';,"\'|\r\n\ta1'), maxLength: 12 })
    fc.assert(
      fc.property(text, value => {
        for (const separator of [',', ';', '\t'])
          for (const cell of cellsOf(`x${separator}${csvCell(value)}${separator}y\r\n`, separator))
            expect(cell).not.toMatch(/^[\s\p{Cc}\p{Cf}\p{DI}\u2800]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u)
        // A separator of the file's own that another reader does not know leaves the line's start in front of the cell.
        for (const separator of [';', '\t'])
          for (const cell of cellsOf(`x,${csvCell(value)},y\r\n`, separator))
            expect(cell).not.toMatch(/^[\s\p{Cc}\p{Cf}\p{DI}\u2800]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u)
      }),
      { numRuns: 2000 },
    )
  })
})

/** Cells as a spreadsheet reads them: a quote counts where a cell begins with it. */
function cellsOf(text: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (quoted && character === '"' && text[at + 1] === '"') {
      cell += '"'
      at++
    } else if (quoted && character === '"') quoted = false
    else if (!quoted && cell === '' && character === '"') quoted = true
    else if (!quoted && (character === separator || character === '\r' || character === '\n')) {
      cells.push(cell)
      cell = ''
    } else cell += character
  }
  return [...cells, cell]
}
