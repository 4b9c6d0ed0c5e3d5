// @vitest-environment happy-dom

/** A reason that is known stands wherever a person or a script looks: every outcome on every surface. */
import pc from 'picocolors'
import { afterEach, expect, it, vi } from 'vitest'
import { attemptLines, deliveryLines, noFacts } from '../../../cli/shared/delivery-line.ts'
import { attemptLine, deliveryLine } from '../../../cli/shared/json-delivery.ts'
import { pendingLinesOf, simulatedAttemptLines } from '../../../cli/shared/simulated-line.ts'
import type { Status } from '../../../core/api/messages.ts'
import type { AttemptSummary, SendResult } from '../../../core/deliveries/attempt.ts'
import { type Delivery, type DeliverySummary, notes, rejections } from '../../../core/deliveries/delivery.ts'
import { moneyFieldsOf } from '../../../core/deliveries/describe.ts'
import { whyNotForwarded } from '../../../core/deliveries/not-forwarded.ts'
import { unroutedHook } from '../../../core/hooks/hook.ts'
import { routedOf, routesFor } from '../../../core/routes/route.ts'
import { noteWords } from '../../../core/search/shown-words.ts'
import type { SimulatedAttempt, SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { openCsv } from '../../../server/api/csv.ts'
import { jsonLine } from '../../../server/api/export.ts'
import type { AttemptView } from '../../../server/api/types.ts'
import { cancelled, connectTimeout, failure, readTimeout } from '../../../server/sender/failure.ts'
import { problemOf } from '../../../server/sender/replay.ts'
import { status } from '../../../ui/app/listener.ts'
import { AttemptsTab } from '../../../ui/deliveries/detail/attempts/attempts-tab.tsx'
import { YourApp } from '../../../ui/deliveries/detail/your-app.tsx'
import { RowContent } from '../../../ui/deliveries/list/row.tsx'
import { attemptSentence } from '../../../ui/deliveries/replay/replay.ts'
import { cleanup, render } from '../../helpers/screen.ts'
import { attemptSummary, forwardStatus, plainRoutes, saleSummary } from '../../helpers/summaries.ts'
import { viewOf } from '../deliveries/detail/detail-fixtures.ts'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  status.value = null
})

const target = 'https://shop.example/webhooks'
const style = { paint: pc.createColors(false), width: null }
const body = new TextEncoder().encode('{}')

function listening(forward: Partial<NonNullable<Status['forward']>> | null, observe = false): Status {
  return {
    version: '1.0.0',
    startedAt: '2026-11-23T10:00:00.000Z',
    db: '/data/a.db',
    tunnel: { state: 'off' },
    exposed: null,
    hooks: [],
    forward: forward && {
      ...forwardStatus(target),
      ...forward,
    },
    answer: 'hookscope',
    observe,
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
    verifications: [],
    leftovers: [],
    simulator: { waiting: 0, sending: 0 },
    check: null,
  }
}

/** What a person reads of it, tooltips included. */
function seen(element: Parameters<typeof render>[0]): string {
  const { container } = render(element)
  const titles = [...container.querySelectorAll('[title]')].map(one => one.getAttribute('title'))
  return [container.textContent, ...titles].join('\n')
}

const whole = (summary: DeliverySummary): Delivery => ({
  ...summary,
  verdictDetail: { kind: 'unchecked' },
  readMs: 1,
  path: '/in',
  httpVersion: '1.1',
  headers: [],
  body,
  remoteAddress: '127.0.0.1',
})

function simulated(attempt: AttemptSummary): [SimulatedEvent, SimulatedAttempt] {
  const { outcome, status: answered, ms, line, location, error, startedAt } = attempt
  const one: SimulatedAttempt = {
    ...{ id: 1, event: 1, number: 1, instantMs: 0, startedAt, weather: [] },
    ...{ outcome, status: answered, ms, line, location, error },
    ...{ arrival: null, app: null, apps: [], notAsked: null, sloppy: [] },
  }
  const event: SimulatedEvent = {
    ...{ id: 1, simulation: 1, hook: null, target, eventId: null, eventType: 'ach.settled', summary: '' },
    ...{ createdAt: startedAt, state: 'waiting', tries: [one] },
    next: { number: 2, instantMs: 1000, at: startedAt },
  }
  return [event, one]
}

