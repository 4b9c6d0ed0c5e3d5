/** Which lanes go on when there are other targets, and which deliveries go to any target at all. */
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import { unroutedHook } from '../../core/hooks/hook.ts'
import type { Lane } from './forward-lane.ts'
import type { ForwardTarget } from './target.ts'

/** What a delivery's own parts say about whether it is forwarded. */
type Meant = Pick<DeliverySummary, 'verdict' | 'notes' | 'hook'>

/** @param rejectedToo whether rejected ones are forwarded as well */
export const isMeant = ({ verdict, notes, hook }: Meant, rejectedToo: boolean): boolean =>
  hook !== unroutedHook && !notes.includes('loop') && (verdict !== 'rejected' || rejectedToo)

export const hrefOf = ({ url }: ForwardTarget): string => url.href

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
    return same ?? (replaced === undefined || isWanted(hrefOf(replaced.target)) ? undefined : replaced)
  })
  return { going, ended: before.filter(lane => !going.includes(lane)) }
}
