/** Why a delivery was not sent on to the app, in the words of the terminal and the inspector. */
import type { DeliverySummary } from './delivery.ts'
import { unroutedHook } from './hook.ts'

/** Contract with scripts. */
export type NotForwardedCode =
  | 'unrouted'
  | 'incomplete'
  | 'loop'
  | 'rejected'
  | 'paused'
  | 'waiting'
  | 'no-target'
  | 'not-sent'

export interface NotForwarded {
  readonly code: NotForwardedCode
  readonly message: string
  readonly hint: string
}

/** How forwarding stands now. */
export interface Forwarding {
  readonly hasTarget: boolean
  readonly paused: boolean
  /** Rejected deliveries are forwarded as well. */
  readonly rejectedToo: boolean
  /** It is in the queue. */
  readonly waits: boolean
}

const reasons = {
  unrouted: {
    message: 'No hook has this path, so it was not forwarded.',
    hint: 'Correct the Hook URL in the console. Replay sends it all the same.',
  },
  incomplete: {
    message: 'The body never came whole, so there is nothing to forward.',
    hint: 'The gateway sends the event again.',
  },
  loop: {
    message: 'hookscope sent it itself, so it was not forwarded again.',
    hint: 'Your target leads back to a hook here: give the URL of your own app.',
  },
  rejected: {
    message: 'Rejected deliveries are not forwarded.',
    hint: 'Fix why it was rejected; --observe forwards rejected deliveries as well.',
  },
  paused: {
    message: 'Forwarding is paused: it goes out when forwarding resumes.',
    hint: 'Resume in Settings, or press p in the terminal.',
  },
  waiting: { message: 'It waits for its turn: 20 are sent at once.', hint: 'It goes out when an answer has come.' },
  'no-target': {
    message: 'There is no target to forward to.',
    hint: 'Enter one in Settings, or start hookscope with --forward URL.',
  },
  'not-sent': {
    message: 'It was not sent when it came: there was no target, forwarding was paused, or hookscope ended first.',
    hint: 'Replay sends it now.',
  },
} as const satisfies Record<NotForwardedCode, Omit<NotForwarded, 'code'>>

/** The same where there is room for a word. */
export const notForwardedWords: Readonly<Record<NotForwardedCode, string>> = {
  unrouted: 'not forwarded',
  incomplete: 'not forwarded',
  loop: 'not forwarded',
  rejected: 'not forwarded',
  paused: 'paused',
  waiting: 'waits',
  'no-target': 'no target',
  'not-sent': 'not sent',
}

/** @param delivery one that no attempt was made to forward */
export function whyNotForwarded(
  { hook, reasons: rejections, notes, verdict }: Pick<DeliverySummary, 'hook' | 'reasons' | 'notes' | 'verdict'>,
  { hasTarget, paused, rejectedToo, waits }: Forwarding,
): NotForwarded {
  const because = (code: NotForwardedCode): NotForwarded => ({ code, ...reasons[code] })
  if (hook === unroutedHook) return because('unrouted')
  if (rejections.some(reason => reason.startsWith('body-'))) return because('incomplete')
  if (notes.includes('loop')) return because('loop')
  if (verdict === 'rejected' && !rejectedToo) return because('rejected')
  if (!hasTarget) return because('no-target')
  if (waits) return because(paused ? 'paused' : 'waiting')
  return because('not-sent')
}
