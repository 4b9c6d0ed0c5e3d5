/** Forwards deliveries to the merchant's apps, behind the answer to the gateway or, the first one's, in its place. */
import type { GivenAnswer } from '../../core/attempt.ts'
import type { Arrival, DeliverySummary } from '../../core/delivery.ts'
import { unroutedHook } from '../../core/hook.ts'
import type { ForwardStatus, TargetStatus } from '../../core/messages.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { explained, type Lane, openLane } from './forward-lane.ts'
import { openNotifier } from './notifier.ts'
import { isLoop } from './outgoing.ts'
import { openOwed } from './owed.ts'
import { closeMs, openInFlight } from './recorded.ts'
import { type SendOptions, targetGuard } from './send.ts'
import { type ForwardTarget, mostTargets } from './target.ts'

export interface ForwarderOptions {
  readonly store: Store
  /** Each gets every delivery; none: nothing is forwarded until `setTargets`. */
  readonly targets: readonly ForwardTarget[]
  /** Whether a URL leads back to this hookscope's receiver. */
  isOwnUrl(url: URL): boolean
  /** Forward rejected deliveries as well (`--observe`). */
  readonly rejectedToo: boolean
  /** Time-outs and limits of each send. */
  readonly send?: Omit<SendOptions, 'signal'>
}

export interface Forwarder {
  /** In the order they were given; the first one answers the gateway when an app does. */
  readonly targets: readonly ForwardTarget[]
  /** What is told of it, what takes connections where aside; null when nothing is forwarded. */
  status(): (Omit<ForwardStatus, 'targets'> & { readonly targets: readonly Waiting[] }) | null
  /**
   * A target that was there keeps what waits for it. One that takes the place of another gets what waited there; a further one
   * begins with the next delivery. None stops forwarding and lets go of what waits.
   * @throws UserError when one is the receiver's own URL, or there are too many; nothing is changed then
   */
  setTargets(targets: readonly ForwardTarget[]): void
  /** Holds deliveries back; afterwards they go out in the order they came. */
  pause(paused: boolean): void
  /** To how many targets a delivery is sent once it is offered; 0 while paused. */
  sends(delivery: DeliverySummary): number
  /** Takes deliveries as they are indexed; looped, rejected, unrouted and incomplete ones are passed over. */
  offer(deliveries: readonly DeliverySummary[]): void
  /** Sends a delivery to the first target at once and gives its answer for the gateway; `offer` then has it sent to the others. */
  answer(delivery: number, arrival: Arrival): Promise<GivenAnswer>
  /** Called once for each delivery when nothing more of it is sent, after its attempts have ended. @returns a function that stops the calls */
  onSettled(listener: (delivery: number) => void): () => void
  /** @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** How many answers are awaited. */
  readonly inFlight: number
  /** Targets whose queue a delivery stands in. */
  waitsFor(delivery: number): readonly string[]
  /** What waits, by target; its ids ascending. Without targets for which nothing waits. */
  unsent(): readonly Unsent[]
  /** Lets what is in flight end, for as long as its time-outs allow; what waits is not sent. */
  close(): Promise<void>
}

/** How many deliveries wait for a target. */
type Waiting = Pick<TargetStatus, 'target' | 'waiting'>

/** Deliveries that wait for a target. */
export interface Unsent {
  readonly target: string
  readonly ids: readonly number[]
}

