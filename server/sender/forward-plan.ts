/** Which lanes go on when there are other targets, and which deliveries go to which of them. */
import { isImportedHook } from '../../core/capture/capture.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import { unroutedHook } from '../../core/hooks/hook.ts'
import { type Routed, type RoutePlan, type RouteRule, routesFor } from '../../core/routes/route.ts'
import type { Lane } from './forward-lane.ts'
import type { ForwardTarget } from './target.ts'

/** What a delivery's own parts say about whether it is forwarded. */
type Meant = Pick<DeliverySummary, 'verdict' | 'notes' | 'hook'>

/** @param rejectedToo whether rejected ones are forwarded as well */
export const isMeant = ({ verdict, notes, hook }: Meant, rejectedToo: boolean): boolean =>
  hook !== unroutedHook && !isImportedHook(hook) && !notes.includes('loop') && (verdict !== 'rejected' || rejectedToo)

export const hrefOf = ({ url }: ForwardTarget): string => url.href

/** Which deliveries are forwarded where, as it is noted. */
export interface NotedPlan extends RoutePlan<RouteRule & { readonly target: string }> {
  /** The app of the first route answers the gateway: it is owed nothing. */
  readonly answeredByApp: boolean
}

/** The targets that are owed a delivery, each once. */
export function owedTargets(delivery: Routed, plan: NotedPlan): readonly string[] {
  const targets = [...new Set(routesFor(delivery, plan).routes.map(({ target }) => target))]
  return plan.answeredByApp ? targets.slice(1) : targets
}

export const notedPlan = (plan: RoutePlan<ForwardTarget>, answeredByApp: boolean): NotedPlan => ({
  ...plan,
  routes: plan.routes.map(route => ({ target: hrefOf(route), ...ruleOf(route) })),
  answeredByApp,
})

const ruleOf = ({ hook = null, events = null }: RouteRule) => ({ hook, events })
const isSameRule = (one: RouteRule, other: RouteRule) => JSON.stringify(ruleOf(one)) === JSON.stringify(ruleOf(other))

export interface LanePlan {
  /** By place: the lane that goes on, with the same target or with the one that takes its place; undefined for a further target. */
  readonly going: readonly (Lane | undefined)[]
  /** Those that nothing more is sent by. */
  readonly ended: readonly Lane[]
}

/** @param wanted each once */
export function planLanes(before: readonly Lane[], wanted: readonly ForwardTarget[]): LanePlan {
  const isWanted = (href: string) => wanted.some(target => hrefOf(target) === href)
  const going = wanted.map((target, place) => {
    const same = before.find(lane => hrefOf(lane.target) === hrefOf(target))
    const replaced = before[place]
    const isTaken = replaced === undefined || isWanted(hrefOf(replaced.target)) || !isSameRule(replaced.target, target)
    return same ?? (isTaken ? undefined : replaced)
  })
  return { going, ended: before.filter(lane => !going.includes(lane)) }
}
