/** What answers show of the stack behind them: headers that name it, and the shape of errors that it makes itself. */
import type { Framework } from '../remedies.ts'

/** All that a sign names has to be there. Bodies are hostile text of 2,000 characters at most. */
export interface Sign {
  readonly framework: Framework
  /** What it is, for people. */
  readonly says: string
  readonly status?: number
  /** By name, in lower case; null: the header is not there. */
  readonly headers?: Readonly<Record<string, RegExp | null>>
  readonly body?: RegExp
}

const poweredBy = (framework: Framework, pattern: RegExp, name: string): Sign => ({
  framework,
  says: `X-Powered-By: ${name}`,
  headers: { 'x-powered-by': pattern },
})
const server = (framework: Framework, pattern: RegExp, name: string): Sign => ({
  framework,
  says: `Server: ${name}`,
  headers: { server: pattern },
})
const shape = (framework: Framework, says: string, body: RegExp, more: Partial<Sign> = {}): Sign => ({
  framework,
  says,
  body,
  ...more,
})

const methods = '(?:GET|POST|PUT|PATCH|DELETE)'
const isJson = { 'content-type': /^application\/json/ }

/** What stands on something else before that: the first one that any answer shows counts. */
export const signs: readonly Sign[] = [
  { framework: 'wordpress', says: 'its Link header', headers: { link: /rel="https:\/\/api\.w\.org\/"/ } },
  shape('wordpress', 'its error code rest_…', /^\{"code":"rest_\w+","message":/),
  shape('wordpress', 'its page', /\/wp-(?:content|includes)\//),

  {
    framework: 'vendure',
    says: 'its vendure-auth-token header',
    headers: { 'access-control-expose-headers': /vendure-/ },
  },
  shape(
    'medusa',
    'its error',
    /^\{(?:"code":"\w+",)?"type":"(?:unknown_error|not_found|invalid_data|unauthorized)","message":/,
  ),
  shape(
    'nestjs',
    'its answer “Cannot …”',
    new RegExp(`^\\{"message":"Cannot ${methods} [^"]*","error":"Not Found","statusCode":404\\}$`),
  ),
  shape('nestjs', 'its error', /^\{"statusCode":500,"message":"Internal server error"\}$/),
  shape('nestjs', 'its error', /^\{"message":"(?!Route )[^"]*",(?:"error":"[^"]*",)?"statusCode":[45]\d\d\}$/),

  shape(
    'fastify',
    'its answer “Route … not found”',
    /^\{"message":"Route [A-Z]+:[^"]*","error":"[^"]*","statusCode":404\}$/,
  ),
  shape('fastify', 'its error code FST_…', /"code":"FST_[A-Z_]+"/),
  shape('hapi', 'its error', /^\{"statusCode":[45]\d\d,"error":"[^"]*","message":"[^"]*"/, {
    headers: { ...isJson, 'cache-control': /^no-cache$/ },
  }),
  poweredBy('h3', /^(?:Nitro|Nuxt)\b/i, 'Nitro'),
  shape('h3', 'its error', /^\{\s*"statusCode": [45]\d\d,[^{}]*"stack": \[/),
  shape('h3', 'its error', /^\{\s*"error": ?true,\s*"url": ?"[^"]*",\s*"status(?:Code)?": ?[45]\d\d/),
  shape('h3', 'its answer “Cannot find any route”', /^\{"status":404,"message":"Cannot find any route matching /),
  shape('h3', 'its error', /^\{"status":500,"unhandled":true,"message":"HTTPError"\}$/),
  poweredBy('nextjs', /^Next\.js/, 'Next.js'),
  shape('nextjs', 'its page', /\/_next\/static\//),
  shape('adonisjs', 'its answer “Cannot …”', new RegExp(`(?:E_ROUTE_NOT_FOUND|Cannot ${methods}:/)`)),
  poweredBy('express', /^Express$/, 'Express'),
  shape('express', 'its page “Cannot …”', new RegExp(`<pre>Cannot ${methods} /`)),
  shape('hono', 'its answer “404 Not Found”', /^404 Not Found$/, {
    headers: { 'content-type': /^text\/plain; charset=UTF-8$/ },
  }),

  shape('django', 'its page', /<meta name="robots" content="NONE,NOARCHIVE">|<h1>Server Error \(500\)<\/h1>/),
  shape('django', 'its page', /<p>The requested resource was not found on this server\.<\/p>/),
  shape(
    'django',
    'the error of Django REST framework',
    /^\{"detail":"(?:Method \\"|Authentication credentials were not)/,
  ),
  {
    framework: 'django',
    says: 'its security headers',
    headers: {
      'cross-origin-opener-policy': /^same-origin$/,
      'referrer-policy': /^same-origin$/,
      'x-frame-options': /^DENY$/,
    },
  },
  server('django', /^WSGIServer\//, 'WSGIServer'),
  server('flask', /^Werkzeug\//, 'Werkzeug'),
  shape('flask', 'its page', /^<!doctype html>\n<html lang=en>\n<title>[45]\d\d /),
  shape('fastapi', 'its error “detail”', /^\{"detail":(?:"(?:Not Found|Method Not Allowed)"|\[\{"(?:type|loc)":)/),
  server('fastapi', /^uvicorn$/, 'uvicorn'),

  { framework: 'rails', says: 'its X-Runtime header', headers: { 'x-runtime': /^\d+\.\d+$/, 'x-request-id': /./ } },
  shape(
    'rails',
    'its page',
    /Action Controller: Exception caught|<title>The (?:page you were looking for doesn|change you wanted was rejected)/,
  ),
  shape('sinatra', 'its page', /^<h1>[A-Z][A-Za-z ]+<\/h1>$|Sinatra doesn(?:’|&rsquo;|')t know this ditty/, {
    headers: { 'x-xss-protection': /^1; mode=block$/, 'x-frame-options': /^SAMEORIGIN$/ },
  }),

  poweredBy('php', /^PHP\b/, 'PHP'),
  { framework: 'php', says: 'its cookie', headers: { 'set-cookie': /^(?:PHPSESSID|laravel_session)=/ } },
  shape('php', 'its error', /"exception": ?"(?:Symfony|Illuminate)\\\\/),
  shape('php', 'its page', /<title>[^<]*(?:Symfony|Laravel)|<b>(?:Fatal error|Warning|Notice)<\/b>: {2}/),

  shape('java', 'its error', /^\{"timestamp":(?:"[^"]*"|\d+),"status":[45]\d\d,"error":"[^"]*",/),
  shape(
    'java',
    'its page',
    /Whitelabel Error Page|<title>HTTP Status [45]\d\d|<h1>404 Not Found<\/h1>No context found for request/,
  ),
  server('java', /^(?:Jetty\(|Apache-Coyote)/, 'Jetty or Tomcat'),
  shape('go', 'its answer “404 page not found”', /^404 page not found\n?$/),
  shape('go', 'its answer “Method Not Allowed”', /^Method Not Allowed\n?$/, {
    headers: { 'x-content-type-options': /^nosniff$/ },
  }),

  // Others answer so as well, but not without an ETag and on a connection that Node keeps.
  shape('koa', 'its answer “Not Found”', /^Not Found$/, {
    status: 404,
    headers: {
      'content-type': /^text\/plain; charset=utf-8$/,
      'keep-alive': /^timeout=/,
      etag: null,
      'x-powered-by': null,
    },
  }),
]
