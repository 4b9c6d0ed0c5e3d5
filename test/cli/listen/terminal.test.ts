/** What is printed when: the block and the fields once, a delivery's line after its answer or without it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openTerminal } from '../../../cli/listen/terminal.ts'
import { noFacts } from '../../../cli/shared/delivery-line.ts'
import type { Status } from '../../../core/api/messages.ts'
import type { TunnelStatus } from '../../../core/api/tunnel.ts'
import { whyNotForwarded } from '../../../core/deliveries/not-forwarded.ts'
import type { KeptBefore } from '../../../server/deliveries/kept-before.ts'
import { attemptSummary, saleSummary } from '../../helpers/summaries.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const retrying: TunnelStatus = {
  state: 'retrying',
  url: null,
  reason: 'The tunnel server does not answer.',
  retryAt: '2026-11-23T10:00:00.000Z',
}

/** A terminal that is written down; `tunnel` and `hookUrl` are as the test sets them. */
function opened(before: KeptBefore | null = { count: 0, newestAt: null, anyCame: false }) {
  let written = ''
  const now: { tunnel: TunnelStatus; hookUrl: string | null } = { tunnel: { state: 'starting' }, hookUrl: null }
  const hooks = ['shop']
  const terminal = openTerminal({
    stream: { write: text => (written += text) },
    environment: {},
    hasKeys: true,
    showsDeliveries: true,
    farewell: () => 'Ctrl-C ends hookscope.',
    db: null,
    facts: () => ({
      inspectorLink: 'http://127.0.0.1:4781/',
      config: null,
      before,
      status: {
        version: '1.0.0',
        startedAt: '2026-11-23T10:00:00.000Z',
        db: '/data/a.db',
        tunnel: now.tunnel,
        exposed: null,
        hooks: hooks.map((label, index) => ({
          id: index === 0 ? 'main' : `hook-${index}`,
          label,
          hookUrl: now.hookUrl,
          localUrl: 'http://localhost:4780/abc',
          authentication: { kind: 'none' },
          signing: { kind: 'none' },
          secretsFrom: 'none',
          customUrl: null,
          events: ['ach.settled'],
          rehearsal: null,
          forward: [],
          createdAt: '2026-11-23T10:00:00.000Z',
        })),
        forward: null,
        answer: 'hookscope',
        observe: false,
        storeTrouble: null,
        trouble: null,
        limits: { bodyBytes: 1 },
        retention: { count: null, days: null, bytes: null },
        pinsBeyond: null,
        droppedUnseen: 0,
        preparing: 0,
        droppedWaiting: 0,
        jobs: [],
        edits: [],
        leftovers: [],
        verifications: [],
        check: null,
        simulator: { waiting: 0, sending: 0 },
      } satisfies Status,
    }),
  })
  const tell = (tunnel: TunnelStatus, hookUrl: string | null) => {
    Object.assign(now, { tunnel, hookUrl })
    terminal.tunnel(tunnel)
  }
  const count = (pattern: RegExp) => [...written.matchAll(pattern)].length
  return { terminal, tell, count, hooks, written: () => written }
}

const delivery = saleSummary({ summary: '$500.00 approved' })
const attempt = attemptSummary()

it('shows the fields of the console once, also while the tunnel is only being retried', () => {
  const { terminal, tell, count } = opened()
  terminal.start()
  tell(retrying, null)
  expect(count(/Add Webhook/g)).toBe(1)
  expect(count(/Hook URL +not known yet/g)).toBe(1)
  tell({ ...retrying, reason: 'Still not.' }, null)
  tell({ state: 'up', url: 'https://a.example', roundTripMs: 1, changedFrom: null }, 'https://a.example/abc')
  expect(count(/Add Webhook/g)).toBe(1)
  expect(count(/The tunnel is up\. Hook URL: https:\/\/a\.example\/abc/g)).toBe(1)
})

it('waits with the fields while the tunnel is being opened', () => {
  const { terminal, tell, count } = opened()
  terminal.start()
  vi.advanceTimersByTime(10_000)
  expect(count(/Checked/g)).toBe(1)
  expect(count(/Add Webhook/g)).toBe(0)
  tell(retrying, null)
  expect(count(/Add Webhook/g)).toBe(1)
})

