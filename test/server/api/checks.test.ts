import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import type { CheckOutline, CheckRun } from '../../../core/check/check-run.ts'
import { type CheckReport, outcomes } from '../../../core/check/finding.ts'
import { headerValue } from '../../../core/http/headers.ts'
import { type Manner, manners, startMerchant } from '../../helpers/merchants.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { credentials, key, openShop } from '../../merchants/shop.ts'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
let orders: () => number
let shop: ShopServer
beforeEach(async () => {
  door = await openDoor({ ui: false })
  const opened = openShop()
  orders = opened.orders
  shop = await startNodeShop(opened)
})
afterEach(async () => {
  await door.close()
  await shop.close()
})

const secrets = {
  kind: 'given',
  authentication: { kind: 'basic', ...credentials },
  key: { kind: 'signature-key', key },
}
const start = (parts: Record<string, unknown> = {}) => ({
  target: shop.url.href,
  secrets,
  only: ['takes', 'signature-missing'],
  skip: ['large-body'],
  failOn: 'fail',
  rate: null,
  effectUrl: null,
  confirmed: false,
  ...parts,
})

/** The answer's JSON, once it has this status. */
async function call<Shape>(path: string, body?: unknown, expected = 200, method?: string): Promise<Shape> {
  const { status, json, text } = await door.call(path, {
    ...(body !== undefined && { body }),
    ...(method !== undefined && { method }),
  })
  expect([status, text]).toEqual([expected, text])
  return json as Shape
}

interface Shown {
  readonly run: CheckRun
  readonly report: CheckReport
}

/** Waits until the status is so. */
const until = (holds: (status: Status) => boolean) =>
  new Promise<void>(resolve => {
    const look = () => {
      if (!holds(door.status())) return
      stop()
      resolve()
    }
    const stop = door.onStatus(look)
    look()
  })

const begun = async (parts: Record<string, unknown> = {}) =>
  (await call<{ run: CheckRun }>('/api/checks', start(parts), 202)).run

/** Runs one to its end. */
async function checked(parts: Record<string, unknown> = {}): Promise<Shown> {
  const { id } = await begun(parts)
  await until(({ check }) => check === null)
  return call<Shown>(`/api/checks/${id}`)
}

/** An app on raw sockets that ends with the test. */
async function app(manner: Manner) {
  const merchant = await startMerchant(manner)
  onTestFinished(() => merchant.close())
  return merchant
}

