import { expect, it } from 'vitest'
import { hangMs, longestDelayMs, type MockResponse, nextMockAnswer } from '../../../core/hooks/mock-response.ts'
import { gatewayLimits } from '../../../core/simulate/schedule.ts'

const plain: MockResponse = {
  status: 202,
  headers: [['Retry-After', '120']],
  body: 'later',
  delayMs: 1500,
  failures: { kind: 'never' },
  failWith: { kind: 'status', status: 503 },
}

it('an answer that hangs takes 50 s, which is longer than the gateway reads; a delay may be, too', () => {
  expect(hangMs).toBe(50_000)
  expect(hangMs).toBeGreaterThan(gatewayLimits.readMs)
  expect(longestDelayMs).toBeGreaterThan(gatewayLimits.readMs)
})

it('a failing answer differs in its status alone: headers, body and delay are as rehearsed', () => {
  const { answer } = nextMockAnswer({ ...plain, failures: { kind: 'next', left: 1 } })
  expect(answer).toEqual({ status: 503, headers: plain.headers, body: 'later', delayMs: 1500, hangs: false })
})

it('the last of the next ones may hang; what comes after it is answered', () => {
  const first = nextMockAnswer({ ...plain, failures: { kind: 'next', left: 1 }, failWith: { kind: 'hang' } })
  expect(first.answer.hangs).toBe(true)
  expect(first.after.failures).toEqual({ kind: 'next', left: 0 })
  expect(nextMockAnswer(first.after).answer).toMatchObject({ hangs: false, status: 202 })
})

it('what is not counted is the same object, so that nothing needs to be kept', () => {
  expect(nextMockAnswer(plain).after).toBe(plain)
  const over: MockResponse = { ...plain, failures: { kind: 'next', left: 0 } }
  expect(nextMockAnswer(over).after).toBe(over)
})
