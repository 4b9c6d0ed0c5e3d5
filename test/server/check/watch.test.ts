/** What an answer must not hold. */
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../core/finding.ts'
import { openMask } from '../../../server/check/mask.ts'
import { openWatch, type Watch } from '../../../server/check/watch.ts'

const exchange: Exchange = {
  what: 'an event',
  request: { method: 'POST', url: 'http://127.0.0.1/', headers: [], body: '', bytes: 0 },
  outcome: 'answered',
  answer: null,
  problem: null,
  connectMs: 0,
  ms: 1,
}

function seen(text: string) {
  const watch = openWatch('hookscope-check-abc', ['the secret key'])
  watch.look(exchange, text, 'f00d'.repeat(16))
  const whatOf = (shown: Watch['internals']) => shown.map(({ what }) => what)
  return { echoes: watch.echoes.length, internals: whatOf(watch.internals), secrets: whatOf(watch.secrets) }
}

it('what a report shows of a signature is its beginning, in whatever case it was answered', () => {
  const mask = openMask([], ['f00d'.repeat(16)])
  expect(mask.text(`${'f00d'.repeat(16)} ${'F00D'.repeat(16)}`)).toBe('f00df0•••• f00df0••••')
})

describe('an answer', () => {
  it.each<[string, string, string | null]>([
    ['nothing', '', null],
    ['a word', 'ok', null],
    ['prose with the word at', 'Look at the log at 12:30:10', null],
    ['JSON', '{"received":true}', null],
    ['Node', 'Error: no\n    at parse (file.js:3:7)\n', 'a JavaScript stack trace'],
    ['Python', 'Traceback (most recent call last):\n', 'a Python stack trace'],
    ['PHP', '<b>Warning</b>: Undefined index in a.php on line 3', 'a PHP error with its file and line'],
    [
      'PHP, thrown and printed',
      'PHP Fatal error:  Uncaught Error: no\n  thrown in /a.php on line 3',
      'a PHP error with its file and line',
    ],
    ['prose that names a line', 'There is no comma in the body on line 3', null],
    ['PHP, thrown', '#0 a.php(12): f()', 'a PHP stack trace'],
    ['Java', 'at com.shop.Hook.take(Hook.java:10)', 'a Java stack trace'],
    ['a database', 'SQLSTATE[23000]: duplicate', 'an error of the database'],
    ['a path', 'not found: /var/www/shop/hook.php', 'a path of the server'],
  ])('of %s', (_, text, what) =>
    expect(seen(text)).toEqual({ echoes: 0, internals: what === null ? [] : [what], secrets: [] }),
  )

  it.each([
    ['the key', 'expected with the secret key', 'the key or the password'],
    ['the right signature', `expected ${'f00d'.repeat(16)}`, 'the right signature of a forged event'],
    ['the same in upper case', `expected ${'F00D'.repeat(16)}`, 'the right signature of a forged event'],
  ])('tells a secret: %s', (_, text, what) => expect(seen(text)).toEqual({ echoes: 0, internals: [], secrets: [what] }))

  it('may be an error page that tells a secret, too', () =>
    expect(seen('Traceback (most recent call last):\nthe secret key')).toMatchObject({
      internals: ['a Python stack trace'],
      secrets: ['the key or the password'],
    }))

  it.each([
    ['a line without an end', ` at ${'x'.repeat(250_000)}`],
    ['lines without anything', '\n'.repeat(250_000)],
    ['the words of PHP over and over', 'Notice: in '.repeat(23_000)],
    ['the signs of PHP over and over', `#1 ${'(1'.repeat(125_000)}`],
    ['the signs of Java over and over', `at ${'a('.repeat(125_000)}`],
  ])('of %s does not keep the check busy', (_, text) =>
    expect(seen(`${text} SQLSTATE[1]`).internals).toEqual(['an error of the database']),
  )

  it('that holds the mark of the check is an echo', () =>
    expect(seen('{"merch_key":"hookscope-check-abc"}')).toEqual({ echoes: 1, internals: [], secrets: [] }))
})
