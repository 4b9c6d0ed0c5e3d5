/** “Send a test event”: what the gateway would send for a sale, signed with the hook's own key, marked as a test. */
import { randomInt } from 'node:crypto'
import { sampleEvent } from '../../core/events/generator/samples.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import { type AppsAsked, decidingApp, type TestEventResult } from '../../core/simulate/stations.ts'
import { gatewayRequest, gatewaySecretsOf } from '../sender/as-gateway.ts'
import { send } from '../sender/send.ts'
import type { Tracker } from './tracker.ts'

export interface TestEventOptions {
  readonly tracker: Pick<Tracker, 'track'>
  /** Whether what arrives is sent on at once, so that the apps behind the hook are worth waiting for. */
  readonly isSentOn: boolean
}

/** Waits for the apps behind the hook. @param url the hook's public or local URL */
export async function sendTestEvent(
  hook: Hook,
  url: string,
  { tracker, isSentOn }: TestEventOptions,
): Promise<TestEventResult> {
  const body = Buffer.from(JSON.stringify(sampleEvent('transaction.sale.success', randomInt(2 ** 32))))
  const request = gatewayRequest(url, body, gatewaySecretsOf(hook), 'test')
  const tracked = tracker.track(url)
  const headers = tracked === null ? request.headers : [...request.headers, tracked.mark]
  const { answer, error } = await send({ ...request, headers })
  const arrival = tracked?.arrival ?? null
  const apps: AppsAsked | null = tracked !== null && arrival !== null && isSentOn ? await tracked.apps() : null
  tracked?.forget()
  return {
    url,
    status: answer?.status ?? null,
    problem: error === null ? null : `${error.message} ${error.hint}`,
    arrival,
    app: decidingApp(apps?.results ?? []),
    apps: apps?.results ?? [],
    notAsked: apps?.notAsked ?? null,
  }
}
