/** What every route of the API tells a viewer, where everything that can be hidden was kept: none of it. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { CheckReport } from '../../../core/check/finding.ts'
import { routeRules } from '../../../core/people/roles.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { type Browser, errorOf, type House, openHouse } from './house.ts'

const number = '4111111111111111'
const key = 'sk-live-0123456789abcdef'
const basicPassword = 'open sesame 42'
const basic = Buffer.from(`shop:${basicPassword}`).toString('base64')
const event = JSON.stringify({ ...saleEvent(), note: number })
const wrong = 'ab'.repeat(32)
const urlKey = 'tk-live-abcdef0123456789'
const query = `shop=7&token=${urlKey}&card=${number}`
const path = `/in/secret?${query}`

const signed = (text: Uint8Array) => createHmac('sha256', key).update(text).digest('hex')

let house: House
let viewer: Browser
let owner: Browser
/** Where the change log stood before all that came. */
let start: number
/** Nothing of these is in what a viewer gets. */
let marks: Readonly<Record<string, string>>

/** A hook with a key and a password, and whatever can be kept of both: deliveries, attempts, samples, events, a check. */
beforeAll(async () => {
  house = await openHouse('sqlite')
  start = house.workspace.store.changes.cursor()
  owner = await house.join('olga@example.com', 'owner')
  viewer = await house.join('vera@example.com', 'viewer')
  await Promise.all([owner.setUp(), viewer.setUp()])
  await owner.done('PUT', '/api/hooks/main', {
    authentication: { kind: 'basic', username: 'shop', password: basicPassword },
    signature: { kind: 'signature-key', key },
  })
  const body = Buffer.from(event)
  const signature = signed(body)
  const indented = Buffer.from(JSON.stringify(JSON.parse(event), null, 2))
  const headersWith = (value: string) =>
    [
      ['Content-Type', 'application/json'],
      ['Authorization', `Basic ${basic}`],
      ['X-Signature', value],
    ] as const
  const { deliveries, attempts, checks } = house.workspace.store
  await deliveries.append(arrival({ path, body, headers: headersWith(signature) }))
  await deliveries.append(
    arrival({
      path,
      body,
      headers: headersWith(wrong),
      verdict: { kind: 'rejected', reasons: ['signature-wrong'] },
      status: 401,
    }),
  )
  await deliveries.append(
    arrival({
      body: indented,
      headers: headersWith(signature),
      verdict: { kind: 'rejected', reasons: ['signature-wrong'] },
      status: 401,
    }),
  )
  await deliveries.settled()
  const url = `http://127.0.0.1:9/in?${query}`
  const request = { method: 'POST', url, headers: headersWith(signature), body }
  const attempt = await attempts.start({ delivery: 1, source: 'forward', target: url, startedAt: 0, request })
  await attempts.end(attempt, {
    ...{ outcome: 'answered', timing: { totalMs: 1 } as never, error: null, sloppy: [] },
    answer: {
      status: 302,
      headers: [
        ['Location', `https://app.example/in?${query}`],
        ['Set-Cookie', `id=${basic}`],
        ['X-Signature', signature],
      ],
      body,
      bodyBytes: body.length,
    },
  } as never)
  await owner.done('POST', '/api/samples', { name: 'mine', delivery: 1 })
  await owner.done('POST', '/api/simulations', {
    items: [{ kind: 'body', text: event }],
    recipients: {
      ...{ kind: 'target', url },
      authentication: { kind: 'basic', username: 'shop', password: basicPassword },
      key: { kind: 'signature-key', key },
    },
    ...{ count: 1, rate: null, seed: 1, retries: 'off', clock: { kind: 'instant' }, weather: {} },
  })
  const at = new Date(0).toISOString()
  const sent = {
    method: 'POST',
    url,
    headers: headersWith(signature).filter(([name]) => name !== 'Authorization'),
    body: event,
    bytes: 9,
  }
  const report: CheckReport = {
    ...{ kind: 'hookscope-check', format: 1, version: '0.0.0', mark: 'hookscope-check-abc123' },
    options: { target: url, signed: 'signature-key', basic: true, only: [], skip: [], failOn: 'fail', effect: false },
    ...{ startedAt: at, endedAt: at, complete: true, requests: 1, score: 0, ready: false, known: [] },
    findings: [
      {
        ...{ probe: 'nulls', outcome: 'fail', sentence: 'It failed.', measures: {}, ms: 1 },
        exchanges: [
          {
            ...{ what: 'a sale', request: sent, outcome: 'answered', problem: null, connectMs: 1, ms: 1 },
            answer: { status: 500, headers: [['X-Signature', signature]], body: event, bytes: 9 },
          },
        ],
      },
    ],
  } as CheckReport
  const choices = { target: url, only: [], skip: [], failOn: 'fail', rate: null, effectUrl: null } as const
  const run = await checks.begin({ target: url, hook: 'main', choices, startedAt: 0, probes: 1, report }, 50)
  await checks.addFindings(
    run,
    report.findings.map(finding => ({ finding, at: 0, sent: 1 })),
  )
  await checks.end(run, { state: 'done', endedAt: 1, problem: null, report })
  const expected = signed(indented)
  marks = { number, urlKey, key, basicPassword, basic, signature, wrong, expected }
})
afterAll(() => house.close())

