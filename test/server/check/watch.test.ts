/** What an answer must not hold. */
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../core/check/finding.ts'
import { openMasks } from '../../../server/check/mask.ts'
import { type AnswerWatch, openAnswerWatch } from '../../../server/check/watch.ts'

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
  const watch = openAnswerWatch('hookscope-check-abc', ['the secret key'])
  watch.look(exchange, text, 'f00d'.repeat(16))
  const whatOf = (shown: AnswerWatch['internals']) => shown.map(({ what }) => what)
  return { echoes: watch.echoes.length, internals: whatOf(watch.internals), secrets: whatOf(watch.secrets) }
}

it('what a report shows of a signature is its beginning, in whatever case it was answered', () => {
  const mask = openMasks([])(['f00d'.repeat(16)])
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
    [
      'Express in development',
      '<pre>TypeError: no<br> &nbsp; &nbsp;at hook (/srv/shop/app.js:3:7)<br> &nbsp; &nbsp;at next</pre>',
      'a JavaScript stack trace',
    ],
    [
      'Fastify, asked for it',
      '{"message":"no","stack":"Error: no\\n    at hook (shop.ts:3:7)"}',
      'a JavaScript stack trace',
    ],
    [
      'a list of lines',
      '{"stack":["Error: no","at hook (webpack-internal:///shop.tsx:3:7)"]}',
      'a JavaScript stack trace',
    ],
    [
      'Node itself',
      '{"stack":["at processTicksAndRejections (node:internal/process/task_queues:105:5)"]}',
      'a JavaScript stack trace',
    ],
    ['a time on a line of its own', 'The event came\nat 12:30:10', null],
    ...[
      '/Users/ann/shop/hook.js',
      'file:///D:/shop/hook.js',
      '/app/hook.js',
      '/srv/shop/hook.mjs',
      '/opt/shop/hook.js',
      'C:\\\\shop\\\\hook.js',
    ].map((path): [string, string, string] => [`the place ${path}`, `{"where":"${path}:3:7"}`, 'a path of the server']),
    ['a URL with a port and times', 'see https://shop.example:8443/help/times:12:30 and //cdn/a:1:2', null],
    ['paths of URLs', '{"path":"/app/orders","next":"/opt/in/2","time":"12:30:10"}', null],
    [
      'Werkzeug',
      '<h4>File <cite>"/shop/hook.py"</cite>,\n      line <em class="line">3</em></h4>',
      'a Python stack trace',
    ],
    ['Python as JSON', '{"trace":"  File \\"/shop/hook.py\\", line 3, in hook"}', 'a Python stack trace'],
    ['Laravel', '{"exception":"Error","file":"\\/app\\/Hook.php","line":3}', 'an error with its file and line'],
    ['Ruby', "hook.rb:3:in `take'", 'a Ruby stack trace'],
    ['Go', 'goroutine 7 [running]:\nmain.hook()', 'a Go stack trace'],
    ['Java with modules', 'at java.base/java.lang.Thread.run(Thread.java:840)', 'a Java stack trace'],
    ['.NET', '   at Shop.Hook.Take() in /shop/Hook.cs:line 3', 'a .NET stack trace'],
    ...[
      'TypeError: The first argument must be of type string',
      '{"error":"TypeError [ERR_INVALID_ARG_TYPE]: no"}',
      "Cannot read properties of undefined (reading 'result_code')",
      "Cannot read property 'length' of null",
      'event.object.map is not a function',
      '{"message":"object.changes is not iterable"}',
      "KeyError: 'refnum'",
      "'NoneType' object is not subscriptable",
      "undefined method `fetch' for nil",
      'Undefined array key &quot;refnum&quot;',
      'Call to a member function save() on null',
      'java.lang.IllegalStateException',
      'Cannot invoke &quot;String.length()&quot; because it is null',
      'runtime error: invalid memory address or nil pointer dereference',
      'System.NullReferenceException: no',
      'django.db.utils.IntegrityError',
    ].map((text): [string, string, string] => [`an exception: ${text}`, text, 'the text of an exception']),
    ...[
      '{"error":"Invalid signature"}',
      '{"statusCode":400,"error":"Bad Request","message":"Unexpected token n in JSON at position 0"}',
      'Error: signature mismatch',
      '{"name":"ValidationError","message":"amount is not a number"}',
      'Internal Server Error',
      'Refunding a check is not a function of this shop, says shop.Errors.',
    ].map((text): [string, string, null] => [`an app's own words: ${text}`, text, null]),
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
    ['backslashes', '\\'.repeat(250_000)],
    ['tags that never end', '<a '.repeat(83_000)],
    ['paths over and over', '/.'.repeat(125_000)],
    ['long paths', `/${'-'.repeat(99)}`.repeat(2500)],
    ['packages over and over', 'a.'.repeat(125_000)],
    ['lines that begin as traces do', `at ${'a '.repeat(140)}\n`.repeat(880)],
    ['one word', 'x'.repeat(250_000)],
    ['quotes', '"file":"'.repeat(31_000)],
  ])('of %s does not keep the check busy', (_, text) =>
    expect(seen(`${text} SQLSTATE[1]`).internals).toEqual(['an error of the database']),
  )

  it('that is not well-formed is told, unless the bytes of a chunked body were answered as well', () => {
    const answer = { status: 200, headers: [], body: '', bytes: 0, sloppy: ['More came after the end.'] }
    const watch = openAnswerWatch('hookscope-check-abc', [])
    const chunked = { ...exchange.request, headers: [['Transfer-Encoding', 'chunked'] as const] }
    watch.look({ ...exchange, answer, request: chunked }, '', null)
    expect(watch.sloppy).toHaveLength(0)
    watch.look({ ...exchange, answer }, '', null)
    expect(watch.sloppy).toHaveLength(1)
  })

  it('that holds the mark of the check is an echo', () =>
    expect(seen('{"merch_key":"hookscope-check-abc"}')).toEqual({ echoes: 1, internals: [], secrets: [] }))
})
