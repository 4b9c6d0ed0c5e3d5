/** Deliveries on their way to the apps: the forwarder, what it knows of its targets, and what was left unsent. */
import pLimit from 'p-limit'
import type { ForwardStatus, ReplayJob } from '../../core/api/messages.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { DeliverySummary, NewDelivery } from '../../core/deliveries/delivery.ts'
import { eventTypeOf } from '../../core/deliveries/describe.ts'
import { type NotForwarded, whyNotForwarded } from '../../core/deliveries/not-forwarded.ts'
import { findEvent } from '../../core/events/catalogue.ts'
import type { Routed } from '../../core/routes/route.ts'
import { routeText } from '../../core/routes/route-text.ts'
import { takenText } from '../../core/routes/route-words.ts'
import { decodeBody } from '../bodies/decode.ts'
import type { Settings } from '../config/settings.ts'
import type { ForwardedHook } from '../hooks/hooks.ts'
import { errorLine } from '../lib/errors.ts'
import type { Openings } from '../lib/openings.ts'
import type { Store } from '../store/store.ts'
import { type Forwarder, openForwarder } from './forward.ts'
import { cutOffNews } from './interrupted-memory.ts'
import { type LeftNews, type Leftovers, missedNews, openLeftovers } from './leftovers.ts'
import { type MissedMemory, openMissedMemory } from './missed-memory.ts'
import type { Replayer } from './replay.ts'
import { type GivenRoute, routesOfConfig, routesOfHooks, routesOfTexts, routeView } from './routes.ts'
import { openSharedForwarding } from './sharing/shared-forwarding.ts'
import { openSharedOffers } from './sharing/shared-offers.ts'
import { checkedTargets } from './target.ts'
import { openTargetWatch, type TargetWatch } from './target-watch.ts'

export interface ForwardingOptions {
  readonly store: Store
  readonly replayer: Replayer
  readonly settings: Pick<
    Settings,
    'forward' | 'retryMs' | 'routes' | 'forwardAll' | 'only' | 'forwardUnsubscribed' | 'sending' | 'answer' | 'observe'
  >
  /** Whether somebody waits for what becomes of a delivery. */
  isFollowed(delivery: number): boolean
  /** The hooks there are: routes may name them, and they have routes of their own. */
  hooks(): readonly ForwardedHook[]
  /** Called when hooks changed. @returns a function that stops the calls */
  onHooks(listener: () => void): () => void
  /** Whether a URL leads back here. */
  isOwnUrl(url: URL): boolean
  /** The newest delivery before this start: those up to it are sent only as far as they were owed. */
  readonly before: number
  /** Called when `status`, or what is left, may be another. */
  changed(): void
  /** Takes lines for people. */
  log(line: string): void
}

export interface Forwarding {
  readonly forwarder: Forwarder
  readonly leftovers: Leftovers
  readonly watch: TargetWatch
  status(): ForwardStatus | null
  /** @throws UserError for a target that cannot be one */
  setTargets(texts: readonly string[], letGo?: boolean): Promise<void>
  /** Holds deliveries back, in every process; in others within a second. */
  pause(paused: boolean): Promise<void>
  /** Whether hooks can forward as they are to. @throws UserError as `setTargets` does */
  check(hooks: readonly ForwardedHook[]): void
  /** Sends what was left unsent. @returns undefined when there is none of that id */
  sendLeftover(id: string): Promise<ReplayJob | undefined>
  /** How many attempts of a delivery that is told of now are still to follow. */
  attemptsAwaited(delivery: DeliverySummary): number
  /** Why a delivery without an attempt was not forwarded. */
  whyNot(delivery: DeliverySummary): NotForwarded
  /** Forwards from now on. */
  begin(): Promise<void>
  /** Sends what earlier runs owed, and offers what their replays did not come to. Resolves when the first is known. */
  takeUp(): Promise<void>
}

/** A delivery that came less than this ago may be read just now to be forwarded, milliseconds. */
const onItsWayMs = 2000