/** What each surface says of a delivery whose last attempt is this. */
function surfaces(attempt: AttemptSummary): Record<string, string> {
  const delivery = saleSummary({ lastAttempt: attempt })
  const view: AttemptView = {
    ...attempt,
    request: { method: 'POST', url: target, headers: [], body: { bytes: 2, base64: btoa('{}'), text: '{}' } },
    answer: null,
    timing: null,
  }
  // The card that is closed is looked at too.
  const later = { ...view, id: view.id + 1, target: 'http://other.example/' }
  const opened = viewOf({ body, attempts: [view, later] })
  const [event, one] = simulated(attempt)
  return {
    'delivery in the terminal': deliveryLines(delivery, attempt, style).join('\n'),
    'attempt and replay in the terminal': attemptLines(attempt, style).join('\n'),
    'attempt in --json': JSON.stringify(attemptLine(attempt).reason ?? attempt.outcome),
    'row of the list': seen(<RowContent delivery={delivery} marked={false} />),
    'row “Your app”': seen(<YourApp view={opened} />),
    'tab Attempts': seen(<AttemptsTab view={opened} />),
    'message after a replay': attemptSentence(attempt),
    'export as NDJSON': JSON.stringify(JSON.parse(jsonLine(whole(delivery), null, { text: '' })).lastAttempt),
    'export as CSV': openCsv('UTC').line(whole(delivery), null, moneyFieldsOf(new Uint8Array())),
    'problem of a replay job': problemOf(attempt) ?? attempt.outcome,
    'try of trigger': simulatedAttemptLines(event, one, null, [], 0, style).join('\n'),
    'event of pending': one.outcome === 'pending' ? 'pending' : pendingLinesOf(event, 'Shop', 0, style).join('\n'),
  }
}

const url = new URL(target)
const notConnected = { url, connected: false, answering: null }
const connected = { url, connected: true, answering: null }
const failed = (code: string) => Object.assign(new Error(code), { code })
const unanswered = ({ outcome, error }: Pick<SendResult, 'outcome' | 'error'>) => ({ outcome, error, status: null })

it.each<[what: string, attempt: Partial<AttemptSummary>, words: string | RegExp]>([
  ['an error of the app', { status: 500, line: 'TypeError: x is undefined' }, 'TypeError: x is undefined'],
  ['a redirect', { status: 308, location: '/webhooks/' }, 'Redirects to /webhooks/'],
  ['nothing listens', unanswered(failure(failed('ECONNREFUSED'), notConnected)), /Nothing listens at shop\.example/],
  [
    'an unknown host',
    unanswered(failure(failed('ENOTFOUND'), notConnected)),
    /host name of shop\.example has no address/,
  ],
  ['a certificate of its own', unanswered(failure(failed('DEPTH_ZERO_SELF_SIGNED_CERT'), notConnected)), 'self-signed'],
  ['another name', unanswered(failure(failed('ERR_TLS_CERT_ALTNAME_INVALID'), notConnected)), 'is for another name'],
  ['no connection in time', unanswered(connectTimeout(url, 5000)), 'accepted no connection within 5 s'],
  ['no answer in time', unanswered(readTimeout(connected, 45_000)), 'did not finish its answer within 45 s'],
  ['a reset', unanswered(failure(failed('ECONNRESET'), connected)), 'ended the connection without an answer'],
  ['an answer that is none', unanswered(failure(failed('HPE_INVALID_CONSTANT'), connected)), 'is not HTTP'],
  ['canceled', unanswered(cancelled()), 'hookscope ended the connection before the answer came'],
  ['pending', { outcome: 'pending', status: null, ms: null }, /no answer yet|pending|not answered yet/i],
])('%s is told everywhere', (_, parts, words) => {
  status.value = listening({})
  // The bytes of an attempt are still on their way.
  vi.stubGlobal('fetch', () => new Promise(() => undefined))
  for (const [surface, text] of Object.entries(surfaces(attemptSummary({ target, ...parts }))))
    expect.soft(text, surface).toMatch(words)
})

