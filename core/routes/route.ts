/** Where a delivery goes: the one rule for the forwarder, what it owes after a crash, and every list that says why not. */
import { unroutedHook } from '../hooks/hook.ts'
import { fitsEvents } from './fits-events.ts'

/** Which deliveries a route takes. */
export interface RouteRule {
  /** The id of a hook: only its deliveries. Absent or null: those of every hook that has no route of its own. */
  readonly hook?: string | null
  /** Patterns as `readEvents` gives them. Absent or null: what no route with events takes. */
  readonly events?: readonly string[] | null
}

/** What is forwarded where. */
export interface RoutePlan<R extends RouteRule = RouteRule> {
  readonly routes: readonly R[]
  /** Every route that fits takes a delivery, not only the first. */
  readonly all: boolean
  /** Only these events are forwarded; null: all of them. */
  readonly only: readonly string[] | null
  /** Also events that their hook is not subscribed to. */
  readonly unsubscribed: boolean
}

/** What of a delivery decides. */
export interface Routed {
  readonly hook: string
  /** As it came, in either spelling; null for a body that names none. */
  readonly eventType: string | null
  /** Its hook is subscribed to it, or it has no type that is known. */
  readonly isSubscribed: boolean
}

/** Why no route takes a delivery. */
export type NoRoute = 'not-subscribed' | 'not-selected' | 'no-route'

/** The routes that take it, the first one's app answers the gateway when an app does; or why there is none. */
export type RoutesFor<R extends RouteRule> =
  | { readonly routes: readonly [R, ...R[]]; readonly why: null }
  | { readonly routes: readonly []; readonly why: NoRoute }

/**
 * The routes of a delivery. A hook with routes of its own has these alone: what they leave out goes nowhere. Of those with
 * events the first that fits takes it alone; what none of them takes goes to each without events.
 */
export function routesFor<R extends RouteRule>(delivery: Routed, plan: RoutePlan<R>): RoutesFor<R> {
  const { hook, eventType } = delivery
  if (!delivery.isSubscribed && !plan.unsubscribed) return { routes: [], why: 'not-subscribed' }
  if (plan.only !== null && !fitsEvents(plan.only, eventType)) return { routes: [], why: 'not-selected' }
  const fitting = routesOfHook(hook, plan.routes).filter(({ events }) => !events || fitsEvents(events, eventType))
  const [first, ...others] = [...fitting.filter(({ events }) => events), ...fitting.filter(({ events }) => !events)]
  if (first === undefined) return { routes: [], why: 'no-route' }
  return { routes: [first, ...(plan.all || !first.events ? others : [])], why: null }
}

/** The routes that a hook's deliveries can go by: its own, and those of all hooks only where it has none. */
export function routesOfHook<R extends RouteRule>(id: string, routes: readonly R[]): readonly R[] {
  const own = routes.filter(({ hook }) => hook === id)
  return own.length > 0 ? own : routes.filter(({ hook }) => !hook)
}

/**
 * Where a delivery goes that a person sends, whatever of it is left out of forwarding: its own routes, the first one first, then
 * the others of its hook, then all others.
 */
export function routesByHand<R extends RouteRule>(delivery: Routed, plan: Pick<RoutePlan<R>, 'routes'>): readonly R[] {
  const { routes } = routesFor(delivery, { routes: plan.routes, all: true, only: null, unsubscribed: true })
  return [...new Set([...routes, ...routesOfHook(delivery.hook, plan.routes), ...plan.routes])]
}

/** A delivery as its row says what decides. */
export const routedOf = ({
  hook,
  eventType,
  notes,
}: {
  readonly hook: string
  readonly eventType: string | null
  readonly notes: readonly string[]
}): Routed => ({ hook, eventType, isSubscribed: hook === unroutedHook || !notes.includes('event-not-subscribed') })