/** @param opened takes what is to be closed, also what the end cut short and is to be told of */
export async function openForwarding(options: ForwardingOptions, opened: Openings): Promise<Forwarding> {
  const { store, settings, changed } = options
  let given = routesOfTexts(settings.forward, settings)
  // Named at the start: a hook that is given another label keeps its routes.
  const configured = routesOfConfig(settings, options.hooks())
  const routesWith = (hooks: readonly ForwardedHook[]): GivenRoute[] => [
    ...configured,
    ...given,
    ...routesOfHooks(hooks, settings),
  ]
  const routesNow = () => routesWith(options.hooks())
  const targets = routesNow()
  const answeredByApp = settings.answer === 'app'
  const removed = watchRemoved(store, changed, opened)
  const offers = store.claims.isShared ? await openSharedOffers(store) : undefined
  const leftovers = openLeftovers(changed, removed, offers)
  offers?.begin(leftovers.others)
  opened.add('offers', () => offers?.close())
  const forwarder = await openForwarder({
    store,
    targets: [],
    isOwnUrl: options.isOwnUrl,
    rejectedToo: settings.observe,
    answeredByApp,
    retryMs: settings.retryMs,
    isFollowed: options.isFollowed,
    rules: { all: settings.forwardAll, only: settings.only, unsubscribed: settings.forwardUnsubscribed },
    routedNew: incoming => routedNew(incoming, options.hooks()),
    from: options.before,
    removed,
    news: leftovers.tell,
  })
  tellCutOff(options, leftovers, opened)
  opened.add('forwarder', ms => forwarder.close(ms))
  await forwarder.expect(targets)
  forwarder.onChange(changed)
  const memory = await openMissedMemory(store)
  const watch = openTargetWatch({
    ...{ store, changed, removed, missed: memory.missed },
    isInsecure: target => forwarder.targets.some(({ url, insecure }) => insecure === true && url.href === target),
    isWaiting: (target, delivery) => forwarder.waitsFor(delivery).includes(target),
    over(target, missed, how) {
      memory.over(target)
      const settled = () => memory.settle(target)
      // The news of the target tells of it.
      if (how === 'missed') leftovers.missed(target, missed, settled)
      else leftovers.tell(missedNews(target, how, missed, settled))
    },
  })
  const stopDropped = store.deliveries.onDropped(watch.forget)
  opened.add('target watch', () => {
    stopDropped()
    watch.close()
    return memory.close()
  })
  const watchTargets = () => watch.watch(forwarder.targets.map(({ url }) => url))
  function status(): ForwardStatus | null {
    const now = forwarder.status()
    const { routes, all, only, unsubscribed } = forwarder.plan
    const targets = now?.targets.map(one => ({ ...one, ...watch.of(one.target) })) ?? []
    return now && { ...now, targets, routes: routes.map(routeView), all, only, unsubscribed, given: textsOf(given) }
  }
  /** Follows other routes; who looks at the terminal has only what it said of those before. */
  function take(letGo?: boolean): Promise<void> {
    const before = routesText(status(), options.hooks())
    const noted = forwarder.setTargets(routesNow(), letGo)
    watchTargets()
    const now = routesText(status(), options.hooks())
    if (now !== before) options.log(`Forwarding has changed: ${now}.`)
    return noted
  }
  const shared = openSharedForwarding(
    store,
    textsOf(given),
    async ({ paused, texts }) => {
      if (paused !== forwarder.isPaused) forwarder.pause(paused)
      if (JSON.stringify(texts) !== JSON.stringify(textsOf(given))) await setTargets(texts, true)
    },
    options.log,
  )
  opened.add('what processes share', shared.close)
  async function setTargets(texts: readonly string[], letGo?: boolean): Promise<void> {
    const before = given
    given = routesOfTexts(texts, settings)
    let noted: Promise<void>
    try {
      noted = take(letGo)
    } catch (error) {
      given = before
      throw error
    }
    await noted
  }
  /** From now on the routes that hooks have are the forwarder's; what waits for one that is none any more is offered. */
  function followHooks(): void {
    const owns = () => JSON.stringify(options.hooks().map(({ id, forward }) => [id, forward]))
    let before = owns()
    const stop = options.onHooks(() => {
      const now = owns()
      if (now === before) return
      before = now
      try {
        void take(true)
      } catch (error) {
        options.log(`What a webhook forwards to could not be followed: ${errorLine(error)}`)
      }
    })
    opened.add('routes of hooks', stop)
  }
  /** Who answers the gateway is sent it before it is indexed, or never. */
  const isOnItsWay = ({ receivedAt }: DeliverySummary) =>
    !answeredByApp && Math.abs(Date.now() - Date.parse(receivedAt)) < onItsWayMs

  return {
    forwarder,
    leftovers,
    watch,
    status,
    async setTargets(texts, letGo) {
      await setTargets(texts, letGo)
      await shared.setTargets(textsOf(given))
    },
    async pause(paused) {
      forwarder.pause(paused)
      await shared.pause(paused)
    },
    check: hooks => void checkedTargets(routesWith(hooks), options.isOwnUrl),
    sendLeftover: id =>
      leftovers.send(id, ({ ids, target, manner, isNoted, ended }) =>
        options.replayer.startJob({ ids, target, ...manner }, { isNoted, ended }),
      ),
    attemptsAwaited(delivery) {
      const sends = forwarder.sends(delivery)
      // The first app's answer is known by then: it is what the gateway was answered.
      return answeredByApp ? Math.max(0, sends - 1) : sends
    },
    whyNot: delivery =>
      whyNotForwarded(delivery, {
        hasTarget: forwarder.targets.length > 0,
        paused: forwarder.status()?.paused ?? false,
        rejectedToo: settings.observe,
        waits: forwarder.waitsFor(delivery.id).length > 0 || isOnItsWay(delivery),
        isRetried: isRetried(forwarder.status()?.targets ?? [], forwarder.waitsFor(delivery.id)),
        wasPassedOver: forwarder.wasPassedOver(delivery.id),
        noRoute: forwarder.routesOf(delivery).why,
      }),
    async begin() {
      routesOfHooks(options.hooks(), settings, routes => checkedTargets(routes, options.isOwnUrl))
      await forwarder.setTargets(routesNow())
      watchTargets()
      followHooks()
      await shared.begin()
    },
    takeUp: () => takeUp(options, forwarder, leftovers, memory, opened),
  }
}

