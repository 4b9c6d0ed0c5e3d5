/** The verdict panel's lines about the hook: the path, the subscription, the answer on trial. */
import { expect, test } from 'vitest'
import type { AttemptSummary } from '../../../../core/deliveries/attempt.ts'
import { worstByTarget } from '../../../../core/http/outcome.ts'
import type { AttemptView, DeliveryView } from '../../../../server/api/types.ts'
import { appLines } from '../../../../ui/deliveries/detail/app-line.ts'
import { fateOf, foldedLine, foldLines, verdictLines } from '../../../../ui/deliveries/detail/verdict-lines.ts'
import { attemptSummary } from '../../../helpers/summaries.ts'
import { viewOf } from './detail-fixtures.ts'

const event = (type: unknown) => JSON.stringify({ type: 'event', event_type: type, event_body: {} })
const lineOf = (view: DeliveryView, label: string) => verdictLines(view).filter(line => line.label === label)

test.each<[string, unknown, DeliveryView['notes'], 'ok' | 'warn' | 'neutral', RegExp]>([
  ['a type the hook chose', 'ach.settled', [], 'ok', /is subscribed/],
  ['its other spelling', 'cardupdate.created', [], 'ok', /is subscribed/],
  ['a type it did not choose', 'ach.settled', ['event-not-subscribed'], 'warn', /not subscribed/],
  ['an unknown type', 'invoice.paid', ['event-type-unknown'], 'neutral', /catalogue does not have/],
  ['no type', undefined, ['envelope-invalid'], 'neutral', /no event_type/],
])('subscription: %s', (_, type, notes, tone, text) => {
  const [line, ...more] = lineOf(viewOf({ body: event(type), fields: { notes } }), 'Subscription')
  expect(more).toEqual([])
  expect(line).toMatchObject({ tone, text: expect.stringMatching(text) })
  expect(line?.fix === null).toBe(tone !== 'warn')
})

test.each<[DeliveryView['notes'][number], RegExp]>([
  ['body-unpacks-too-large', /larger than 1 MiB/],
  ['body-not-read', /was not examined/],
  ['body-encoding-unreadable', /could not be decompressed/],
  ['not-described', /could not examine it/],
])('%s: nothing is said to be well that nobody looked at', (note, text) => {
  const fields = { notes: [note], eventId: null, eventType: null }
  const view = viewOf({ body: 'packed', verdict: { kind: 'unchecked' }, fields })
  expect(lineOf(view, 'Envelope')).toMatchObject([{ tone: 'warn', text: expect.stringMatching(text) }])
  for (const label of ['Subscription', 'Duplicate', 'Card data'])
    expect(lineOf(view, label)).toMatchObject([{ tone: 'neutral', text: expect.stringMatching(/not examined/) }])
})

test.each<[string, Parameters<typeof viewOf>[0], string, 'ok' | 'neutral']>([
  ['all is well', { body: event('ach.settled') }, '6 checks passed', 'ok'],
  [
    'no key was known',
    { body: event('ach.settled'), verdict: { kind: 'unchecked' } },
    '4 checks passed · not checked: signature, authentication',
    'neutral',
  ],
])('the folded line when %s counts only what passed', (_, parts, text, tone) => {
  const { folded } = foldLines(verdictLines(viewOf({ ...parts, fields: { notes: [], eventId: 'e' } })))
  expect(foldedLine(folded)).toEqual({ text, tone })
})

test('what is wrong, or leads somewhere, is never folded', () => {
  const verdict = { kind: 'rejected', reasons: ['signature-wrong'] } as const
  const view = viewOf({ body: event('ach.settled'), verdict, fields: { notes: ['retry'], retryOf: 4, tries: 2 } })
  expect(foldLines(verdictLines(view)).open.map(({ label }) => label)).toEqual(['Signature', 'Duplicate'])
})

test.each<[DeliveryView['notes'][number], string, string]>([
  [
    'retry',
    'Repeats an event_id, with the same body.',
    'The same event and the same body as before; delivery 2 of this event.',
  ],
  [
    'retry-changed',
    'Repeats an event_id, with another body.',
    'The same event_id with another body as before; delivery 2 of this event.',
  ],
])('what was rejected is no retry of a genuine delivery: %s', (note, forged, genuine) => {
  const fields = { notes: [note], retryOf: 4, tries: 2 }
  const verdict = { kind: 'rejected', reasons: ['signature-wrong'] } as const
  const [line] = lineOf(viewOf({ body: event('ach.settled'), verdict, fields }), 'Duplicate')
  expect(line).toMatchObject({ tone: 'neutral', text: forged, about: 4 })
  expect(line?.fix).toBe('It was rejected, so it is no retry: anyone may have sent it.')
  expect(lineOf(viewOf({ body: event('ach.settled'), fields }), 'Duplicate')[0]?.text).toBe(genuine)
})

test('nor of a body that never came whole', () => {
  const verdict = { kind: 'rejected', reasons: ['body-too-large'] } as const
  const view = viewOf({ body: '', verdict, fields: { notes: [] } })
  expect(lineOf(view, 'Card data')).toMatchObject([{ tone: 'neutral', text: expect.stringMatching(/incomplete/) }])
})