it('says in one row what is kept, in place of the fields and of “No deliveries yet”', () => {
  vi.setSystemTime('2026-11-23T12:10:00.000Z')
  const block = (before: KeptBefore | null) => {
    const { terminal, tell, written } = opened(before)
    terminal.start()
    tell(retrying, null)
    tell({ state: 'up', url: 'https://a.example', roundTripMs: 1, changedFrom: null }, 'https://a.example/abc')
    return written()
  }
  const kept = (count: number, newestAt: string | null) => block({ count, newestAt, anyCame: true })
  const many = kept(1234, '2026-11-23T10:00:00.000Z')
  expect(many).toMatch(/ {2}Kept in {5}\/data\/a\.db\n {14}1,234 kept, last 2 h ago\n {2}Forwarded[^\n]*\n\nCtrl-C/)
  expect(many).not.toMatch(/No deliveries yet|Add Webhook|Hook URL +not known yet/)
  expect(many.match(/ kept, /g)).toHaveLength(1)
  expect(kept(1, '2026-11-23T12:09:59.000Z')).toContain(' 1 kept, last just now\n')
  // A clock that was set back tells no age.
  expect(kept(2, '2026-11-23T12:20:00.000Z')).toContain(' 2 kept\n')
  const deleted = kept(0, null)
  expect(deleted).toContain('  In the merchant console, choose Settings > Webhooks > Add Webhook')
  expect(deleted).not.toMatch(/No deliveries yet|kept/)
  expect(block(null)).not.toMatch(/No deliveries yet|Add Webhook| kept/)
  expect(block({ count: 0, newestAt: null, anyCame: false })).toContain('No deliveries yet. In the merchant console')
})

