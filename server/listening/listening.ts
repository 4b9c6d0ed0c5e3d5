/** What a listener adds to a workspace, and what there is of it where none is. */
import type { ReplayJob, Status } from '../../core/api/messages.ts'
import type { TunnelChoice, TunnelChoiceWay } from '../../core/api/tunnel.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import { type NotForwarded, whyNotForwarded } from '../../core/deliveries/not-forwarded.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { type RoutePlan, routedOf, routesFor } from '../../core/routes/route.ts'
import type { Addresses } from '../hooks/active.ts'
import type { ForwardedHook } from '../hooks/hooks.ts'
import { UserError } from '../lib/errors.ts'
import { routeView } from '../sender/routes.ts'
import { checkedTargets, type ForwardTarget } from '../sender/target.ts'
import { nothingKnown } from '../sender/target-watch.ts'

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
  status(): Pick<Status, 'tunnel' | 'from' | 'exposed' | 'forward' | 'leftovers' | 'droppedWaiting'>
  /** Forwards to each of them from now on; none stops forwarding. @param letGo of what waits for one that is none any more */
  setForwardTargets(targets: readonly string[], letGo?: boolean): Promise<void>
  /** Whether hooks can forward as they are to. @throws UserError when one leads back here, or there are too many targets */
  checkForwarding(hooks: readonly ForwardedHook[]): void
  pauseForwarding(paused: boolean): Promise<void>
  /** Whether deliveries are held back; never where nothing is forwarded. */
  isPaused(): boolean
  /** Sends what was left unsent, as a replay of several. @returns undefined when there is none of that id */
  sendLeftover(id: string): Promise<ReplayJob | undefined>
  /** What was left unsent is not wanted. @returns whether it was there */
  dismissLeftover(id: string): Promise<boolean>
  /** Why a delivery without an attempt was not forwarded. */
  whyNotForwarded(delivery: DeliverySummary): NotForwarded
  /** The ways to a public URL that can be taken now. */
  tunnelWays(): Promise<TunnelChoice>
  /** Opens another way in place of the tunnel that is open. */
  useTunnel(name: TunnelChoiceWay['name']): Promise<void>
  /** Targets whose queue a delivery stands in. */
  waitsFor(delivery: number): readonly string[]
}

/** What is known of a listener that does not run. */
export interface NobodyListens {
  /** Where it would forward deliveries, and which, with the routes that hooks have. */
  plan(hooks: readonly ForwardedHook[]): RoutePlan<ForwardTarget>
  /** The public URL of the settings, without a trailing slash; null while none is known. */
  readonly publicUrl: string | null
  /** Whether a URL would lead back to it. */
  isOwnUrl(url: URL): boolean
  /** Whether it would forward rejected deliveries as well. */
  readonly observe: boolean
}

export const noListener = (so: string): UserError =>
  new UserError(`No hookscope is listening, so ${so}.`, 'Start hookscope and try again.')

/** @param hooks those there are now; the same list until one changes */
export function nobodyListens(
  { plan: planOf, publicUrl, observe, isOwnUrl }: NobodyListens,
  hooks: () => readonly (ForwardedHook & Pick<Hook, 'path'>)[],
): Listening {
  const refuse = () => {
    throw noListener('nothing is forwarded')
  }
  const refuseTunnel = async () => {
    throw noListener('no tunnel is open')
  }
  let known: { readonly of: readonly ForwardedHook[]; readonly plan: RoutePlan<ForwardTarget> } | null = null
  const planNow = () => {
    const of = hooks()
    if (known?.of !== of) known = { of, plan: planOf(of) }
    return known.plan
  }
  const targets = () => [...new Map(planNow().routes.map(({ url }) => [url.href, url])).values()]
  const still = { paused: false, waiting: 0, oldestWaiting: null, oldestPassedOver: null, mostWaiting: 0 }
  const forwardNow = () => {
    const [first] = targets()
    const { routes, all, only, unsubscribed } = planNow()
    const given = { routes: routes.map(routeView), all, only, unsubscribed, given: [] }
    return first === undefined ? null : { target: first.href, ...still, ...given, targets: targets().map(unwatched) }
  }
  /** A hook's own path leads to it, whichever port it will have. */
  const leadsBack = (url: URL) =>
    isOwnUrl(url) || (isLoopback(url.hostname) && hooks().some(({ path }) => url.pathname === path))
  return {
    addresses: () => ({ publicUrl, localUrl: '' }),
    baseUrl: () => null,
    isOwnUrl: () => false,
    targets,
    routes: () => planNow().routes,
    checkForwarding: of => void checkedTargets(planOf(of).routes, leadsBack),
    status: () => ({
      tunnel: { state: 'off' },
      exposed: null,
      forward: forwardNow(),
      leftovers: [],
      droppedWaiting: 0,
    }),
    setForwardTargets: async () => refuse(),
    pauseForwarding: refuse,
    isPaused: () => false,
    sendLeftover: async () => undefined,
    dismissLeftover: async () => false,
    whyNotForwarded: delivery =>
      whyNotForwarded(delivery, {
        ...{ hasTarget: planNow().routes.length > 0, paused: false, rejectedToo: observe, waits: false },
        noRoute: routesFor(routedOf(delivery), planNow()).why,
      }),
    tunnelWays: refuseTunnel,
    useTunnel: refuseTunnel,
    waitsFor: () => [],
  }
}

const unwatched = ({ href }: URL) =>
  ({ target: href, waiting: 0, isFull: false, retryUntil: null, ...nothingKnown }) as const