test('a path without a hook comes first, with the hook that may be meant, and nothing is said of a subscription', () => {
  const fields = { hook: 'unrouted', notes: ['unrouted'] } as const
  const view = viewOf({ body: event('ach.settled'), verdict: { kind: 'unchecked' }, fields })
  expect(verdictLines(view)[0]).toMatchObject({ label: 'Hook', tone: 'bad', text: 'No hook has this path.' })
  expect(lineOf(view, 'Subscription')).toEqual([])
  const near = { hook: 'main', label: 'Shop', path: '/in-k9', isDeleted: false }
  const fixOf = (meant: typeof near) => verdictLines({ ...view, didYouMean: meant })[0]?.fix
  expect(fixOf(near)).toBe('Did you mean the hook “Shop”? Its path is /in-k9')
  expect(fixOf({ ...near, isDeleted: true })).toMatch(/“Shop”, with the path \/in-k9, was deleted here/)
})

test('a delivery of another gateway is named, in place of advice about the key', () => {
  const diagnosis = { kind: 'other-gateway', gateway: 'NMI', sentence: 'It was sent by NMI’s gateway.' } as const
  const fields = { notes: ['sent-by-nmi'] } as const
  const verdict = { kind: 'rejected', reasons: ['signature-missing'] } as const
  const view: DeliveryView = { ...viewOf({ body: '{}', verdict, fields }), diagnosis }
  expect(lineOf(view, 'Signature')).toMatchObject([{ tone: 'bad', fix: 'It was sent by NMI’s gateway.' }])
  expect(lineOf(view, 'Also')).toMatchObject([{ text: 'Sent by NMI’s gateway, not by USAePay.' }])
})

test('a mock response is named, also while it is held back', () => {
  const fields = { notes: ['answer-rehearsed'] } as const
  const out = viewOf({ body: event('ach.settled'), fields: { ...fields, status: 503 } })
  expect(lineOf(out, 'Also')).toMatchObject([{ text: 'Answered by the mock response.' }])
  expect(fateOf(out)).toBe('verified, answered 503 by the mock response')
  const held = viewOf({ body: event('ach.settled'), fields: { ...fields, status: null } })
  expect(fateOf(held)).toBe('verified, not answered yet by the mock response')
})

test('a rejection is told inside a sentence, and names keep their letters', () => {
  const told = (reason: 'signature-malformed' | 'signature-wrong') =>
    fateOf(viewOf({ body: '{}', verdict: { kind: 'rejected', reasons: [reason] }, fields: { status: 401 } }))
  expect(told('signature-malformed')).toBe('rejected (X-Signature is not one lower-case hex SHA-256), answered 401')
  expect(told('signature-wrong')).toBe('rejected (the signature does not fit the body), answered 401')
})

const notSent = { code: 'not-sent', message: 'It was not sent.', hint: 'Replay sends it now.' } as const
const replay = { source: 'replay', own: false } as const
const toChanged = { ...replay, changes: ['body', 'signature'] } as const
const elsewhere = { ...replay, target: 'http://localhost:3001/webhooks' } as const
const refused = { outcome: 'refused', status: null } as const
test.each<[what: string, attempts: Partial<AttemptSummary>[], fate: string, lines: [string, string, string][]]>([
  ['taken', [{}], 'your app answered 200 in 12 ms', [['ok', 'Your app', '200 in 12 ms']]],
  [
    'taken, then something else failed',
    [{}, { ...toChanged, status: 500 }],
    'your app answered 200 in 12 ms; a replay (changed body, new signature): answered 500',
    [
      ['ok', 'Your app', '200 in 12 ms'],
      ['neutral', 'Replay', 'Changed body, new signature: 500 in 12 ms'],
    ],
  ],
  [
    'failed, then something else was taken: no green',
    [refused, { ...replay, changes: ['method', 'headers', 'body'] }],
    'your app could not be reached; a replay (changed method, headers and body): answered 200',
    [
      ['bad', 'Your app', 'No connection in 12 ms'],
      ['neutral', 'Replay', 'Changed method, headers and body: 200 in 12 ms'],
    ],
  ],
  [
    'failed, then taken elsewhere',
    [{ status: 500 }, elsewhere],
    'your app answered 500 in 12 ms; a replay (sent to localhost:3001): answered 200',
    [
      ['bad', 'Your app', '500 in 12 ms'],
      ['neutral', 'Replay', 'Sent to localhost:3001: 200 in 12 ms'],
    ],
  ],
  [
    'something else, then made good',
    [{ status: 500 }, toChanged, { source: 'replay' }],
    'your app answered 200 in 12 ms',
    [['ok', 'Your app', '200 in 12 ms']],
  ],
  [
    'never forwarded, and replayed',
    [elsewhere],
    'localhost:3001 answered 200 in 12 ms',
    [['neutral', 'Replay', 'Sent to localhost:3001: 200 in 12 ms']],
  ],
  [
    'never forwarded, and only something else was sent',
    [toChanged],
    'a replay (changed body, new signature): answered 200',
    [
      ['warn', 'Your app', 'It was not sent.'],
      ['neutral', 'Replay', 'Changed body, new signature: 200 in 12 ms'],
    ],
  ],
])('what the app did with the delivery: %s', (_, fields, fate, lines) => {
  const attempts = fields.map((parts, place) => attemptSummary({ id: place + 1, ...parts }))
  const lastAttempt = worstByTarget(attempts)[0] ?? null
  const notForwarded = lastAttempt === null ? notSent : null
  const view = viewOf({
    body: event('ach.settled'),
    fields: { lastAttempt },
    notForwarded,
    attempts: attempts as AttemptView[],
  })
  expect(fateOf(view)).toBe(`verified, answered 200; ${fate}`)
  expect(appLines(view, 0).map(({ tone, isBeside, text }) => [tone, isBeside ? 'Replay' : 'Your app', text])).toEqual(
    lines,
  )
})