/** Answers every GET so. @returns its URL */
async function counter(answer: () => string): Promise<string> {
  const server = http.createServer((_, response) => void response.end(answer()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`
}

describe('a check', () => {
  it('is started, followed, listed and read', async () => {
    const run = await begun()
    expect(run).toMatchObject({ state: 'running', asked: 0, of: 12, score: null, ready: null, endedAt: null })
    expect((await call<Status>('/api/status')).check).toMatchObject({ id: run.id, of: 12 })
    await until(({ check }) => check === null)
    const { run: over, report } = await call<Shown>(`/api/checks/${run.id}`)
    expect(over).toMatchObject({ state: 'done', asked: 12, current: null, score: 100, ready: true, problem: null })
    expect(over.counts).toEqual({ ...Object.fromEntries(outcomes.map(outcome => [outcome, 0])), pass: 12 })
    expect(over.choices).toEqual({
      target: shop.url.href,
      only: ['takes', 'signature-missing'],
      skip: ['large-body'],
      failOn: 'fail',
      rate: null,
      effectUrl: null,
    })
    expect(report).toMatchObject({ kind: 'hookscope-check', complete: true, ready: true, score: 100 })
    expect(report.findings.map(({ probe }) => probe).slice(-2)).toEqual(['adjusted-equal', 'signature-missing'])
    expect(await call('/api/checks')).toEqual({ runs: [over] })
  })

  it('is told before it starts, and nothing is sent', async () => {
    const merchant = await app(manners.answers())
    const target = `${merchant.url}?a=1#here`
    const { plan } = await call<{ plan: CheckOutline }>(
      '/api/checks/plan',
      start({ target, secrets: { ...secrets, authentication: { kind: 'none' }, key: null } }),
    )
    expect(plan).toMatchObject({ target: `${merchant.url}?a=1`, local: true, rate: null, connections: 20 })
    expect(plan.probes).toHaveLength(12)
    expect(plan.requests).toBeGreaterThan(30)
    expect(plan.remarks.join(' ')).toContain('whether it refuses forged events is not tested')
    expect(merchant.connections).toBe(0)
    expect(await call('/api/checks')).toEqual({ runs: [] })
  })

  it('of an endpoint elsewhere goes gently, and is told so without a confirmation', async () => {
    const elsewhere = { target: 'https://shop.example/in' }
    const { plan } = await call<{ plan: CheckOutline }>('/api/checks/plan', start(elsewhere))
    expect(plan).toMatchObject({ host: 'shop.example', local: false, rate: 20 })
    const { error } = await call<{ error: { message: string } }>('/api/checks', start(elsewhere), 422)
    expect(error.message).toBe('shop.example is not on this machine, and events may create real orders there.')
    expect(await call('/api/checks')).toEqual({ runs: [] })
  })

  it('tells what came of each probe while it runs', async () => {
    // It takes the first events, and hangs from then on.
    const merchant = await app((socket, received) => {
      if (merchant.received.length <= 4) manners.answers()(socket, received)
    })
    const { id } = await begun({ target: merchant.url, only: ['minimal-body', 'new-fields', 'nulls'], skip: [] })
    await until(({ check }) => check?.asked === 2)
    expect(door.status().check).toMatchObject({ id, asked: 2, of: 3, current: 'nulls' })
    const { run, report } = await call<Shown>(`/api/checks/${id}`)
    expect(run).toMatchObject({ state: 'running', asked: 2, score: 100, ready: null, counts: { pass: 2 } })
    expect(report).toMatchObject({ complete: false, ready: false, requests: 4, score: 100 })
    expect(report.findings.map(({ probe }) => probe)).toEqual(['minimal-body', 'new-fields'])
    expect(await call('/api/checks')).toEqual({ runs: [run] })
    expect(await call(`/api/checks/${id}/report?format=json`)).toMatchObject({ complete: false, requests: 4 })
  })

  it('is stopped, keeps what it found, and is deleted', async () => {
    // So slow that only stopping ends it.
    const { id } = await begun({ rate: 0.001 })
    const { error } = await call<{ error: { message: string } }>('/api/checks', start(), 422)
    expect(error.message).toBe('A check is running already.')
    expect(await call(`/api/checks/${id}`, undefined, 200, 'DELETE')).toEqual({ stopped: true, removed: false })
    const { run, report } = await call<Shown>(`/api/checks/${id}`)
    expect(run).toMatchObject({ state: 'stopped', ready: null, current: null, problem: null })
    expect(run.endedAt).not.toBeNull()
    expect(report).toMatchObject({ complete: false, ready: false })
    expect(door.status().check).toBeNull()
    expect(await call(`/api/checks/${id}`, undefined, 200, 'DELETE')).toEqual({ stopped: false, removed: true })
    await call(`/api/checks/${id}`, undefined, 404)
    await call(`/api/checks/${id}`, undefined, 404, 'DELETE')
    expect(await call('/api/checks')).toEqual({ runs: [] })
  })

  it('runs one probe again, with the secrets of a hook', async () => {
    await call(
      '/api/hooks/main',
      { authentication: secrets.authentication, signature: { kind: 'signature-key', key } },
      200,
      'PUT',
    )
    const { run, report } = await checked({ secrets: { kind: 'hook', hook: 'main' }, only: ['unicode'], skip: [] })
    expect(run).toMatchObject({ hook: 'main', state: 'done', of: 1, ready: true })
    expect(report.options).toMatchObject({ signed: 'signature-key', basic: true, only: ['unicode'] })
  })

  it('with the keys of another endpoint says that they are not its own', async () => {
    const { run, report } = await checked({ secrets: { kind: 'hook', hook: 'main' } })
    expect(run).toMatchObject({
      state: 'failed',
      score: null,
      ready: null,
      problem: {
        message: 'Your endpoint refused our signed event (401): are these the key and the password it uses?',
        hint: expect.stringContaining('Compare the key, the user name and the password'),
      },
    })
    expect(report.findings).toEqual([])
  })

  it('measures what events did to the shop', async () => {
    const effectUrl = await counter(() => JSON.stringify({ orders: orders() }))
    const { run, report } = await checked({ effectUrl, only: ['duplicate'], skip: [], seed: 7 })
    expect(report.options.effect).toBe(true)
    expect([report.seed, run.choices.seed]).toEqual([7, 7])
    expect(run).toMatchObject({ state: 'done', score: 100, counts: { pass: 1 }, choices: { effectUrl } })
  })

  it.each([
    ['when nothing listens there', async () => ({ target: 'http://127.0.0.1:9/' }), 'could not be reached'],
    ['when the effect is no number', async () => ({ effectUrl: await counter(() => 'many') }), '“many”'],
  ])('fails %s, and says why', async (_, parts, reason) => {
    const { run, report } = await checked({ ...(await parts()), only: ['duplicate'], skip: [] })
    expect(run).toMatchObject({ state: 'failed', score: null, ready: null, asked: 0, of: 1 })
    expect(run.problem?.message).toContain(reason)
    expect(run.problem?.hint).not.toBe('')
    expect(report).toMatchObject({ complete: false, ready: false, findings: [] })
  })
})