/** Text, and whatever of it is base64. */
function marksIn(text: string): string[] {
  const unpacked = [...text.matchAll(/"([A-Za-z0-9+/]{20,}={0,2})"/g)].map(([, one = '']) =>
    Buffer.from(one, 'base64').toString(),
  )
  const all = [text, ...unpacked].join('\n')
  return Object.entries(marks).flatMap(([name, mark]) => (all.includes(mark) ? [name] : []))
}

const gets = Object.entries(routeRules).flatMap(([pattern, { GET: rule }]) =>
  rule === undefined || ['/api/stream', '/api/agent'].includes(pattern) ? [] : [{ pattern, rule }],
)
/** Routes with what else can be asked of them. */
const more: Readonly<Record<string, readonly string[]>> = {
  '/api/deliveries/causes': ['?ids=1,2,3'],
  '/api/timeline': ['?q=', '?q=is%3Arejected'],
  '/api/deliveries/:id': ['', '?attempts=summary'],
  '/api/deliveries/export': [
    '?format=ndjson',
    '?format=csv',
    '?format=har',
    '?format=html',
    '?format=hookscope&anonymize=1',
  ],
}
const paths = (pattern: string): string[] =>
  (more[pattern] ?? ['']).flatMap(query =>
    pattern.includes('/deliveries/:id')
      ? ['1', '2', '3'].map(id => pattern.replace(':id', id) + query)
      : pattern.replace(':id', pattern.startsWith('/api/hooks') ? 'main' : '1') + query,
  )

describe.each(gets)('GET $pattern', ({ pattern, rule }) => {
  it.each(paths(pattern))('%s', async path => {
    const answer = await viewer.get(path)
    if (rule.role !== 'viewer') {
      expect([answer.status, errorOf(answer)]).toEqual([403, 'role'])
      return
    }
    // Without a tunnel its ways are refused.
    expect(answer.status, answer.text).toBe(pattern === '/api/tunnel' ? 422 : 200)
    expect(answer.text.length).toBeGreaterThan(1)
    // What is anonymized keeps a signature that was wrong, over bytes that are not in it.
    const kept = path.includes('anonymize=1') ? ['signature', 'wrong'] : []
    expect(marksIn(answer.text)).toEqual(kept)
    if (!rule.reveals) return
    const revealed = await viewer.get(`${path}${path.includes('?') ? '&' : '?'}reveal=1`)
    expect(revealed.status).toBeGreaterThanOrEqual(400)
    expect(marksIn(revealed.text)).toEqual([])
  })
})

it('the stream, with what it catches up on and with what comes', async () => {
  const cookie = [...viewer.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { Host: 'hooks.example.com', Origin: 'https://hooks.example.com', Cookie: cookie }
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/stream?after=${start}`, { headers })
  const frames: string[] = []
  const told = new Promise<void>((done, failed) => {
    socket.on('error', failed)
    socket.on('message', data => {
      frames.push(String(data))
      if (frames.join('\n').includes('dddd')) done()
    })
  })
  await new Promise(opened => socket.on('open', opened))
  const fresh = JSON.stringify({ ...saleEvent({ id: 'd'.repeat(64) }), note: number })
  await house.workspace.store.deliveries.append(arrival({ path, body: fresh, headers: [['X-Signature', wrong]] }))
  await told
  socket.close()
  const all = frames.join('\n')
  expect(marksIn(all)).toEqual([])
  // What is not masked is there: the query, the target and where the app's answer leads.
  expect(all).toContain('"query":"shop=7&token=••••&card=4111xxxxxxxx1111"')
  expect(all).toContain('"target":"http://127.0.0.1:9/in?shop=7&token=••••&card=4111xxxxxxxx1111"')
  expect(all).toContain('"location":"https://app.example/in?shop=7&token=••••&card=4111xxxxxxxx1111"')
})

it('to a developer the same is shown, the credentials aside: the marks are there to be found', async () => {
  const developer = await house.join('dora@example.com', 'developer')
  const found = new Set<string>()
  for (const path of ['/api/deliveries/2', '/api/deliveries/3', '/api/attempts/1', '/api/samples', '/api/checks/1'])
    for (const name of marksIn((await developer.get(path)).text)) found.add(name)
  expect([...found].sort()).toEqual(['basic', 'expected', 'number', 'signature', 'urlKey', 'wrong'])
})
