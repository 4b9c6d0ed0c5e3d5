/** What a toast says of a test event: the last station's word, never green for a part. */
import { expect, it } from 'vitest'
import type { AppResult, TestEventResult } from '../../../core/simulate/stations.ts'
import { testEventText } from '../../../ui/app/test-event.ts'

const sent: TestEventResult = {
  url: 'http://localhost:4780/a',
  status: 200,
  problem: null,
  arrival: { delivery: 1, verdict: 'verified', reasons: [], answeredBy: 'hookscope' },
  app: null,
  apps: [],
  notAsked: null,
}
const app: AppResult = {
  id: 1,
  target: 'http://localhost:3000/',
  outcome: 'answered',
  status: 500,
  ms: 12,
  line: 'TypeError: boom',
  location: null,
  error: null,
  sloppy: [],
}

it.each([
  [{ app }, 'Test event to your app: 500 in 12 ms: TypeError: boom', 'bad'],
  [{ app: { ...app, status: 200, line: null } }, 'Test event to your app: 200 in 12 ms', 'ok'],
  [{ notAsked: 'no-target' }, 'Test event: hookscope answered 200. Your app was not called: no target is set', 'ok'],
  [{ arrival: null, status: 502 }, 'Test event: localhost:4780 answered 502', 'bad'],
  [{ arrival: null, status: null, problem: 'Gone.' }, 'The test event failed: Gone.', 'bad'],
] as const)('%j', (parts, text, tone) => expect(testEventText({ ...sent, ...parts })).toEqual({ text, tone }))
