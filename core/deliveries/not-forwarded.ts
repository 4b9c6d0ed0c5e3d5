/** Why a delivery was not sent on to the app, in the words of the terminal and the inspector. */
import { isImportedHook } from '../capture/capture.ts'
import { unroutedHook } from '../hooks/hook.ts'
import type { NoRoute } from '../routes/route.ts'
import { clip, printable } from '../text/text.ts'
import type { InPlace } from './attempt.ts'
import type { DeliverySummary } from './delivery.ts'

/** Contract with scripts. */
export type NotForwardedCode =
  | 'unrouted'
  | 'imported'
  | 'incomplete'
  | 'loop'
  | 'rejected'
  | 'paused'
  | 'waiting'
  | 'retrying'
  | 'queue-full'
  | 'no-target'
  | 'answered-in-place'
  | NoRoute
  | 'not-sent'

export interface NotForwarded {
  readonly code: NotForwardedCode
  readonly message: string
  readonly hint: string
}

/** What is known of a delivery, when it is shown, that did not reach the app. */
export interface DeliveryWhy {
  /** Why no attempt is made; null when one was, or will be. */
  readonly notForwarded: NotForwarded | null
  /** Why hookscope answered in the app's place; null when it did not. */
  readonly statusReason: InPlace | null
}

/** How forwarding stands now. */
export interface Forwarding {
  readonly hasTarget: boolean
  readonly paused: boolean
  /** Rejected deliveries are forwarded as well. */
  readonly rejectedToo: boolean
  /** It is in the queue. */
  readonly waits: boolean
  /** It came while the queue of a target was full, which it still is. Default false: a list does not know. */
  readonly wasPassedOver?: boolean
  /** It waits for a target at which nobody takes connections. */
  readonly isRetried?: boolean
  /** Why no route takes it; null or absent when one does. */
  readonly noRoute?: NoRoute | null
}

const reasons = {
  unrouted: {
    message: 'No hook has this path, so it was not forwarded.',
    hint: 'Correct the Hook URL in the console. Replay sends it anyway.',
  },
  imported: {
    message: 'It was imported from a file, so it was not forwarded.',
    hint: 'Replay sends it.',
  },
  incomplete: {
    message: 'The body is incomplete, so there is nothing to forward.',
    hint: 'The gateway sends the event again.',
  },
  loop: {
    message: 'hookscope sent it itself, so it was not forwarded again.',
    hint: 'Your target leads back to a hook here: enter the URL of your own app.',
  },
  rejected: {
    message: 'Rejected deliveries are not forwarded.',
    hint: 'Fix why it was rejected; --observe forwards rejected deliveries as well.',
  },
  paused: {
    message: 'Forwarding is paused: it is sent when forwarding resumes.',
    hint: 'Resume in Settings, or press p in the terminal.',
  },
  waiting: { message: 'Queued: 20 are sent at once.', hint: 'It is sent as soon as one of those is answered.' },
  retrying: {
    message: 'Nobody takes connections at the target: it is tried again for a while.',
    hint: 'Start your app: it is sent as soon as the app is there.',
  },
  'queue-full': {
    message: 'It arrived while the target’s queue was full, so it is not sent automatically.',
    hint: 'Replay sends it now.',
  },
  'no-target': {
    message: 'There is no target to forward to.',
    hint: 'Enter one in Settings, or start hookscope with --forward URL.',
  },
  'answered-in-place': {
    message:
      'hookscope answered the gateway instead of your app and did not forward it: forwarding was paused, there was no target, or the attempt could not be stored.',
    hint: 'The gateway sends the event again. Replay sends it now.',
  },
  'not-sent': {
    message:
      'It was not forwarded on arrival: there was no target, its queue was full or removed, forwarding was paused with --answer app, or hookscope ended first.',
    hint: 'Replay sends it now.',
  },
} as const satisfies Record<Exclude<NotForwardedCode, NoRoute>, Omit<NotForwarded, 'code'>>

/** The same where there is room for a word. */
export const notForwardedWords: Readonly<Record<NotForwardedCode, string>> = {
  unrouted: 'not forwarded',
  imported: 'imported',
  incomplete: 'not forwarded',
  loop: 'not forwarded',
  rejected: 'not forwarded',
  paused: 'paused',
  waiting: 'waits',
  retrying: 'waits',
  'queue-full': 'queue full',
  'no-target': 'no target',
  'answered-in-place': 'not sent',
  'no-route': 'no route',
  'not-selected': 'left out',
  'not-subscribed': 'not subscribed',
  'not-sent': 'not sent',
}

/** Why no route takes a delivery. @param eventType as it came; null where the body names none */
export function noRouteReason(code: NoRoute, eventType: string | null): NotForwarded {
  const type = eventType === null ? 'a body without an event type' : clip(printable(eventType), 60)
  switch (code) {
    case 'no-route':
      return {
        code,
        message: `Not forwarded: no route for ${type}.`,
        hint: 'A route without events takes the rest: add one beside the others, at its webhook, in Settings, or with --forward URL.',
      }
    case 'not-selected':
      return { code, message: `Not forwarded: --only leaves out ${type}.`, hint: 'Replay sends it now.' }
    case 'not-subscribed':
      return {
        code,
        message: `Not forwarded: its hook is not subscribed to ${type}.`,
        hint: 'Add the event to the hook, or start hookscope with --forward-unsubscribed.',
      }
  }
}

/** @param delivery one that no attempt was made to forward */
export function whyNotForwarded(
  {
    hook,
    reasons: rejections,
    notes,
    verdict,
    status,
    eventType,
  }: Pick<DeliverySummary, 'hook' | 'reasons' | 'notes' | 'verdict' | 'status' | 'eventType'>,
  { hasTarget, paused, rejectedToo, waits, wasPassedOver = false, noRoute = null, isRetried = false }: Forwarding,
): NotForwarded {
  const because = (code: keyof typeof reasons): NotForwarded => ({ code, ...reasons[code] })
  if (hook === unroutedHook) return because('unrouted')
  if (isImportedHook(hook)) return because('imported')
  if (rejections.some(reason => reason.startsWith('body-'))) return because('incomplete')
  if (notes.includes('loop')) return because('loop')
  if (verdict === 'rejected' && !rejectedToo) return because('rejected')
  if (!hasTarget) return because('no-target')
  if (noRoute !== null) return noRouteReason(noRoute, eventType)
  if (wasPassedOver) return because('queue-full')
  if (waits) return because(paused ? 'paused' : isRetried ? 'retrying' : 'waiting')
  // hookscope says 5xx of itself only in the app's place, and where that is rehearsed.
  if (status !== null && status >= 500 && !notes.includes('answer-rehearsed')) return because('answered-in-place')
  return because('not-sent')
}
