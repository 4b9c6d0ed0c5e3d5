/** The verdict panel's lines about the hook: the path, the subscription, the answer on trial. */
import { expect, test } from 'vitest'
import type { DeliveryView } from '../../server/inspector/types.ts'
import { fateOf, verdictLines } from '../../ui/models/verdict-lines.ts'
import { viewOf } from './detail-fixtures.ts'

const event = (type: unknown) => JSON.stringify({ type: 'event', event_type: type, event_body: {} })
const lineOf = (view: DeliveryView, label: string) => verdictLines(view).filter(line => line.label === label)

test.each<[string, unknown, DeliveryView['notes'], 'ok' | 'warn' | 'neutral', RegExp]>([
  ['a type the hook chose', 'ach.settled', [], 'ok', /is subscribed/],
  ['its other spelling', 'cardupdate.created', [], 'ok', /is subscribed/],
  ['a type it did not choose', 'ach.settled', ['event-not-subscribed'], 'warn', /not subscribed/],
  ['an unknown type', 'invoice.paid', ['event-type-unknown'], 'neutral', /catalogue does not know/],
  ['no type', undefined, ['envelope-invalid'], 'neutral', /no event_type/],
])('subscription: %s', (_, type, notes, tone, text) => {
  const [line, ...more] = lineOf(viewOf({ body: event(type), fields: { notes } }), 'Subscription')
  expect(more).toEqual([])
  expect(line).toMatchObject({ tone, text: expect.stringMatching(text) })
  expect(line?.fix === null).toBe(tone !== 'warn')
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

test('an answer on trial is told of, also while it is held back', () => {
  const fields = { notes: ['answer-rehearsed'] } as const
  const out = viewOf({ body: event('ach.settled'), fields: { ...fields, status: 503 } })
  expect(lineOf(out, 'Also')).toMatchObject([{ text: 'Answered on trial.' }])
  expect(fateOf(out)).toBe('verified, answered 503 on trial')
  const held = viewOf({ body: event('ach.settled'), fields: { ...fields, status: null } })
  expect(fateOf(held)).toBe('verified, not answered yet on trial')
})

test('a rejection is told inside a sentence, and names keep their letters', () => {
  const told = (reason: 'signature-malformed' | 'signature-wrong') =>
    fateOf(viewOf({ body: '{}', verdict: { kind: 'rejected', reasons: [reason] }, fields: { status: 401 } }))
  expect(told('signature-malformed')).toBe('rejected (X-Signature is not one lower-case hex SHA-256), answered 401')
  expect(told('signature-wrong')).toBe('rejected (the signature does not fit the body), answered 401')
})