/** @throws UserError when a target is the receiver's own URL */
export function openForwarder({ store, targets, isOwnUrl, rejectedToo, send }: ForwarderOptions): Forwarder {
  const notifier = openNotifier()
  const inFlight = openInFlight()
  /** Answered by the first app itself, and not offered yet. */
  const answered = new Set<number>()
  const owed = openOwed()
  let paused = false
  let closed = false
  let lanes: readonly Lane[] = []
  setLanes(targets)

  function laneTo(target: ForwardTarget): Lane {
    return openLane({
      store,
      target,
      send: { ...send, signal: inFlight.signal },
      inFlight,
      isHeld: () => paused || closed,
      changed: notifier.changed,
      done: owed.done,
      // At the end of hookscope it is not known yet who sends it later.
      dropped: id => void (closed || owed.done(id)),
    })
  }

  function setLanes(given: readonly ForwardTarget[]) {
    const wanted = checked(given, isOwnUrl)
    const isSame = (one: ForwardTarget) => (other: ForwardTarget) => one.url.href === other.url.href
    const before = lanes
    lanes = wanted.map((target, place) => {
      const same = before.find(lane => isSame(target)(lane.target))
      if (same !== undefined) return same
      const replaced = before[place]
      if (replaced === undefined || wanted.some(isSame(replaced.target))) return laneTo(target)
      replaced.retarget(target)
      return replaced
    })
    for (const lane of before) if (!lanes.includes(lane)) lane.close()
    // A person named them: what their names resolve to now is what is meant.
    for (const { url } of wanted) targetGuard.forget(url.hostname)
  }

  async function answerNow(id: number, arrival: Arrival): Promise<GivenAnswer> {
    if (isLoop(arrival.headers))
      return explained(508, 'loop', 'hookscope sent this itself, so it was not forwarded again.')
    const [first] = lanes
    if (first === undefined) return explained(502, 'no-target', 'hookscope has no target to forward to.')
    if (paused) return explained(502, 'paused', 'Forwarding is paused in hookscope.')
    return first.answer(id, arrival)
  }

  const isMeant = ({ verdict, notes, hook }: DeliverySummary) =>
    hook !== unroutedHook && !notes.includes('loop') && (verdict !== 'rejected' || rejectedToo)

  const pump = () => {
    for (const lane of lanes) lane.pump()
  }

  return {
    get targets() {
      return lanes.map(({ target }) => target)
    },
    get inFlight() {
      return inFlight.size
    },
    status() {
      const each = lanes.map(({ target, waiting }) => ({ target: target.url.href, waiting }))
      const [first] = each
      if (first === undefined) return null
      const oldest = Math.min(...lanes.map(lane => lane.oldest ?? Number.POSITIVE_INFINITY))
      return {
        target: first.target,
        paused,
        waiting: Math.max(...each.map(({ waiting }) => waiting)),
        oldestWaiting: Number.isFinite(oldest) ? oldest : null,
        targets: each,
      }
    },
    waitsFor: id => lanes.filter(lane => lane.waits(id)).map(({ target }) => target.url.href),
    unsent: () =>
      lanes.map(lane => ({ target: lane.target.url.href, ids: lane.unsent() })).filter(({ ids }) => ids.length > 0),
    setTargets(next) {
      setLanes(next)
      pump()
      notifier.changed()
    },
    pause(next) {
      paused = next
      pump()
      notifier.changed()
    },
    sends: delivery => (!paused && isMeant(delivery) ? lanes.length : 0),
    offer(deliveries) {
      for (const delivery of deliveries) {
        const isAnswered = answered.delete(delivery.id)
        const others = isMeant(delivery) ? lanes.slice(isAnswered ? 1 : 0) : []
        owed.add(delivery.id, others.length)
        for (const lane of others) lane.offer(delivery.id)
        if (isAnswered) owed.done(delivery.id)
      }
      pump()
    },
    answer(id, arrival) {
      answered.add(id)
      // This one, and what it is offered for when it is indexed.
      owed.add(id, 2)
      return answerNow(id, arrival).finally(() => owed.done(id))
    },
    onSettled: owed.onSettled,
    onChange: notifier.on,
    async close() {
      closed = true
      for (const lane of lanes) lane.close()
      await inFlight.end(closeMs)
      notifier.close()
    },
  }
}

/** @returns the targets, each once @throws UserError when one leads back here, or there are too many */
function checked(targets: readonly ForwardTarget[], isOwnUrl: (url: URL) => boolean): readonly ForwardTarget[] {
  const own = targets.find(({ url }) => isOwnUrl(url))
  if (own !== undefined)
    throw new UserError(
      `Forwarding to ${own.url.href} would send every delivery back to hookscope.`,
      'Give the URL of your own app, such as http://localhost:3000/webhooks.',
    )
  const byUrl = new Map(targets.map(target => [target.url.href, target]))
  if (byUrl.size > mostTargets)
    throw new UserError(
      `Deliveries can be forwarded to ${mostTargets} targets at most, and ${byUrl.size} were given.`,
      'Leave some of them out.',
      { exitCode: exitCodes.usage },
    )
  return [...byUrl.values()]
}
