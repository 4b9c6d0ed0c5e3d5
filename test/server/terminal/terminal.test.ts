/** What is printed when: the block and the fields once, a delivery's line after its answer or without it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Status } from '../../../core/messages.ts'
import { whyNotForwarded } from '../../../core/not-forwarded.ts'
import type { TunnelStatus } from '../../../core/tunnel.ts'
import { nothingKnown } from '../../../server/terminal/delivery-line.ts'
import { openTerminal } from '../../../server/terminal.ts'
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
function opened() {
  let written = ''
  const now: { tunnel: TunnelStatus; hookUrl: string | null } = { tunnel: { state: 'starting' }, hookUrl: null }
  const terminal = openTerminal({
    stream: { write: text => (written += text) },
    environment: {},
    showsDeliveries: true,
    farewell: () => 'Ctrl-C ends hookscope.',
    db: null,
    facts: () => ({
      inspectorLink: 'http://127.0.0.1:4781/',
      status: {
        version: '1.0.0',
        startedAt: '2026-11-23T10:00:00.000Z',
        db: '/data/a.db',
        tunnel: now.tunnel,
        hooks: [
          {
            id: 'main',
            label: 'shop',
            hookUrl: now.hookUrl,
            localUrl: 'http://localhost:4780/abc',
            authentication: { kind: 'none' },
            signing: { kind: 'none' },
            secretsFrom: 'none',
            customUrl: null,
            events: ['ach.settled'],
            rehearsal: null,
            createdAt: '2026-11-23T10:00:00.000Z',
          },
        ],
        forward: null,
        answer: 'hookscope',
        observe: false,
        storeTrouble: null,
        limits: { bodyBytes: 1 },
        retention: { count: null, days: null, bytes: null },
        jobs: [],
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
  return { terminal, tell, count, written: () => written }
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

it('has the answer in the line when it comes in time', () => {
  const { terminal, count } = opened()
  terminal.delivery(delivery, 1, nothingKnown)
  expect(count(/#12/g)).toBe(0)
  terminal.attempt(attempt)
  vi.advanceTimersByTime(60_000)
  expect(count(/#12/g)).toBe(1)
  expect(count(/✓ verified {2}→ 200 in 12 ms/g)).toBe(1)
})

it('prints the line without the answer when that takes long, and the answer after it', () => {
  const { terminal, count } = opened()
  terminal.delivery(delivery, 1, nothingKnown)
  vi.advanceTimersByTime(2000)
  expect(count(/✓ verified {2}→ no answer yet\n/g)).toBe(1)
  terminal.attempt({ ...attempt, ms: 9000 })
  expect(count(/#12 {2}forwarded to .* → 200 in 9\.0 s/g)).toBe(1)
})

it('has a line for each of several attempts', () => {
  const { terminal, written } = opened()
  terminal.delivery({ ...delivery, lastAttempt: attempt }, 2, nothingKnown)
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
  terminal.delivery(delivery, 1, nothingKnown)
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
    terminal.delivery({ ...delivery, id }, 1, nothingKnown)
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
  for (const id of [12, 13]) terminal.delivery({ ...delivery, id }, 0, { ...nothingKnown, notForwarded })
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
    /Ctrl-C ends hookscope\.\nNothing listens at localhost:3000\. Start your app\. .*kept meanwhile\.\n/,
  )
  terminal.target({ state: 'down', target, error, seenBy: 'attempt' })
  terminal.target({ state: 'up', target, missed: [4, 5, 9] })
  expect(written()).toMatch(/localhost:3000 takes connections again\. It missed 3 deliveries\. To send them:\n/)
  expect(written()).toMatch(/ {2}hookscope replay id:4-5,9 --to '?"?http:\/\/localhost:3000\/in\?a=1'?"?\n$/)
  terminal.target({ state: 'up', target, missed: [] })
  expect(written()).toMatch(/takes connections again\.\n$/)
})
