/**
 * Webhooks inside a test suite, for vitest, jest and node:test:
 *
 *     import { signedEvent } from 'hookscope/testing'
 *     const { body, headers } = await signedEvent('ach.returned', { key: 'test key' })
 *     const answer = await fetch(url, { method: 'POST', body, headers })
 */
export type * from '../../core/library/events.ts'
export {
  type EventTypeName,
  type ScenarioName,
  type SignedEvent,
  type SignedEventOptions,
  scenario,
  signedEvent,
} from '../../core/library/signed-events.ts'
export {
  type ReceivedDelivery,
  startTestReceiver as startReceiver,
  type TestReceiver,
  type TestReceiverOptions,
  type WaitForOptions,
} from './receiver.ts'