/** What was taken away and can still be brought back. */
function watchRemoved(
  { deliveries, edits }: Pick<Store, 'deliveries' | 'edits'>,
  changed: () => void,
  opened: Openings,
): ReadonlySet<number> {
  const removed = new Set<number>()
  const stops = [
    edits.onRemoved(({ ids, isRemoved }) => {
      for (const id of ids) isRemoved ? removed.add(id) : removed.delete(id)
      changed()
    }),
    deliveries.onDropped(ids => {
      for (const id of ids) removed.delete(id)
    }),
  ]
  opened.add('removed deliveries', () => {
    for (const stop of stops) stop()
  })
  return removed
}

/** At the end, offers what it cut short. */
function tellCutOff({ store, replayer }: ForwardingOptions, leftovers: Leftovers, opened: Openings): void {
  const cutOff: AttemptSummary[] = []
  const stopAttempts = store.attempts.onEnded((attempt, _byOther, again) => {
    leftovers.attempted(attempt)
    if (again) leftovers.cameToEnd(attempt)
    if (attempt.error?.code === 'CANCELLED') cutOff.push(attempt)
  })
  opened.add('what was cut off', async () => {
    stopAttempts()
    for (const news of await cutOffNews(store, cutOff)) leftovers.tell(news)
    for (const news of await replayer.cutShort()) leftovers.tell(news)
    leftovers.close()
  })
}

/** Sends what earlier runs owed, and offers what their replays did not come to and what targets missed; from now on what other processes leave. */
function takeUp(
  { store, replayer, log }: ForwardingOptions,
  forwarder: Forwarder,
  leftovers: Leftovers,
  memory: MissedMemory,
  opened: Openings,
): Promise<void> {
  const inTurn = pLimit(1)
  const tell = (what: string, left: () => Promise<readonly LeftNews[]>) =>
    inTurn(left).then(
      news => news.forEach(leftovers.tell),
      (error: unknown) => log(`${what}: ${errorLine(error)}`),
    )
  const offer = async (takenUp: Promise<void>) => {
    await takenUp
    void tell('The rest of interrupted replays is unknown', replayer.left)
    // What was on its way is known by then: that an app missed it is not.
    const isWaiting = (target: string, id: number) => forwarder.waitsFor(id).includes(target)
    void tell('What targets missed before the restart is unknown', () => memory.left(isWaiting))
  }
  const takenUp = forwarder.takeUp()
  void offer(takenUp)
  const stopLeft = store.unfinished.onLeft(() => void offer(forwarder.takeUp()))
  opened.add('what other processes leave', stopLeft)
  return takenUp
}

/** Routes as they are typed. */
const textsOf = (routes: readonly GivenRoute[]): string[] => routes.map(route => routeText(route))

/** Which deliveries go where, as the end of a sentence. */
function routesText(status: ForwardStatus | null, hooks: readonly ForwardedHook[]): string {
  if (status === null) return 'deliveries are kept, and sent nowhere'
  const each = status.targets.map(({ target }) => `${takenText(target, status, hooks) ?? 'every event'} to ${target}`)
  return each.join(', ')
}

/** What decides where a delivery goes before it is indexed: its event is read out of the body. */
function routedNew({ hook, headers, body }: NewDelivery, hooks: readonly ForwardedHook[]): Routed {
  const decoded = decodeBody(headers, body)
  const eventType = eventTypeOf(decoded.kind === 'decoded' ? decoded.body : body)
  const type = eventType === null ? undefined : findEvent(eventType)?.type
  const events = hooks.find(({ id }) => id === hook)?.events
  return { hook, eventType, isSubscribed: type === undefined || (events?.includes(type) ?? true) }
}

/** Whether one of the targets that a delivery waits for has nobody who takes connections. */
const isRetried = (targets: readonly { target: string; retryUntil: string | null }[], waitsFor: readonly string[]) =>
  targets.some(({ target, retryUntil }) => retryUntil !== null && waitsFor.includes(target))
