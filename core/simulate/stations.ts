/** How far a simulated attempt came: to a hook of this hookscope, and through it to the apps that deliveries are forwarded to. */
import type { AttemptOutcome, AttemptSummary } from '../deliveries/attempt.ts'
import type { Rejection, VerdictKind } from '../deliveries/delivery.ts'
import type { HeaderList } from '../http/headers.ts'
import { isGood } from '../http/outcome.ts'

/** The hook of this hookscope at which an attempt arrived. */
export interface HookStation {
  /** The id of the delivery that it became. */
  readonly delivery: number
  readonly verdict: VerdictKind
  /** Why it was rejected; empty otherwise. */
  readonly reasons: readonly Rejection[]
  /** Whose answer the hook gave. */
  readonly answeredBy: 'hookscope' | 'app' | 'mock-response'
}

/** What came from hookscope's own simulator: its header lines without their mark, and whom to tell that it is kept. */
export interface Claim {
  readonly headers: HeaderList
  /** Call it before the delivery can be forwarded. */
  arrived(at: HookStation): void
}

/** What an app behind the hook answered to the delivery that an attempt became. `id` is the attempt's. */
export type AppResult = Omit<AttemptOutcome, 'startedAt'> & Pick<AttemptSummary, 'target'>

/**
 * Why no app was asked: `rejected` by the hook · `no-target`: nothing is forwarded · `paused`: an app was to answer while
 * forwarding was paused · `not-routed`: no route takes its event, or it is not forwarded on purpose · `dropped`: the delivery or its target was removed before it was sent on · `interrupted`: hookscope
 * ended before it was known. Contract with scripts.
 */
export type NotAsked = 'rejected' | 'no-target' | 'not-routed' | 'paused' | 'dropped' | 'interrupted'

/** What is known of the apps behind a hook once nothing more is to come. */
export interface AppsAsked {
  /** One a target. */
  readonly results: readonly AppResult[]
  /** null when one was asked. */
  readonly notAsked: NotAsked | null
}

/** An attempt's two stations, beside the answer of the first. */
export interface Stations {
  /** null when it ends at a URL elsewhere, or did not arrive. */
  readonly arrival: HookStation | null
  /** The app's answer that decides: the first that is not 2xx, else the first. null: none was asked, or not yet. */
  readonly app: AppResult | null
  /** Each app's answer. */
  readonly apps: readonly AppResult[]
  readonly notAsked: NotAsked | null
}

/** How a test event fared: `status` is of the URL that it was sent to, or `problem` says why there is none. */
export interface TestEventResult extends Stations {
  readonly url: string
  readonly status: number | null
  readonly problem: string | null
}

type Answered = Pick<AttemptSummary, 'outcome' | 'status'>

/** The answer that decides of several. */
export const decidingApp = (apps: readonly AppResult[]): AppResult | null =>
  apps.find(app => !isGood(app)) ?? apps[0] ?? null

/** Whether the hook was the last station: nobody is behind it for this event. */
export const endsAtHook = (notAsked: NotAsked | null): boolean => notAsked === 'no-target' || notAsked === 'not-routed'

/** Whether the last station said 2xx, and each before it. Without a target the hook is the last one. */
function isTaken(one: Answered & Omit<Stations, 'app'>): boolean {
  if (!isGood(one)) return false
  return one.arrival === null || endsAtHook(one.notAsked) || (one.apps.length > 0 && one.apps.every(isGood))
}

/** How an attempt stands: `pending` until the last station has answered. */
export function attemptEnd(one: Answered & Omit<Stations, 'app'>): 'pending' | 'taken' | 'failed' {
  const awaitsApp = one.arrival !== null && one.apps.length === 0 && one.notAsked === null
  if (one.outcome === 'pending' || awaitsApp) return 'pending'
  return isTaken(one) ? 'taken' : 'failed'
}

/** The station whose answer an attempt's result is: the hook's where that was no 2xx or no app was asked, else the app's. */
export function resultOf<Try extends Answered & Stations>(one: Try): Try | AppResult {
  return isGood(one) && one.app !== null ? one.app : one
}
