/** Ways to see a first delivery without the gateway. */
import type { HookView } from '../../core/hooks/hook.ts'
import { isGood } from '../../core/http/outcome.ts'
import type { TestEventResult } from '../../core/simulate/stations.ts'
import { api, call } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'
import { attemptText } from './attempt-words.ts'
import { orToast } from './or-toast.ts'

/** Asks hookscope to send a signed sample event to one of its hooks, and says how that went. */
export async function tryOut(hook: HookView): Promise<void> {
  await orToast(async () => {
    const { text, tone } = testEventText(await call(api['test-event'].$post({ json: { hook: hook.id } })))
    showToast(text, { tone })
  })
}

/** Why the app was not called, where hookscope's own answer was the last. */
const unasked: Readonly<Record<string, string>> = {
  'no-target': '. Your app was not called: no target is set',
  'not-routed': '. Your app was not called: no route takes this event',
}

/** What the last station said. */
export function testEventText(result: TestEventResult): { readonly text: string; readonly tone: 'ok' | 'bad' } {
  const { url, status, problem, app, notAsked, arrival } = result
  if (problem !== null) return { text: `The test event failed: ${problem}`, tone: 'bad' }
  if (app !== null) return { text: `Test event to your app: ${attemptText(app)}`, tone: isGood(app) ? 'ok' : 'bad' }
  const who = arrival === null ? new URL(url).host : 'hookscope'
  const rest = unasked[notAsked ?? ''] ?? ''
  const isTaken = isGood({ outcome: 'answered', status })
  return { text: `Test event: ${who} answered ${status}${rest}`, tone: isTaken ? 'ok' : 'bad' }
}

/** The smallest sale the gateway's documents show, new each time so that it is no retry. */
function smallSale(): object {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(32)), byte => byte.toString(16).padStart(2, '0')).join('')
  return {
    type: 'event',
    event_triggered: new Date().toISOString().slice(0, 19).replace('T', ' '),
    event_type: 'transaction.sale.success',
    event_body: {
      merchant: { merch_key: id.slice(0, 15) },
      object: { type: 'transaction', key: id.slice(-15), amount_detail: { amount: '12.50' }, authcode: '000000' },
    },
    event_id: id,
  }
}

/** A curl line that posts a small sale, unsigned, to the hook on this machine; for POSIX shells. */
export function curlLine(hook: HookView): string {
  return `curl '${hook.localUrl}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(smallSale())}'`
}