it('has the answer in the line when it comes in time', () => {
  const { terminal, count } = opened()
  terminal.delivery(delivery, 1, noFacts)
  expect(count(/#12/g)).toBe(0)
  terminal.attempt(attempt)
  vi.advanceTimersByTime(60_000)
  expect(count(/#12/g)).toBe(1)
  expect(count(/✓ verified {2}→ 200 in 12 ms/g)).toBe(1)
})

it('prints the line without the answer when that takes long, and the answer after it', () => {
  const { terminal, count } = opened()
  terminal.delivery(delivery, 1, noFacts)
  vi.advanceTimersByTime(2000)
  expect(count(/✓ verified {2}→ no answer yet\n/g)).toBe(1)
  terminal.attempt({ ...attempt, ms: 9000 })
  expect(count(/#12 {2}forwarded to .* → 200 in 9\.0 s/g)).toBe(1)
})

it('has a line for each of several attempts', () => {
  const { terminal, written } = opened()
  terminal.delivery({ ...delivery, lastAttempt: attempt }, 2, noFacts)
  terminal.attempt(attempt)
  terminal.attempt({ ...attempt, id: 4, target: 'http://localhost:4000/', status: 500 })
  const lines = written()
    .split('\n')
    .filter(line => line.includes('#12'))
  expect(lines).toEqual([
    expect.stringMatching(/✓ verified$/),
    expect.stringMatching(/forwarded to http:\/\/localhost:3000\/webhooks +→ 200 in 12 ms$/),
    expect.stringMatching(/forwarded to http:\/\/localhost:4000\/ +→ 500 in 12 ms$/),
  ])
})

it('prints the line before that of a replay that overtakes the forward', () => {
  const { terminal, written } = opened()
  terminal.delivery(delivery, 1, noFacts)
  terminal.attempt({ ...attempt, id: 4, source: 'replay', status: 500 })
  terminal.attempt(attempt)
  vi.advanceTimersByTime(60_000)
  const lines = written()
    .split('\n')
    .filter(line => line.includes('#12'))
  expect(lines).toEqual([
    expect.stringMatching(/✓ verified {2}→ no answer yet$/),
    expect.stringMatching(/replayed to .*→ 500/),
    expect.stringMatching(/forwarded to .*→ 200/),
  ])
})

it('says what to try once, for as long as the app fails in the same way', () => {
  const { terminal, count } = opened()
  const error = { code: 'ECONNREFUSED', message: 'Nothing listens at localhost:3000.', hint: 'Start your app.' }
  const fail = (id: number) => {
    terminal.delivery({ ...delivery, id }, 1, noFacts)
    terminal.attempt({ ...attempt, delivery: id, outcome: 'refused', status: null, error })
  }
  fail(12)
  fail(13)
  expect([count(/Nothing listens at localhost:3000\./g), count(/Start your app\./g)]).toEqual([2, 1])
  terminal.attempt(attempt)
  fail(14)
  expect(count(/Start your app\./g)).toBe(2)
})

it('says beside each delivery that waits that forwarding is paused, and what to do once', () => {
  const { terminal, count } = opened()
  const notForwarded = whyNotForwarded(delivery, { hasTarget: true, paused: true, rejectedToo: false, waits: true })
  for (const id of [12, 13]) terminal.delivery({ ...delivery, id }, 0, { ...noFacts, notForwarded })
  expect([count(/✓ verified {2}→ paused\n/g), count(/Resume in Settings/g)]).toEqual([2, 1])
})

it('says that nothing listens at the target after the block, and what was missed with the command that sends it', () => {
  const { terminal, tell, written } = opened()
  const target = 'http://localhost:3000/in?a=1'
  const error = { code: 'ECONNREFUSED', message: 'Nothing listens at localhost:3000.', hint: 'Start your app.' }
  terminal.start()
  terminal.target({ state: 'down', target, error, seenBy: 'probe' })
  expect(written()).toBe('')
  tell(retrying, null)
  expect(written()).toMatch(
    /Ctrl-C ends hookscope\.\nNothing listens at localhost:3000\. Start your app\. Deliveries .* offered to be sent once it answers\.\n/,
  )
  terminal.target({ state: 'down', target, error, seenBy: 'attempt' })
  terminal.target({ state: 'up', target, missed: [4, 5, 9] })
  expect(written()).toMatch(/localhost:3000 is up again\. It missed 3 deliveries\. To send them:\n/)
  expect(written()).toMatch(/ {2}hookscope replay id:4-5,9 --to '?"?http:\/\/localhost:3000\/in\?a=1'?"? --yes\n$/)
  terminal.target({ state: 'up', target, missed: [] })
  expect(written()).toMatch(/localhost:3000 is up again\.\n$/)
  terminal.target({ state: 'up', target, missed: [], status: 200 })
  expect(written()).toMatch(/localhost:3000 is up again\.\n$/)
  terminal.target({ state: 'up', target, missed: [], status: 404 })
  expect(written()).toMatch(/localhost:3000 is up again, and answered 404\.\n$/)
  terminal.target({ state: 'up', target, missed: [], status: 403, proxy: 'proxy.example:3128' })
  expect(written()).toMatch(
    /answered again: 403 through the proxy proxy\.example:3128, which may be its own answer\.\n$/,
  )
})

it('names the hook of a delivery where there are several, and not where there is one', () => {
  const { terminal, written, hooks } = opened()
  terminal.delivery(delivery, 0, noFacts)
  hooks.push('Ticket office')
  terminal.delivery(delivery, 0, noFacts)
  expect(written().match(/#12 .*success/g)).toEqual([
    '#12  transaction.sale.success',
    '#12  shop           transaction.sale.success',
  ])
})

it.each([
  ['rejected', ['signature-missing']],
  ['unchecked', []],
] as const)('says of a delivery of another gateway whose it is, also where it is %s', (verdict, reasons) => {
  const { terminal, written } = opened()
  terminal.delivery({ ...delivery, verdict, reasons, notes: ['sent-by-nmi'] }, 0, noFacts)
  terminal.diagnosis(delivery.id, { kind: 'other-gateway', gateway: 'NMI', sentence: 'It was sent by NMI’s gateway.' })
  expect(written()).toMatch(/\n {10}It was sent by NMI’s gateway\.\n$/)
})

it('waits with a rejected delivery for why its signature is wrong, and says the same once', () => {
  const { terminal, written, count } = opened()
  const rejected = { ...delivery, verdict: 'rejected', reasons: ['signature-wrong'], status: 401 } as const
  const found = {
    kind: 'found',
    causes: ['body-compact'],
    sentence: 'The signature fits the same JSON without whitespace.',
    key: null,
    expected: null,
    signedBytes: 2,
    parting: null,
  } as const
  for (const id of [12, 13]) {
    terminal.delivery({ ...rejected, id }, 0, noFacts)
    expect(count(new RegExp(`#${id}`, 'g'))).toBe(0)
    terminal.diagnosis(id, found)
  }
  expect(written().trimEnd().split('\n').slice(-4)).toEqual([
    expect.stringMatching(/#12 .*rejected \(401\)$/),
    `          ${found.sentence}`,
    expect.stringMatching(/#13 .*rejected \(401\)$/),
    '          JSON re-serialized on the way, as before.',
  ])
  // Many came, and not each is explained; or it takes long.
  terminal.delivery({ ...rejected, id: 14 }, 0, noFacts)
  vi.advanceTimersByTime(2000)
  expect(written()).toMatch(/#14 .*rejected \(401\)\n {10}The signature does not fit the body: Compare the key .*\n$/)
  terminal.diagnosis(14, { kind: 'unknown', sentence: 'None of the known causes explains it.' })
  expect(written()).toMatch(/Compare the key .*\n$/)
  terminal.delivery({ ...rejected, id: 15 }, 0, noFacts)
  vi.advanceTimersByTime(2000)
  terminal.diagnosis(15, found)
  expect(written()).toMatch(
    /#15 .*\n {10}The signature does not fit the body\.\n {10}#15 {2}The signature fits the same JSON without whitespace\.\n$/,
  )
})