it('keeps its secrets to itself, also from an endpoint that answers them', async () => {
  const { username, password } = credentials
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const merchant = await app((socket, { headers }) => {
    const came = headerValue(headers, 'Authorization') ?? ''
    const page = `${came} ${password} ${key} ${'and so on '.repeat(30)}`
    manners.answers('500 Internal Server Error', [`X-Debug: ${key}`], page)(socket, { headers } as never)
  })
  const { run, report } = await checked({ target: merchant.url, only: [], skip: ['wire', 'fast'] })
  expect(merchant.received.map(({ head }) => head).join()).toContain(basic)
  expect(JSON.stringify(report)).toContain('and so on')
  const files = await Promise.all(
    ['html', 'json', 'junit'].map(
      async format => (await door.call(`/api/checks/${run.id}/report?format=${format}`)).text,
    ),
  )
  const db = new Database(door.store.path, { readonly: true })
  const rows = ['check_run', 'check_finding'].map(table => JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all()))
  db.close()
  for (const text of [JSON.stringify({ run, report }), ...files, ...rows])
    for (const secret of [key, password, basic]) expect(text).not.toContain(secret)
})

describe('a report as a file', () => {
  it.each([
    ['html', 'text/html; charset=utf-8', 'html', '<!doctype html>'],
    ['json', 'application/json', 'json', '"kind": "hookscope-check"'],
    ['junit', 'application/xml; charset=utf-8', 'xml', '<testsuites'],
  ])('%s is an attachment', async (format, type, extension, word) => {
    const { run } = await checked({ only: ['minimal-body'], skip: [] })
    const { status, headers, text } = await door.call(`/api/checks/${run.id}/report?format=${format}`)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe(type)
    expect(headers['content-disposition']).toBe(`attachment; filename="hookscope-check-${run.id}.${extension}"`)
    expect(text.toLowerCase()).toContain(word)
  })
})

describe('what cannot be', () => {
  const given = (parts: Record<string, unknown>) => ({ secrets: { ...secrets, ...parts } })
  it.each([
    [{ target: 'shop' }, 422, 'is not a URL'],
    [{ target: 'ftp://shop.example/' }, 422, 'neither http nor https'],
    [{ target: 'http://me:secret@localhost/' }, 422, 'contains a user name or a password'],
    [{ effectUrl: 'orders' }, 422, 'is not a URL'],
    [{ only: ['signature-misssing'] }, 422, 'Did you mean signature-missing?'],
    [{ skip: ['everything'] }, 422, 'there is no probe or group “everything”'],
    [{ only: ['nulls'], skip: ['takes'] }, 422, 'Nothing is left to examine.'],
    [{ secrets: { kind: 'hook', hook: 'nobody' } }, 422, 'There is no such hook.'],
    [given({ key: { kind: 'signature-key', key: '' } }), 422, 'the Signature Key is empty'],
    [given({ authentication: { kind: 'basic', username: 'a:b', password: 'c' } }), 422, 'holds a colon'],
    [given({ key: { kind: 'some-key', key } }), 400, 'secrets.key.kind'],
    [{ rate: 0 }, 400, 'rate'],
    [{ failOn: 'told' }, 400, 'failOn'],
    [{ confirmed: 'yes' }, 400, 'confirmed'],
    [{ effect: 'rm -rf /' }, 400, 'This route knows no field “effect”.'],
  ])('%j is answered %i', async (parts, expected, word) => {
    for (const path of ['/api/checks', '/api/checks/plan']) {
      const { status, json, text } = await door.call(path, { body: start(parts) })
      expect(JSON.stringify(json)).toContain(word)
      expect([status, text]).toEqual([expected, text])
    }
    expect(await call('/api/checks')).toEqual({ runs: [] })
  })

  it('is a check of hookscope itself', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const target = `http://${host}:${door.inspector.port}/api/checks`
      const { error } = await call<{ error: { message: string } }>('/api/checks', start({ target }), 422)
      expect(error.message).toContain('This URL is hookscope itself')
    }
  })

  it.each([
    ['/api/checks/99', 404],
    ['/api/checks/x', 404],
    ['/api/checks/0', 404],
    ['/api/checks/99/report?format=json', 404],
    ['/api/checks/99/report?format=pdf', 400],
    ['/api/checks/99/report', 400],
  ])('GET %s is answered %i', async (path, status) => void (await call(path, undefined, status)))
})
