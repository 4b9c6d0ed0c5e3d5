/** Forwards deliveries to the merchant's apps, behind the answer to the gateway or, the first one's, in its place. */
import type { ForwardStatus, RouteStatus, TargetStatus } from '../../core/api/messages.ts'
import type { GivenAnswer } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary, NewDelivery } from '../../core/deliveries/delivery.ts'
import { isGood } from '../../core/http/outcome.ts'
import { type Routed, type RoutePlan, type RoutesFor, routedOf, routesFor } from '../../core/routes/route.ts'
import type { Store } from '../store/store.ts'
import { explained, type Lane, notRouted, openLane } from './forward-lane.ts'
import { hrefOf, isMeant, notedPlan, planLanes } from './forward-plan.ts'
import { mostWaiting } from './forward-queue.ts'
import { openForwardUptake } from './forward-uptake.ts'
import { openGoneNews } from './gone-news.ts'
import type { SendNews } from './leftovers.ts'
import { openNotifier } from './notifier.ts'
import { isLoop } from './outgoing.ts'
import { openOwed } from './owed.ts'
import { closeMs, openInFlight } from './recorded.ts'
import { type SendOptions, targetGuard } from './send.ts'
import { openTargetClaims } from './sharing/target-claims.ts'
import { checkedTargets, checkNothingWaits, type ForwardTarget } from './target.ts'

export interface ForwarderOptions {
  readonly store: Store
  /** The routes: without events, each gets every delivery; none: nothing is forwarded until `setTargets`. */
  readonly targets: readonly ForwardTarget[]
  /** What is forwarded at all, and to how many of the routes that fit. Default: what its hook is subscribed to, to the first. */
  readonly rules?: Partial<Omit<RoutePlan, 'routes'>>
  /** What decides of a delivery that is not indexed yet. Default: nothing is known of its event. */
  routedNew?(incoming: NewDelivery): Routed
  /** Whether a URL leads back to this hookscope's receiver. */
  isOwnUrl(url: URL): boolean
  /** Forward rejected deliveries as well (`--observe`). */
  readonly rejectedToo: boolean
  /** The first app answers the gateway: what it was not sent is sent again by the gateway, and owed to nobody. */
  readonly answeredByApp?: boolean
  /** The newest delivery before this start: those up to it are sent only as far as they were owed. Default 0. */
  readonly from?: number
  /** Takes what earlier runs left, and what is passed over or let go of. */
  news?(news: SendNews): void
  /** Deliveries that were taken away: they wait only once they are brought back. */
  readonly removed?: ReadonlySet<number>
  /** How long deliveries are tried again while nobody takes connections, milliseconds. Default 0: not at all. */
  readonly retryMs?: number
  /** Whether somebody waits for what becomes of a delivery, which is then not tried again. */
  isFollowed?(delivery: number): boolean
  /** Default `mostWaiting`. */
  readonly most?: number
  /** Time-outs and limits of each send. */
  readonly send?: Omit<SendOptions, 'signal'>
}

export interface Forwarder {
  /** Each place once, in the order they were given. */
  readonly targets: readonly ForwardTarget[]
  /** Which deliveries go to which of them. */
  readonly plan: RoutePlan<ForwardTarget>
  /** Where a delivery goes, or why nowhere. */
  routesOf(delivery: DeliverySummary): RoutesFor<ForwardTarget>
  /** What is told of it, what takes connections where aside; null when nothing is forwarded. */
  status(): (Omit<ForwardStatus, 'targets' | keyof RouteStatus> & { readonly targets: readonly Waiting[] }) | null
  /**
   * A target that was there keeps what waits for it. One that takes the place of another gets what waited there; a further one
   * begins with the next delivery, and with what an earlier run owed it. None stops forwarding.
   * @param letGo whether what waits for a target that is none any more may be let go of
   * They are the targets when it returns; resolves when that is noted, over the end of the process.
   * @throws UserError, at once, when one is the receiver's own URL, there are too many, or deliveries wait; nothing is changed then
   */
  setTargets(targets: readonly ForwardTarget[], letGo?: boolean): Promise<void>
  /** These will be the targets, as soon as it is known that none leads back here: what comes until then is owed to them. */
  expect(targets: readonly ForwardTarget[]): Promise<void>
  /** Sends what earlier runs owed to the targets there are, and tells of what they owed to others. */
  takeUp(): Promise<void>
  /** Holds deliveries back; afterwards they go out in the order they came. */
  pause(paused: boolean): void
  /** Whether deliveries are held back; never where nothing is forwarded. */
  readonly isPaused: boolean
  /** To how many targets a delivery is sent once it is offered; 0 while paused. */
  sends(delivery: DeliverySummary): number
  /** Takes deliveries as they are indexed; looped, rejected, unrouted and incomplete ones are passed over. */
  offer(deliveries: readonly DeliverySummary[]): void
  /** Sends a delivery to the target of its first route at once and gives its answer for the gateway; `offer` then has it sent to the others. */
  answer(delivery: number, incoming: NewDelivery): Promise<GivenAnswer>
  /** Called once for each delivery when nothing more of it is sent, after its attempts have ended. @returns a function that stops the calls */
  onSettled(listener: (delivery: number) => void): () => void
  /** Of one that is told of as settled: whether no route takes it. */
  isLeftOut(delivery: number): boolean
  /** @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** How many answers are awaited. */
  readonly inFlight: number
  /** Of which deliveries, ascending. */
  awaited(): readonly number[]
  /** Targets whose queue a delivery stands in. */
  waitsFor(delivery: number): readonly string[]
  /** Whether it came while the queue of a target was full, which it still is. */
  wasPassedOver(delivery: number): boolean
  /** How many were to be sent and were dropped or deleted before, in this run and as earlier ones left word of it. */
  readonly gone: number
  /** What waits, by target; its ids ascending. Without targets for which nothing waits. */
  unsent(): readonly Unsent[]
  /** Lets what is in flight end, for `ms` milliseconds, by default as long as its time-outs allow; what waits is not sent. */
  close(ms?: number): Promise<void>
}

