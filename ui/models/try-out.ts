/** Ways to see a first delivery without the gateway. */

import type { HookView } from '../../core/hook.ts'
import { api, call, explain } from '../api.ts'
import { showToast } from './toasts.ts'

/** Asks hookscope to send a signed sample event to one of its hooks, and says how that went. */
export async function sendTestEvent(hook: HookView): Promise<void> {
  try {
    const { url, status, problem } = await call(api['test-event'].$post({ json: { hook: hook.id } }))
    if (problem !== null) showToast(`The test event did not get through: ${problem}`, { tone: 'bad' })
    else showToast(`Test event sent to ${new URL(url).host}: answered ${status}`, { tone: 'ok' })
  } catch (error) {
    showToast(explain(error), { tone: 'bad' })
  }
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
