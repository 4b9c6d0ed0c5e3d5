/** “Send a test event”: what the gateway would send for a sale, signed with the hook's own key, marked as a test. */
import { randomInt } from 'node:crypto'
import type { Hook } from '../core/hook.ts'
import { sampleEvent } from '../core/samples.ts'
import { gatewayRequest, secretsOf } from './sender/as-gateway.ts'
import { send } from './sender/send.ts'

/** @param url the hook's public or local URL @returns the answer's status, or why there is none */
export async function sendTestEvent(
  hook: Hook,
  url: string,
): Promise<{ url: string; status: number | null; problem: string | null }> {
  const body = Buffer.from(JSON.stringify(sampleEvent('transaction.sale.success', randomInt(2 ** 32))))
  const { answer, error } = await send(gatewayRequest(url, body, secretsOf(hook), 'test'))
  return { url, status: answer?.status ?? null, problem: error === null ? null : `${error.message} ${error.hint}` }
}
