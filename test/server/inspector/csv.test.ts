import { describe, expect, it } from 'vitest'
import { csvCell } from '../../../server/inspector/csv.ts'

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
  ]
  it.each(cases)('%j is %j', (value, written) => expect(csvCell(value)).toBe(written))
})
