/** Which stack answers show: real ones as far as they are installed, and what others were seen to answer. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Exchange } from '../../../core/check/finding.ts'
import { frameworkOf, shownFramework } from '../../../core/check/framework-of.ts'
import { type Framework, findFramework, frameworks, remedyFor } from '../../../core/check/remedies.ts'
import { type RunningCommand, startCommand } from '../../helpers/command.ts'

type Answer = NonNullable<Exchange['answer']>
type Headers = Readonly<Record<string, string>>

const answered = (status: number, body: string, headers: Headers = {}): Answer => ({
  status,
  headers: Object.entries(headers),
  body,
  bytes: body.length,
})
const finding = (...answers: readonly (Answer | null)[]) => ({
  exchanges: answers.map(
    answer =>
      ({
        what: '',
        request: { method: 'POST', url: 'http://127.0.0.1/', headers: [], body: '', bytes: 0 },
        outcome: 'answered',
        answer,
        problem: null,
        connectMs: null,
        ms: 1,
      }) satisfies Exchange,
  ),
})

describe('the stacks that are installed here', () => {
  let stacks: RunningCommand
  let ports: Readonly<Record<string, number>>
  beforeAll(async () => {
    stacks = startCommand([], { command: fileURLToPath(new URL('../../merchants/bare-stacks.mjs', import.meta.url)) })
    ports = JSON.parse((await stacks.waitForText(/ports \{.+\}/)).slice('ports '.length))
  }, 60_000)
  afterAll(() => stacks.stop('SIGKILL'))

  const json = { 'Content-Type': 'application/json' }
  const requests = [
    ['another path', '/elsewhere', { method: 'POST', body: '{}', headers: json }],
    ['another method', '/webhooks', { method: 'PUT', body: '{}', headers: json }],
  ] as const
  const expected: readonly (readonly [string, Framework])[] = [
    ['Express 5', 'express'],
    ['Express 4', 'express'],
    ['Fastify', 'fastify'],
    ['Koa', 'koa'],
    ['hapi', 'hapi'],
    ['Hono', 'hono'],
    ['h3 1', 'h3'],
    ['h3 2', 'h3'],
    ['NestJS', 'nestjs'],
  ]
  it.each(
    expected.flatMap(([name, framework]) => requests.map(([what, ...how]) => [name, what, framework, how] as const)),
  )('%s is known by its answer to %s', async (name, _, framework, [path, init]) => {
    const { status, headers, text } = await fetch(`http://127.0.0.1:${ports[name]}${path}`, init).then(
      async answer => ({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: await answer.text(),
      }),
    )
    expect(frameworkOf([finding(answered(status, text, headers))])?.name, text).toBe(framework)
  })
})

/** Seen at the versions that docs/reference/check.md names. */
const seen: readonly (readonly [Framework, string, Answer])[] = [
  ['nestjs', 'a refusal', answered(401, '{"message":"Unauthorized","statusCode":401}', { 'X-Powered-By': 'Express' })],
  [
    'fastify',
    'an unread type',
    answered(
      415,
      '{"statusCode":415,"code":"FST_ERR_CTP_INVALID_MEDIA_TYPE","error":"Unsupported Media Type","message":"Unsupported Media Type"}',
    ),
  ],
  ['h3', 'an error of h3 1', answered(500, '{\n  "statusCode": 500,\n  "stack": []\n}')],
  ['nextjs', 'any answer', answered(401, '', { 'X-Powered-By': 'Next.js' })],
  ['express', 'any answer', answered(200, '', { 'X-Powered-By': 'Express' })],
  ['express', 'its page, unsigned', answered(404, '<!DOCTYPE html>\n<pre>Cannot POST /webhooks</pre>\n')],
  ['adonisjs', 'another path', answered(404, '{"message":"Cannot POST:/elsewhere","name":"Exception","status":404}')],
  ['php', 'any answer', answered(401, '', { 'X-Powered-By': 'PHP/8.2.36' })],
  [
    'wordpress',
    'another route',
    answered(404, '{"code":"rest_no_route","message":"No route was found","data":{"status":404}}', {
      'X-Powered-By': 'PHP/8.2.36',
    }),
  ],
  [
    'wordpress',
    'any answer',
    answered(200, '', {
      'X-Powered-By': 'PHP/8.2.36',
      Link: '<http://shop.example/wp-json/>; rel="https://api.w.org/"',
    }),
  ],
  ['flask', 'any answer', answered(401, '', { Server: 'Werkzeug/2.2.2 Python/3.11.2' })],
  [
    'flask',
    'its page behind another server',
    answered(405, '<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n', { Server: 'gunicorn' }),
  ],
  ['fastapi', 'another path', answered(404, '{"detail":"Not Found"}', { server: 'uvicorn' })],
  ['fastapi', 'a model that does not fit', answered(422, '{"detail":[{"loc":["query","x"],"msg":"field required"}]}')],
  [
    'django',
    'any answer of Django 4',
    answered(200, '', {
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      Server: 'uvicorn',
    }),
  ],
  [
    'django',
    'an error',
    answered(500, '<!doctype html>\n<html lang="en">\n<body>\n  <h1>Server Error (500)</h1><p></p>\n</body>', {
      Server: 'gunicorn',
    }),
  ],
  [
    'django',
    'its page about CSRF',
    answered(
      403,
      '<!DOCTYPE html>\n<html lang="en">\n<head>\n  <meta name="robots" content="NONE,NOARCHIVE">\n  <title>403 Forbidden</title>',
    ),
  ],
  ['django', 'another method at REST framework', answered(405, '{"detail":"Method \\"GET\\" not allowed."}')],
  [
    'rails',
    'any answer',
    answered(200, '', { 'X-Runtime': '0.012345', 'X-Request-Id': '8a5e6a35-2f0c-4f0e-9a55-0d5cb0a4a111' }),
  ],
  [
    'sinatra',
    'another path',
    answered(404, '<h1>Not Found</h1>', { 'X-XSS-Protection': '1; mode=block', 'X-Frame-Options': 'SAMEORIGIN' }),
  ],
  ['go', 'another path', answered(404, '404 page not found\n', { 'Content-Type': 'text/plain; charset=utf-8' })],
  [
    'java',
    'an error of Spring',
    answered(
      500,
      '{"timestamp":"2026-11-30T03:00:00.000+00:00","status":500,"error":"Internal Server Error","path":"/webhooks"}',
    ),
  ],
  [
    'java',
    'a page of Tomcat',
    answered(404, '<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title>'),
  ],
]

