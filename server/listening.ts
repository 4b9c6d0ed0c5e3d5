/** What a listener adds to a workspace, and what there is of it where none is. */
import type { ReplayJob, Status } from '../core/api/messages.ts'
import type { DeliverySummary } from '../core/deliveries/delivery.ts'
import { type NotForwarded, whyNotForwarded } from '../core/deliveries/not-forwarded.ts'
import { type RoutePlan, routedOf, routesFor } from '../core/routes/route.ts'
import type { Addresses } from './hooks/active.ts'
import { UserError } from './lib/errors.ts'
import { routeView } from './sender/routes.ts'
import type { ForwardTarget } from './sender/target.ts'
import { nothingKnown } from './sender/target-watch.ts'

/** Hooks that are answered, and deliveries that are sent on; asked whenever it is needed. Methods throw UserError for what the user can fix. */
export interface Listening {
  readonly addresses: () => Addresses
  /** Where what is sent to a hook's own path goes, without a trailing slash; null: nobody answers there. */
  baseUrl(): string | null
  /** Whether a URL leads back here. */
  isOwnUrl(url: URL): boolean
  /** Where deliveries are forwarded, a pause aside. */
  targets(): readonly URL[]
  /** Which go where, and how they are sent: also what a person sends. */
  routes(): readonly ForwardTarget[]
  status(): Pick<Status, 'tunnel' | 'forward' | 'leftovers' | 'droppedWaiting'>
  /** Forwards to each of them from now on; none stops forwarding. @param letGo of what waits for one that is none any more */
  setForwardTargets(targets: readonly string[], letGo?: boolean): void
  pauseForwarding(paused: boolean): void
  /** Whether deliveries are held back; never where nothing is forwarded. */
  isPaused(): boolean
  /** Sends what was left unsent, as a replay of several. @returns undefined when there is none of that id */
  sendLeftover(id: string): Promise<ReplayJob | undefined>
  /** What was left unsent is not wanted. @returns whether it was there */
  dismissLeftover(id: string): boolean
  /** Why a delivery without an attempt was not forwarded. */
  whyNotForwarded(delivery: DeliverySummary): NotForwarded
  /** Targets whose queue a delivery stands in. */
  waitsFor(delivery: number): readonly string[]
}

/** What is known of a listener that does not run. */
export interface NobodyListens {
  /** Where it would forward deliveries, and which. */
  readonly plan: RoutePlan<ForwardTarget>
  /** The public URL of the settings, without a trailing slash; null while none is known. */
  readonly publicUrl: string | null
  /** Whether it would forward rejected deliveries as well. */
  readonly observe: boolean
}

export const noListener = (so: string): UserError =>
  new UserError(`No hookscope is listening, so ${so}.`, 'Start hookscope and try again.')

export function nobodyListens({ plan, publicUrl, observe }: NobodyListens): Listening {
  const refuse = () => {
    throw noListener('nothing is forwarded')
  }
  const targets = [...new Map(plan.routes.map(({ url }) => [url.href, url])).values()]
  const [first] = targets
  const { all, only, unsubscribed } = plan
  const given = { routes: plan.routes.map(routeView), all, only, unsubscribed, given: [] }
  const still = { paused: false, waiting: 0, oldestWaiting: null, oldestPassedOver: null, mostWaiting: 0 }
  const forwarding = { hasTarget: first !== undefined, paused: false, rejectedToo: observe, waits: false }
  return {
    addresses: () => ({ publicUrl, localUrl: '' }),
    baseUrl: () => null,
    isOwnUrl: () => false,
    targets: () => targets,
    routes: () => plan.routes,
    status: () => ({
      tunnel: { state: 'off' },
      forward: first === undefined ? null : { target: first.href, ...still, ...given, targets: targets.map(unwatched) },
      leftovers: [],
      droppedWaiting: 0,
    }),
    setForwardTargets: refuse,
    pauseForwarding: refuse,
    isPaused: () => false,
    sendLeftover: async () => undefined,
    dismissLeftover: () => false,
    whyNotForwarded: delivery =>
      whyNotForwarded(delivery, { ...forwarding, noRoute: routesFor(routedOf(delivery), plan).why }),
    waitsFor: () => [],
  }
}

const unwatched = ({ href }: URL) =>
  ({ target: href, waiting: 0, isFull: false, retryUntil: null, ...nothingKnown }) as const