/** How many deliveries wait for a target. */
type Waiting = Pick<TargetStatus, 'target' | 'waiting' | 'isFull' | 'retryUntil'>

/** Deliveries that wait for a target. */
export interface Unsent {
  readonly target: string
  readonly ids: readonly number[]
  /** Those of them that were sent before and not taken: the next start offers them, and sends only the others. */
  readonly tried: readonly number[]
}

/** @throws UserError when a target is the receiver's own URL */
export async function openForwarder(options: ForwarderOptions): Promise<Forwarder> {
  const { store, isOwnUrl, rejectedToo, answeredByApp = false, from = 0, most = mostWaiting, send } = options
  const news = options.news ?? (() => {})
  const { removed = new Set() } = options
  const notifier = openNotifier()
  const inFlight = openInFlight()
  /** Answered by an app itself, and not offered yet; with the app's target. */
  const answered = new Map<number, string | null>()
  const owed = openOwed()
  let paused = false
  let closed = false
  let lanes: readonly Lane[] = []
  let routes: readonly ForwardTarget[] = []
  const rules = { all: false, only: null, unsubscribed: false, ...options.rules }
  const planNow = (): RoutePlan<ForwardTarget> => ({ routes, ...rules })
  let gone = 0
  /** Offered just now, and taken by no route. */
  let leftOut: number | null = null
  const { retryMs = 0 } = options
  const givenUp = {
    refused: openGoneNews((target, ids) => news({ kind: 'gave-up', target, why: 'refused', ids })),
    'cut-off': openGoneNews((target, ids) => news({ kind: 'gave-up', target, why: 'cut-off', ids })),
  }
  const goneNews = openGoneNews((target, ids) => news({ kind: 'gone', target, ids }))
  const uptake = await openForwardUptake({
    store,
    from,
    rejectedToo,
    lanes: () => lanes,
    plan: () => notedPlan(planNow(), answeredByApp),
    resumed(lane, ids, tried) {
      for (const id of [...ids, ...tried]) owed.add(id, 1)
      for (const id of ids) lane.offer(id)
      for (const id of tried) lane.takeOver(id)
      lane.pump()
      notifier.changed()
    },
    goneBefore(count) {
      gone += count
      notifier.changed()
    },
    news,
  })
  const claims = openTargetClaims(
    store.claims,
    async target => {
      const lane = laneOf(target)
      if (lane !== undefined) await leaveWhatWasSent(lane)
    },
    target => laneOf(target)?.pump(),
    target => laneOf(target)?.unsent()[0] ?? null,
  )
  const laneOf = (target: string) => lanes.find(lane => hrefOf(lane.target) === target)

  /** What another process has sent of what waits here is not sent again, but for what it had planned to. */
  async function leaveWhatWasSent(lane: Lane): Promise<void> {
    const ids = lane.unsent()
    const asked = { target: hrefOf(lane.target), ids, after: 0, upTo: 0, sinceAttempt: 0 }
    const left = new Set((await store.unfinished.unsent(asked)).map(({ id }) => id))
    await lane.leaveToOthers(id => left.has(id))
  }

  const unsentOf = (lane: Lane) => lane.unsent().filter(id => !removed.has(id))
  const waitingIn = (lane: Lane) =>
    lane.waiting === 0 || removed.size === 0 ? lane.waiting : unsentOf(lane).filter(lane.waits).length
  const oldestIn = (lane: Lane) =>
    lane.oldest !== null && removed.has(lane.oldest) ? (unsentOf(lane)[0] ?? null) : lane.oldest
  setLanes(options.targets, false)
  await noteLanes()

  function laneTo(target: ForwardTarget): Lane {
    const lane: Lane = openLane({
      store,
      target,
      send: { ...send, signal: inFlight.signal },
      routeOf: delivery =>
        routesFor(delivery, planNow()).routes.find(route => hrefOf(route) === hrefOf(lane.target)) ?? lane.target,
      inFlight,
      most,
      retryMs,
      mayRetry: delivery => options.isFollowed?.(delivery) !== true,
      gaveUp: (delivery, why) => givenUp[why].add(hrefOf(lane.target), [delivery]),
      retries: why => news({ kind: 'retrying', target: hrefOf(lane.target), why, ms: retryMs }),
      isElsewhere: () => !claims.holds(hrefOf(lane.target)),
      isHeld: () => paused || closed || !claims.holds(hrefOf(lane.target)),
      changed: notifier.changed,
      done: owed.done,
      // At the end of hookscope it is not known yet who sends it later.
      dropped: id => void (closed || owed.done(id)),
      gone(ids) {
        gone += ids.length
        goneNews.add(hrefOf(lane.target), ids)
        uptake.lost()
        notifier.changed()
      },
      filled: () => uptake.filled(lane),
      emptied: passed => uptake.emptied(lane, passed),
    })
    return lane
  }

  function setLanes(given: readonly ForwardTarget[], letGo: boolean) {
    const wanted = checkedTargets(given, isOwnUrl)
    const { going, ended } = planLanes(lanes, wanted)
    if (!letGo) checkNothingWaits(ended.map(lane => ({ target: hrefOf(lane.target), ids: unsentOf(lane) })))
    routes = given
    lanes = wanted.map((target, place) => {
      const lane = going[place] ?? laneTo(target)
      if (lane.target !== target) lane.retarget(target)
      return lane
    })
    claims.follow(wanted.map(hrefOf))
    for (const lane of ended) {
      uptake.ended(lane)
      lane.close()
    }
    // A person named them: what their names resolve to now is what is meant.
    for (const { url } of wanted) targetGuard.forget(url.hostname)
  }

  async function noteLanes(): Promise<void> {
    await Promise.all([store.attempts.setForwarding(lanes.map(({ target }) => hrefOf(target))), uptake.note()])
  }

  async function goOn(): Promise<void> {
    await noteLanes()
    pump()
    void uptake.takeUp()
    notifier.changed()
  }

  /** The lanes that a delivery goes by, each once. */
  const lanesOf = (delivery: Routed): readonly Lane[] => {
    const targets = new Set(routesFor(delivery, planNow()).routes.map(hrefOf))
    return [...targets].flatMap(href => lanes.find(lane => hrefOf(lane.target) === href) ?? [])
  }

  async function answerNow(id: number, incoming: NewDelivery): Promise<GivenAnswer> {
    if (isLoop(incoming.headers))
      return explained(508, 'loop', 'hookscope sent this itself, so it was not forwarded again.')
    if (lanes.length === 0) return explained(502, 'no-target', 'hookscope has no target to forward to.')
    const { routedNew: routedArrival = unreadNew } = options
    const routed = routedArrival(incoming)
    const { routes: own, why } = routesFor(routed, planNow())
    const [route] = own
    const lane = route && lanes.find(({ target }) => hrefOf(target) === hrefOf(route))
    // It is kept out of the app on purpose: asked again, the answer would be no other.
    if (route === undefined || lane === undefined) return notRouted(routed, why ?? 'no-route')
    if (paused) return explained(502, 'paused', 'Forwarding is paused in hookscope.')
    answered.set(id, hrefOf(route))
    return lane.answer(id, incoming, route)
  }

  const pump = () => {
    for (const lane of lanes) lane.pump()
  }

  const stopAttempts = store.attempts.onEnded(attempt => {
    const lane = laneOf(attempt.target)
    if (lane === undefined) return
    if (attempt.source === 'forward') {
      if (store.claims.isShared) lane.ended(attempt)
      return
    }
    // Somebody replayed what waits, as it came, and the app took it: it is not sent again.
    if (attempt.changes.length > 0 || !isGood(attempt) || !lane.withdraw(attempt.delivery)) return
    owed.done(attempt.delivery)
    lane.pump()
  })

  function dropAnswered(ids: readonly number[]): void {
    for (const id of ids) if (answered.delete(id)) owed.done(id)
  }

  const stopDropped = store.deliveries.onDropped(ids => {
    dropAnswered(ids)
    for (const lane of lanes) lane.forget(ids)
  })

  return {
    get targets() {
      return lanes.map(({ target }) => target)
    },
    get plan() {
      return planNow()
    },
    routesOf: delivery => routesFor(routedOf(delivery), planNow()),
    get inFlight() {
      return inFlight.size
    },
    get gone() {
      return gone
    },
    awaited: inFlight.deliveries,
    status() {
      const each = lanes.map(lane => ({
        target: hrefOf(lane.target),
        waiting: waitingIn(lane),
        isFull: lane.isFull,
        retryUntil: lane.retryUntil === null ? null : new Date(lane.retryUntil).toISOString(),
      }))
      const [first] = each
      if (first === undefined) return null
      const least = (ids: readonly number[]) => (ids.length === 0 ? null : Math.min(...ids))
      return {
        target: first.target,
        paused,
        waiting: Math.max(...each.map(({ waiting }) => waiting)),
        oldestWaiting: least(lanes.flatMap(lane => oldestIn(lane) ?? [])),
        oldestPassedOver: least(lanes.flatMap(lane => lane.passedOver()[0]?.[0] ?? [])),
        mostWaiting: most,
        targets: each,
      }
    },
    waitsFor: id => lanes.filter(lane => lane.waits(id)).map(({ target }) => hrefOf(target)),
    wasPassedOver: id => lanes.some(lane => lane.wasPassedOver(id)),
    unsent: () =>
      lanes
        .map(lane => ({ target: hrefOf(lane.target), ids: unsentOf(lane), tried: lane.tried() }))
        .filter(({ ids }) => ids.length > 0),
    setTargets(next, letGo = false) {
      setLanes(next, letGo)
      return goOn()
    },
    expect: targets => uptake.expect(notedPlan({ ...planNow(), routes: targets }, answeredByApp)),
    takeUp: uptake.takeUp,
    get isPaused() {
      return paused && lanes.length > 0
    },
    pause(next) {
      paused = next
      pump()
      notifier.changed()
    },
    sends(delivery) {
      if (paused) return 0
      if (delivery.id <= from) return uptake.sends(delivery.id)
      return isMeant(delivery, rejectedToo) ? lanesOf(routedOf(delivery)).length : 0
    },
    offer(deliveries) {
      for (const delivery of deliveries) {
        const answeredBy = answered.get(delivery.id)
        const isAnswered = answered.delete(delivery.id)
        // What came before this start is taken up, as far as it is owed.
        const isNew = delivery.id > from && isMeant(delivery, rejectedToo)
        const own = isNew ? lanesOf(routedOf(delivery)) : []
        // Another process had the first app answer what it received.
        const isFirstDone = isAnswered ? answeredBy === null : answeredByApp && store.claims.isShared
        const others = own.filter(
          (lane, place) =>
            !(isFirstDone && place === 0) && hrefOf(lane.target) !== answeredBy && !lane.has(delivery.id),
        )
        if (isNew && own.length === 0 && lanes.length > 0) leftOut = delivery.id
        owed.add(delivery.id, others.length)
        uptake.offered(delivery.id)
        for (const lane of others) lane.offer(delivery.id)
        if (isAnswered) owed.done(delivery.id)
        leftOut = null
      }
      // They come in the order of their ids where one process takes them: what is behind was dropped before it was indexed.
      const last = store.claims.isShared ? 0 : (deliveries.at(-1)?.id ?? 0)
      dropAnswered([...answered.keys()].filter(id => id < last))
      pump()
    },
    answer(id, incoming) {
      answered.set(id, null)
      // This one, and what it is offered for when it is indexed.
      owed.add(id, 2)
      return answerNow(id, incoming).finally(() => owed.done(id))
    },
    onSettled: owed.onSettled,
    isLeftOut: delivery => leftOut === delivery,
    onChange: notifier.on,
    async close(ms = closeMs) {
      closed = true
      stopAttempts()
      for (const lane of lanes) lane.close()
      await inFlight.end(ms)
      await claims.close()
      stopDropped()
      goneNews.close()
      givenUp.refused.close()
      givenUp['cut-off'].close()
      await uptake.close()
      notifier.close()
    },
  }
}

/** Of what is not looked into nothing is known. */
const unreadNew = ({ hook }: NewDelivery): Routed => ({ hook, eventType: null, isSubscribed: true })
