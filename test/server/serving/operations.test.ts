/** What supervisors and monitors are answered: over real HTTP, without a sign-in. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it, test } from 'vitest'
import type { StoreTrouble } from '../../../core/api/store-trouble.ts'
import { type OperationsOptions, openOperations } from '../../../server/serving/operations.ts'

let trouble: StoreTrouble | null = null
let isDraining = false
let metricsToken: string | null = null
const options: OperationsOptions = {
  trouble: () => trouble,
  isDraining: () => isDraining,
  get metricsToken() {
    return metricsToken
  },
  metrics: () => '# figures\n',
}
const operations = openOperations(options)
const server = createServer((request, response) => {
  if (!operations(request, response)) response.writeHead(418).end()
})
let base = ''
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise(resolve => server.close(resolve)))
beforeEach(() => {
  trouble = null
  isDraining = false
  metricsToken = null
})

const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const answer = await fetch(`${base}${path}`, { method, headers })
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

it('is ready until the database is in trouble or it is ending, and lives all the while', async () => {
  expect(await ask('/readyz')).toMatchObject({ status: 200, text: '{"ready":true}' })
  trouble = { code: 'full', message: 'The disk of /srv/jane is full.', hint: '', keeps: false, rebuilding: null }
  const full = await ask('/readyz')
  expect([full.status, JSON.parse(full.text)]).toEqual([503, { ready: false, trouble: 'full', keeps: false }])
  isDraining = true
  expect(JSON.parse((await ask('/readyz')).text)).toMatchObject({ ready: false, draining: true })
  trouble = null
  const draining = await ask('/readyz')
  expect([draining.status, JSON.parse(draining.text)]).toEqual([503, { ready: false, draining: true }])
  expect(await ask('/healthz')).toMatchObject({ status: 200, text: '{"alive":true}' })
  expect(await ask('/readyz', {}, 'HEAD')).toMatchObject({ status: 503, text: '' })
})

it('has no figures without a token of their own, from this machine neither', async () => {
  expect((await ask('/metrics')).status).toBe(404)
  expect((await ask('/metrics', { Authorization: 'Bearer undefined' })).status).toBe(404)
  expect((await ask('/metrics', { Authorization: 'Bearer null' })).status).toBe(404)
  metricsToken = 'the-token-of-the-monitor'
  for (const given of [
    '',
    'Bearer',
    'Bearer wrong',
    'Basic the-token-of-the-monitor',
    'Bearer the-token-of-the-monitor2',
  ])
    expect((await ask('/metrics', { Authorization: given })).status).toBe(401)
  expect((await ask('/metrics', { 'X-Forwarded-For': '127.0.0.1' })).status).toBe(401)
  const answer = await ask('/metrics', { Authorization: `Bearer ${metricsToken}` })
  expect([answer.status, answer.text]).toEqual([200, '# figures\n'])
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test.each(['/', '/api/status', '/healthz/', '/readyz?x', '//metrics', '/metrics/x'])('%s is not theirs', async path => {
  expect((await ask(path)).status).toBe(418)
})

it('answers reads alone', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics']) expect((await ask(path, {}, 'POST')).status).toBe(418)
})