it.each(seen)('%s is known by %s', (framework, _, answer) => {
  expect(frameworkOf([finding(null), finding(answered(200, ''), answer)])?.name).toBe(framework)
})

it('an answer that many give shows nothing', () => {
  for (const answer of [
    answered(200, ''),
    answered(401, 'Unauthorized', { 'Content-Type': 'text/plain; charset=utf-8' }),
    answered(404, 'Not Found', { Server: 'nginx', 'Content-Type': 'text/plain; charset=utf-8' }),
    answered(500, '{"error":"Internal Server Error"}', { Server: 'gunicorn' }),
  ])
    expect(frameworkOf([finding(answer)]), answer.body).toBeNull()
})

it('what stands on something else is told before it, whichever answer came first', () => {
  const express = answered(200, '', { 'X-Powered-By': 'Express' })
  const nest = answered(404, '{"message":"Cannot POST /elsewhere","error":"Not Found","statusCode":404}')
  expect(frameworkOf([finding(express), finding(nest)])).toEqual({ name: 'nestjs', sign: 'its answer “Cannot …”' })
})

it('shows the usual stack where none is known, and says so', () => {
  expect(shownFramework({})).toEqual({ name: 'express', reason: 'No answer shows what the endpoint runs on.' })
  expect(shownFramework({ framework: { name: 'php', sign: 'X-Powered-By: PHP' } }).reason).toContain(
    'X-Powered-By: PHP',
  )
  expect(shownFramework({ framework: { name: 'koa', sign: null } })).toEqual({ name: 'koa', reason: null })
})

it('has code for every stack, and other words for some', () => {
  for (const framework of frameworks)
    for (const remedy of ['signature', 'credentials', 'limit'] as const)
      expect(remedyFor(remedy, framework)).not.toBe('')
  expect(findFramework('Nuxt')).toBe('h3')
  expect(findFramework('WooCommerce')).toBe('wordpress')
  expect(findFramework('python')).toBe('flask')
  expect(findFramework('struts')).toBeUndefined()
})
