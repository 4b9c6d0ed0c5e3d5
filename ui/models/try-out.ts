/** Ways to see a first delivery without the gateway. */

import type { HookView } from '../../core/hook.ts'
import { sampleEvent } from '../../core/samples.ts'
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

/** A curl line that posts a sample event, unsigned, to the hook on this machine; for POSIX shells. */
export function curlLine(hook: HookView): string {
  const body = JSON.stringify(sampleEvent('transaction.sale.success', 1)).replace(/'/g, `'\\''`)
  return `curl -X POST '${hook.localUrl}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`
}
