import { describe, expect, it } from 'vitest'
import { withoutEditorsChanges } from '../../../cli/replay/edited-body.ts'

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
const utf16Big = (text: string) => utf16(text).swap16()
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const bom = (text: string) => `\ufeff${text}`

describe('what an editor did by itself', () => {
  const cases: readonly [string, string | Buffer, string | Buffer, string | Buffer, string[]][] = [
    ['nothing', '{"a":1}', '{"a":1}', '{"a":1}', []],
    ['a line break at the end', '{"a":1}', '{"a":1}\n', '{"a":1}', ['added a line break at the end']],
    ['one of Windows', '{"a":1}', '{"a":1}\r\n', '{"a":1}', ['added a line break at the end']],
    ['one beside a change', '{"a":1}', '{"a":2}\n', '{"a":2}', ['added a line break at the end']],
    ['exactly one of two', '{"a":1}', '{"a":1}\n\n', '{"a":1}\n', ['added a line break at the end']],
    ['no line break at the end', '{}\r\n', '{}', '{}\r\n', ['removed the line break at the end']],
    ['the last line break that was there', '{}\n', '{"a":1}\n', '{"a":1}\n', []],
    ['CRLF', '{\n"a":1\n}', '{\r\n"a":2\r\n}', '{\n"a":2\n}', ['changed its line breaks from LF to CRLF']],
    ['LF', '{\r\n}', '{\n}', '{\r\n}', ['changed its line breaks from CRLF to LF']],
    ['mixed line ends stay', '{\r\n"a":\n1}', '{\n"a":\n1}', '{\n"a":\n1}', []],
    ['a byte order mark', '{"a":1}', bom('{"a":1}'), '{"a":1}', ['added a byte order mark']],
    ['no byte order mark', bom('{}'), '{}', bom('{}'), ['removed the byte order mark']],
    ['UTF-16', '{"a":"ü€"}', utf16('{"a":"ü€"}'), '{"a":"ü€"}', ['saved it as UTF-16']],
    ['UTF-16, the other way round', '{"a":"ü"}', utf16Big('{"a":"ü"}'), '{"a":"ü"}', ['saved it as UTF-16']],
    ['Latin-1', '{"a":"ü"}', latin1('{"a":"ü"}'), '{"a":"ü"}', ['saved it as Latin-1']],
    ['UTF-8', latin1('{"a":"ü"}'), '{"a":"ü"}', latin1('{"a":"ü"}'), ['saved it as UTF-8']],
    ['UTF-8 with what Latin-1 lacks', latin1('{"a":"ü"}'), '{"a":"ü€"}', '{"a":"ü€"}', []],
    [
      'all at once',
      '{\n"a":"ü"\n}',
      utf16(bom('{\r\n"a":"ü"\r\n}\r\n')),
      '{\n"a":"ü"\n}',
      [
        'saved it as UTF-16',
        'added a byte order mark',
        'changed its line breaks from LF to CRLF',
        'added a line break at the end',
      ],
    ],
    ['an empty file is no line end', '{}\n', '', '', []],
  ]
  it.each(cases)('%s', (_, before, saved, sent, did) => {
    const edited = withoutEditorsChanges(Buffer.from(before), Buffer.from(saved))
    expect(edited).toEqual({ bytes: Buffer.from(sent), did })
  })
})
