/** “Send a test event”: what the gateway would send for a sale, signed with the hook's own key, marked as a test. */
import { randomInt } from 'node:crypto'
import { sourceHeader } from '../core/describe.ts'
import type { Hook } from '../core/hook.ts'
import { sampleEvent } from '../core/samples.ts'
import { send } from './sender/send.ts'
import { sign } from './signature.ts'

/** @param url the hook's public or local URL @returns the answer's status, or why there is none */
export async function sendTestEvent(
  hook: Hook,
  url: string,
): Promise<{ url: string; status: number | null; problem: string | null }> {
  const body = Buffer.from(JSON.stringify(sampleEvent('transaction.sale.success', randomInt(2 ** 32))))
  const { authentication, signing } = hook
  const headers: [string, string][] = [
    ['Host', new URL(url).host],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
    [sourceHeader, 'test'],
  ]
  if (signing.kind === 'hmac') headers.push(['X-Signature', sign(signing.keys[0].key, body)])
  if (authentication.kind === 'basic') {
    const credentials = Buffer.from(`${authentication.username}:${authentication.password}`).toString('base64')
    headers.push(['Authorization', `Basic ${credentials}`])
  }
  const { answer, error } = await send({ method: 'POST', url, headers, body })
  return { url, status: answer?.status ?? null, problem: error === null ? null : `${error.message} ${error.hint}` }
}
