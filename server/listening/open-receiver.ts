/** The receiver of a listener: what its settings, hooks and forwarding make of it. */
import type { Hook } from '../../core/hooks/hook.ts'
import type { Settings } from '../config/settings.ts'
import type { Hooks } from '../hooks/hooks.ts'
import { everyHook, nearestHook } from '../hooks/nearest-path.ts'
import { doors, onPort } from '../lib/ports.ts'
import type { ProbeKey } from '../receiver/probe-key.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from '../receiver/receiver.ts'

/** How many deliveries at paths that no hook has are kept. */
const mostUnrouted = 500

export interface OpenReceiverOptions
  extends Pick<ReceiverOptions, 'store' | 'claim' | 'onInPlace' | 'log'>,
    Required<Pick<ReceiverOptions, 'answerFromApp'>> {
  readonly settings: Settings
  readonly hooks: Hooks
  /** Of a server that a team shares. */
  readonly serving: Pick<ReceiverOptions, 'clientOf' | 'onAnswered'> | undefined
  /** Takes a sentence about a port that was taken. */
  readonly notices: string[]
  readonly probeKey: ProbeKey | null
}

/** @throws UserError when its port cannot be had */
export async function openReceiver({
  settings,
  hooks,
  serving,
  notices,
  probeKey,
  answerFromApp,
  ...options
}: OpenReceiverOptions): Promise<Receiver> {
  const { opened, notice } = await onPort(settings.port, doors.receiver, port =>
    startReceiver({
      ...options,
      port,
      host: settings.host,
      hooks: hooks.hooks,
      prefix: settings.publicUrl === null ? '' : new URL(settings.publicUrl).pathname.replace(/\/+$/, ''),
      observe: settings.observe,
      bodyBytes: settings.limits.bodyBytes,
      ...(settings.answer === 'app' && { answerFromApp }),
      rehearse: hook => hooks.rehearsed(hook.id),
      ...(probeKey !== null && { probeKey: probeKey.now }),
      ...(serving?.clientOf !== undefined && { clientOf: serving.clientOf }),
      ...(serving?.onAnswered !== undefined && { onAnswered: serving.onAnswered }),
      unrouted: {
        most: mostUnrouted,
        nearest: path => nearestHook(path, everyHook<Pick<Hook, 'label' | 'path'>>(hooks.hooks(), hooks.removed())),
      },
    }),
  )
  if (notice !== null) notices.push(notice)
  return opened
}
