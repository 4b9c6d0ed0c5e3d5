/** What real frameworks and servers write when they fail, and the line that is made of it. */
import { expect, it } from 'vitest'
import { answerLine, longestLine } from '../../../core/text/answer-line.ts'

const pages = {
  'Express, as it comes': [
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>TypeError: Cannot read properties of undefined (reading &#39;id&#39;)<br> &nbsp; &nbsp;at /app/server.js:8:30<br> &nbsp; &nbsp;at Layer.handle</pre>\n</body>\n</html>\n',
    "TypeError: Cannot read properties of undefined (reading 'id')",
  ],
  'Express in production': [
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head>\n<body>\n<pre>Internal Server Error</pre>\n</body>\n</html>',
    'Internal Server Error',
  ],
  'Express, no such route': [
    '<!DOCTYPE html><html lang="en"><head><title>Error</title></head><body><pre>Cannot POST /webhook</pre></body></html>',
    'Cannot POST /webhook',
  ],
  Fastify: [
    '{"statusCode":500,"error":"Internal Server Error","message":"Cannot read properties of undefined"}',
    'Cannot read properties of undefined',
  ],
  'NestJS, hapi': ['{"statusCode":500,"message":"Internal server error"}', 'Internal server error'],
  'h3, Nitro': [
    '{"error":true,"url":"http://x/webhooks","statusCode":500,"statusMessage":"Server Error","message":"boom at noon"}',
    'boom at noon',
  ],
  'AdonisJS in development': [
    '{"name":"TypeError","message":"x is not a function","stack":"TypeError: x is not a function\\n    at y"}',
    'TypeError: x is not a function',
  ],
  'Laravel in development': [
    '{"message":"Undefined variable $order","exception":"ErrorException","file":"/app/x.php","line":10,"trace":[]}',
    'ErrorException: Undefined variable $order',
  ],
  'FastAPI, a detail': ['{"detail":"Invalid signature"}', 'Invalid signature'],
  'FastAPI, a list of details': [
    '{"detail":[{"type":"missing","loc":["body","event_type"],"msg":"Field required","input":{}}]}',
    'Field required',
  ],
  'a problem of RFC 9457': [
    '{"type":"https://example.com/p","title":"Out of stock","status":422,"detail":"Item 7 is sold out."}',
    'Item 7 is sold out.',
  ],
  'an error within an error': ['{"error":{"code":"no_key","message":"No key is set."}}', 'No key is set.'],
  'a list of errors': [
    '{"errors":[{"message":"amount must be a number"},{"message":"other"}]}',
    'amount must be a number',
  ],
  'an error that is a text': ['{"ok":false,"error":"signature does not match"}', 'signature does not match'],
  'a code alone': ['{"ok":false,"code":"signature_wrong"}', 'signature_wrong'],
  'a JSON text': ['"bad signature"', 'bad signature'],
  'JSON that tells nothing': ['{"a":1}', '{"a":1}'],
  'WordPress, its REST API': [
    '{"code":"rest_no_route","message":"No route was found matching the URL.","data":{"status":404}}',
    'No route was found matching the URL.',
  ],
  'WordPress, a crash': [
    '{"code":"internal_server_error","message":"<p>There has been a critical error on this website.</p><p><a href=\\"https://w.org\\">Learn more.</a></p>","data":{"status":500}}',
    'There has been a critical error on this website.',
  ],
  'WordPress, a page': [
    '<!DOCTYPE html><html><head><title>WordPress &rsaquo; Error</title><style>body{}</style></head><body><div class="wp-die-message"><p>There has been a critical error on this website.</p></div></body></html>',
    'There has been a critical error on this website.',
  ],
  'PHP, errors displayed': [
    '<br />\n<b>Fatal error</b>:  Uncaught TypeError: strlen(): Argument #1 must be of type string in /srv/shop/hook.php:3\nStack trace:\n#0 /srv/shop/hook.php(3): strlen()\n#1 {main}\n  thrown in <b>/srv/shop/hook.php</b> on line <b>3</b><br />\n',
    'Fatal error: Uncaught TypeError: strlen(): Argument #1 must be of type string in /srv/shop/hook.php:3',
  ],
  'Flask in production': [
    '<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<h1>Forbidden</h1>\n<p>The signature is wrong.</p>\n',
    'The signature is wrong.',
  ],
  'Werkzeug’s debugger': [
    '<!doctype html>\n<html lang=en>\n  <head>\n    <title>KeyError: &#39;event_body&#39;\n // Werkzeug Debugger</title>\n<script>var x = \'Error: no\'</script></head>\n<body><div class="debugger">\n<h1>KeyError</h1>\n<div class="detail">\n  <p class="errormsg">KeyError: &#39;event_body&#39;\n</p>\n</div>',
    "KeyError: 'event_body'",
  ],
  'Django in development': [
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n  <title>ValueError\n          at /webhooks</title>\n  <style>html * { padding:0; }</style>\n</head>\n<body>\n<header id="summary">\n  <h1>ValueError\n       <span>at /webhooks</span></h1>\n  <pre class="exception_value">not enough values to unpack</pre>\n',
    'ValueError: not enough values to unpack',
  ],
  'Django, a host it does not know': [
    '<html><head><title>DisallowedHost\n          at /webhooks</title></head><body><h1>DisallowedHost\n   <span>at /webhooks</span></h1>\n<pre class="exception_value">Invalid HTTP_HOST header: &#x27;x.loca.lt&#x27;. You may need to add &#x27;x.loca.lt&#x27; to ALLOWED_HOSTS.</pre>',
    "DisallowedHost: Invalid HTTP_HOST header: 'x.loca.lt'. You may need to add 'x.loca.lt' to ALLOWED_HOSTS.",
  ],
  'Django, its forgery page': [
    '<!DOCTYPE html><html lang="en"><head><title>403 Forbidden</title></head><body><div id="summary"><h1>Forbidden <span>(403)</span></h1>\n<p>CSRF verification failed. Request aborted.</p></div></body></html>',
    'CSRF verification failed. Request aborted.',
  ],
  'Rails in development': [
    '<!DOCTYPE html><html lang="en"><head><title>Action Controller: Exception caught</title><style>body{}</style><script>function toggle(id){}</script></head><body>\n<header role="banner">\n  <h1>\n    NoMethodError\n      in WebhooksController#create\n  </h1>\n</header>\n<main><h2>undefined method `total&#39; for nil</h2>',
    "NoMethodError: undefined method `total' for nil",
  ],
  'Rails in production': [
    "<!DOCTYPE html><html><head><title>We're sorry, but something went wrong (500)</title></head><body><div><h1>We're sorry, but something went wrong.</h1></div></body></html>",
    "We're sorry, but something went wrong.",
  ],
  'Sinatra in development': [
    '<!DOCTYPE html><html><head><title>RuntimeError at /webhooks</title></head><body><h1><strong>RuntimeError at /webhooks</strong></h1>\n<h2>no order 7</h2>',
    'RuntimeError: no order 7',
  ],
  nginx: [
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n',
    'Bad Gateway',
  ],
  Apache: [
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>403 Forbidden</title>\n</head><body>\n<h1>Forbidden</h1>\n<p>You don\'t have permission to access this resource.</p>\n<hr>\n<address>Apache/2.4</address></body></html>',
    "You don't have permission to access this resource.",
  ],
  Tomcat: [
    '<!doctype html><html lang="en"><head><title>HTTP Status 500 – Internal Server Error</title></head><body><h1>HTTP Status 500 – Internal Server Error</h1><hr class="line" /><p><b>Type</b> Exception Report</p><p><b>Exception</b></p><pre>java.lang.NullPointerException: Cannot invoke &quot;String.length()&quot;\n\tcom.shop.Hook.doPost(Hook.java:12)</pre>',
    'java.lang.NullPointerException: Cannot invoke "String.length()"',
  ],
  'Python’s http.server': [
    '<!DOCTYPE HTML>\n<html lang="en">\n<head><title>Error response</title></head>\n<body>\n<h1>Error response</h1>\n<p>Error code: 501</p>\n<p>Message: Unsupported method (\'POST\').</p>',
    "Message: Unsupported method ('POST').",
  ],
  'a traceback of Python': [
    'Traceback (most recent call last):\n  File "/app/x.py", line 3, in hook\n    raise ValueError("no: order")\nValueError: no: order\n',
    'ValueError: no: order',
  ],
  'a stack of Node': [
    'TypeError [ERR_INVALID_ARG_TYPE]: The "key" argument must be a string\n    at Hmac (node:internal/crypto)\n',
    'TypeError [ERR_INVALID_ARG_TYPE]: The "key" argument must be a string',
  ],
  'a stack without a name': ['no order 7\n    at hook (/app/server.js:3:9)\n', 'no order 7'],
  'ASP.NET': [
    'System.InvalidOperationException: No service\r\n   at Program.<Main>',
    'System.InvalidOperationException: No service',
  ],
  Go: ['invalid signature\n', 'invalid signature'],
  'Vite, a host it blocks': [
    'Blocked request. This host ("x.loca.lt") is not allowed.\nTo allow this host, add it to server.allowedHosts.',
    'Blocked request. This host ("x.loca.lt") is not allowed.',
  ],
} as const satisfies Record<string, readonly [body: string, line: string]>

it.each(Object.entries(pages))('%s', (_, [body, line]) => {
  expect(answerLine(body)).toBe(line)
})

it.each([
  ['nothing', ''],
  ['whitespace', ' \r\n\t'],
  ['an empty page', '<html><head></head><body></body></html>'],
  ['an empty object', '{}', '{}'],
  ['bytes that are no text', '\u0000\ufffd\ufffd\u0001PNG\ufffd\ufffd'],
])('says nothing for %s', (_, body, line: string | null = null) => {
  expect(answerLine(body)).toBe(line)
})

it('is one short printable line without card data, whatever comes', () => {
  expect(answerLine('no\u001b[31m order\u202e\tfor 4111111111111111 here')).toBe(
    'no\ufffd[31m order\ufffd for 4111xxxxxxxx1111 here',
  )
  expect(answerLine(`Error: ${'x'.repeat(9000)}`)).toHaveLength(longestLine)
  expect(answerLine(`${'y'.repeat(longestLine - 8)} 4111111111111111`)).not.toContain('4111111')
})

it.each([
  ['tags that never close', '<'.repeat(300_000)],
  ['comments that never close', '<!--'.repeat(60_000)],
  ['scripts', '<script></script>'.repeat(15_000)],
  ['dots', 'a.'.repeat(130_000)],
  ['brackets', '['.repeat(250_000)],
  ['blank lines', '\n \n'.repeat(80_000)],
  ['headings', '<h1 '.repeat(60_000)],
])('is quick with %s', (_, body) => {
  answerLine(body)
})