const rejected = { verdict: 'rejected', reasons: ['signature-wrong'], status: 401 } as const
const achOnly = { routes: plainRoutes(target).routes.map(route => ({ ...route, events: ['ach.*'] })) }
const notRouted = { hook: unroutedHook, notes: ['unrouted'] } as const

it.each<[what: string, parts: Partial<DeliverySummary>, forwarding: Status['forward'], words: RegExp]>([
  ['rejected', rejected, listening({}).forward, RegExp(rejections['signature-wrong'].title)],
  ['incomplete', { verdict: 'rejected', reasons: ['body-too-slow'] }, listening({}).forward, /did not arrive in time/],
  ['sent by hookscope itself', { notes: ['loop'] }, listening({}).forward, /hookscope sent it itself/],
  ['unrouted', notRouted, listening({}).forward, RegExp(`\\[unrouted|${notes.unrouted.title}`)],
  ['paused', {}, listening({ paused: true, waiting: 1, oldestWaiting: 12 }).forward, /→ paused|Paused/],
  ['waiting', {}, listening({ waiting: 1, oldestWaiting: 3 }).forward, /→ waits|Waits/],
  ['without a target', {}, null, /There is no target|no target/],
  ['not sent', {}, listening({}).forward, /→ not sent|Not sent/],
  [
    'not subscribed',
    { notes: ['event-not-subscribed'] },
    listening({}).forward,
    RegExp(`event-not-subscribed|${noteWords.get('event-not-subscribed')}`),
  ],
  ['of no route', {}, { ...listening({}).forward, ...achOnly } as Status['forward'], /no route/i],
])('a delivery that did not reach the app is told of everywhere: %s', (what, parts, forward, words) => {
  const delivery = saleSummary(parts)
  status.value = { ...listening(null), forward }
  const notForwarded = whyNotForwarded(delivery, {
    hasTarget: forward !== null,
    paused: forward?.paused ?? false,
    rejectedToo: false,
    waits: (forward?.oldestWaiting ?? null) !== null,
    noRoute: forward === null ? null : routesFor(routedOf(delivery), forward).why,
  })
  const why = { notForwarded, statusReason: null }
  const view = viewOf({ body, notForwarded, fields: parts })
  const shown: Record<string, string> = {
    // At its start it says so once for all.
    'delivery in the terminal':
      what === 'without a target' ? 'no target' : deliveryLines(delivery, null, style, why).join('\n'),
    'row of the list': seen(<RowContent delivery={delivery} marked={false} />),
  }
  for (const [surface, text] of Object.entries(shown)) expect.soft(text, surface).toMatch(words)
  // Whole where there is room for it.
  const told: Record<string, string> = {
    'row of the list': shown['row of the list'] ?? '',
    'delivery in --json': JSON.stringify(deliveryLine(delivery, why)),
    'row “Your app”': seen(<YourApp view={view} />),
    'tab Attempts': seen(<AttemptsTab view={view} />),
    'export as NDJSON': jsonLine(whole(delivery), notForwarded, { text: '' }),
    'export as CSV': openCsv('UTC').line(whole(delivery), notForwarded, moneyFieldsOf(new Uint8Array())),
  }
  for (const [surface, text] of Object.entries(told)) expect.soft(text, surface).toContain(notForwarded.message)
})

it('a delivery that hookscope answered in place of the app says why, once', () => {
  const delivery = saleSummary({ status: 502 })
  const lines = (message: string, attempt: AttemptSummary | null) =>
    deliveryLines(delivery, attempt, style, { ...noFacts, statusReason: { code: 'x', message } }).slice(1)
  const paused = 'Forwarding is paused in hookscope.'
  expect(lines(paused, null).map(line => line.trim())).toEqual([`hookscope answered instead of your app: ${paused}`])
  const refused = attemptSummary({ target, ...unanswered(failure(failed('ECONNREFUSED'), notConnected)) })
  expect(lines(refused.error?.message ?? '', refused)).toHaveLength(1)
  expect(deliveryLine(delivery, { ...noFacts, statusReason: { code: 'paused', message: paused } })).toMatchObject({
    status: 502,
    statusReason: { code: 'paused', message: paused },
  })
})
