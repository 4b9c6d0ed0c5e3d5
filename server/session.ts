/** One running `listen`: wires store, both doors, sender and tunnel, and closes them in reverse. */
import { existsSync } from 'node:fs'
import type { Attempt, AttemptSummary, InPlace } from '../core/attempt.ts'
import type { DeliverySummary } from '../core/delivery.ts'
import type { SignatureDiagnosis } from '../core/diagnosis.ts'
import type { Hook } from '../core/hook.ts'
import type { Status } from '../core/messages.ts'
import { whyNotForwarded } from '../core/not-forwarded.ts'
import type { TunnelStatus } from '../core/tunnel.ts'
import { openAnnouncer } from './announcer.ts'
import { openCheckRuns } from './check/runs.ts'
import { openDiagnoses } from './diagnosis/diagnoses.ts'
import { openExplainer } from './diagnosis/explainer.ts'
import { UserError } from './errors.ts'
import { openHooks } from './hooks/hooks.ts'
import { everyHook, nearestHook } from './hooks/nearest-path.ts'
import { startInspector } from './inspector/inspector.ts'
import type { Controls } from './inspector/types.ts'
import type { DeliveryWhy } from './json-lines.ts'
import { createOpenings, type Openings } from './openings.ts'
import { isOwnUrl } from './own-url.ts'
import { doors, onPort } from './ports.ts'
import { type Receiver, startReceiver } from './receiver/receiver.ts'
import type { StartedSecrets } from './secrets.ts'
import { openForwarder, type Unsent } from './sender/forward.ts'
import { openReplayer } from './sender/replay.ts'
import { openSamples } from './sender/simulate/samples.ts'
import { openSimulator } from './sender/simulate/simulator.ts'
import { openTracker } from './sender/simulate/tracker.ts'
import { parseForwardTargets } from './sender/target.ts'
import { openTargetWatch, type TargetNews } from './sender/target-watch.ts'
import type { Settings } from './settings.ts'
import { publishOwner } from './store/owner.ts'
import { openStore } from './store/sqlite.ts'
import { sendTestEvent } from './test-event.ts'
import { openTunnel, type Tunnel } from './tunnel/tunnel.ts'
import { version } from './version.ts'

/** Retention is applied at the start and this often, milliseconds. */
const purgeEveryMs = 600_000
/** A delivery that came less than this ago may be read just now to be forwarded, milliseconds. */
const onItsWayMs = 2000
/** How many deliveries at paths that no hook has are kept. */
const mostUnrouted = 500

export interface SessionOptions {
  readonly settings: Settings
  readonly secrets: StartedSecrets
  /** Opens the private door. */
  readonly token: string
  /** Folder of the built inspector. */
  readonly uiFolder: string
  /** Takes lines for people. */
  log(line: string): void
  /** Each delivery once, when it is kept and what it was answered is known. */
  onDelivery(delivery: DeliverySummary, why: DeliveryWhy): void
  /** Why its signature is wrong, after the delivery was told of; not for each when many come. */
  onDiagnosis(delivery: DeliverySummary, diagnosis: SignatureDiagnosis): void
  /** Each attempt once, when it has ended; never before its delivery. */
  onAttempt(attempt: AttemptSummary): void
}

export interface Session {
  readonly controls: Controls
  /** The private door's address; with `inspectorLink` a browser is let in. */
  readonly inspectorUrl: string
  readonly inspectorLink: string
  /** Whether the database was made by this start. */
  readonly isFirst: boolean
  /** Sentences about what is not as it was asked for or usually is: ports that were taken. */
  readonly notices: readonly string[]
  /** How many deliveries came since the start. */
  kept(): number
  /** How many attempts of a delivery that is told of now are still to follow. */
  attemptsAwaited(delivery: DeliverySummary): number
  /** How many sends to the app are in flight. */
  answersAwaited(): number
  /** Deliveries that wait to be forwarded, by where to. */
  unsent(): readonly Unsent[]
  /** Called when the tunnel's state or URL changed. @returns a function that stops the calls */
  onTunnel(listener: (tunnel: TunnelStatus) => void): () => void
  /** Called when nothing takes connections at a target, at once for those where that is known, and when something does again. */
  onTarget(listener: (news: TargetNews) => void): () => void
  /** Begins to tell of deliveries and attempts, those since the start first. */
  announce(): void
  /** Sends the newest delivery to where deliveries are forwarded. @throws UserError when there is none, or no target */
  replayLast(): Promise<Attempt>
  /** Lets what is in flight end, then closes everything. */
  close(): Promise<void>
}

/**
 * Opens everything and resolves once both doors accept requests; the tunnel comes up meanwhile.
 * @throws UserError for a port, a database or a target that cannot be used; nothing is left open then
 */
export async function startSession(options: SessionOptions): Promise<Session> {
  const opened = createOpenings(options.log)
  try {
    return await open(options, opened)
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}

async function open(options: SessionOptions, opened: Openings): Promise<Session> {
  const { settings, log } = options
  const startedAt = Date.now()
  const targets = parseForwardTargets(settings.forward)
  const answeredByApp = settings.answer === 'app'
  const isFirst = !existsSync(settings.db)
  const notices: string[] = []
  const statusListeners = new Set<() => void>()
  const tellStatus = () => {
    for (const listener of statusListeners) listener()
  }

  const store = openStore({ path: settings.db })
  opened.add('store', () => store.close())

  let receiver: Receiver | null = null
  let inspectorPort = 0
  let tunnel: Tunnel | null = null
  let storeTrouble: string | null = null
  const publicUrl = () => {
    const status = tunnel?.status()
    return status === undefined || status.state === 'off' || status.state === 'starting'
      ? settings.publicUrl
      : (status.url ?? settings.publicUrl)
  }
  const localUrl = () => `http://localhost:${receiver?.port ?? 0}`
  const hooks = openHooks(store, options.secrets, settings.label, {
    addresses: () => ({ publicUrl: publicUrl(), localUrl: localUrl() }),
    log,
  })
  opened.add('hooks', () => hooks.close())
  hooks.onChange(tellStatus)
  const isOwn = (url: URL) => isOwnUrl(url, [receiver?.port ?? 0, inspectorPort], publicUrl())

  const diagnoses = openDiagnoses(() => ({
    hooks: hooks.hooks(),
    stored: store.hooks(),
    removed: store.removedHooks(),
  }))
  const explainer = openExplainer({
    store,
    diagnoses,
    tell: options.onDiagnosis,
    log,
  })
  opened.add('explainer', () => explainer.close())
  /** Why hookscope answered in the app's place, until the delivery is told of. */
  const inPlace = new Map<number, InPlace>()
  const announcer = openAnnouncer({
    store,
    answeredByApp,
    onDelivery(delivery) {
      const notForwarded =
        delivery.lastAttempt === null && attemptsAwaited(delivery) === 0 ? whyNotSent(delivery) : null
      const statusReason = inPlace.get(delivery.id) ?? null
      inPlace.delete(delivery.id)
      options.onDelivery(delivery, { notForwarded, statusReason })
      explainer.offer(delivery)
    },
    onAttempt: options.onAttempt,
  })
  opened.add('announcer', () => announcer.close())
  const tracker = openTracker({ store, hooks: hooks.hooks, isForwarding: () => forwarder.targets.length > 0 })
  opened.add('tracker', () => tracker.close())
  const forwarder = openForwarder({ store, targets: [], isOwnUrl: isOwn, rejectedToo: settings.observe })
  opened.add('forwarder', () => forwarder.close())
  forwarder.onChange(tellStatus)
  forwarder.onSettled(tracker.forwarded)
  function attemptsAwaited(delivery: DeliverySummary): number {
    const sends = forwarder.sends(delivery)
    // The first app's answer is known by then: it is what the gateway was answered.
    return answeredByApp ? Math.max(0, sends - 1) : sends
  }
  /** Who answers the gateway is sent it before it is indexed, or never. */
  const isOnItsWay = ({ receivedAt }: DeliverySummary) =>
    !answeredByApp && Date.now() - Date.parse(receivedAt) < onItsWayMs
  const whyNotSent = (delivery: DeliverySummary) =>
    whyNotForwarded(delivery, {
      hasTarget: forwarder.targets.length > 0,
      paused: forwarder.status()?.paused ?? false,
      rejectedToo: settings.observe,
      waits: forwarder.waitsFor(delivery.id).length > 0 || isOnItsWay(delivery),
    })
  const watch = openTargetWatch({ store, changed: tellStatus })
  opened.add('target watch', () => watch.close())
  const watchTargets = () => watch.watch(forwarder.targets.map(({ url }) => url))
  const forwardStatus = () => {
    const now = forwarder.status()
    return now && { ...now, targets: now.targets.map(one => ({ ...one, ...watch.of(one.target) })) }
  }
  const replayer = openReplayer({
    store,
    hooks: hooks.hooks,
    defaultTarget: () => forwarder.targets[0]?.url ?? null,
    isOwnUrl: isOwn,
  })
  opened.add('replayer', () => replayer.close())
  replayer.onChange(tellStatus)

  // Deliveries that are indexed before the target is known: what a crash left, and the first moments.
  let early: DeliverySummary[] | null = []
  let kept = 0
  const stopIndexed = store.onIndexed(deliveries => {
    kept += deliveries.filter(({ receivedAt }) => Date.parse(receivedAt) >= startedAt).length
    announcer.offer(deliveries)
    if (early === null) forwarder.offer(deliveries)
    else early.push(...deliveries)
  })
  opened.add('indexing', async () => {
    await store.settled()
    stopIndexed()
  })
  // What is in flight is answered through the tunnel: the receiver ends before it.
  opened.add('tunnel', () => tunnel?.close())

  const started = await onPort(settings.port, doors.receiver, port =>
    startReceiver({
      port,
      hooks: hooks.hooks,
      store,
      prefix: settings.publicUrl === null ? '' : new URL(settings.publicUrl).pathname.replace(/\/+$/, ''),
      observe: settings.observe,
      bodyBytes: settings.limits.bodyBytes,
      ...(answeredByApp && { answerFromApp: forwarder.answer }),
      onInPlace: (id, why) => inPlace.set(id, why),
      rehearse: hook => hooks.rehearsed(hook.id),
      claim: tracker.claim,
      unrouted: {
        most: mostUnrouted,
        nearest: path => nearestHook(path, everyHook<Pick<Hook, 'label' | 'path'>>(hooks.hooks(), hooks.removed())),
      },
      log,
      onTrouble(trouble) {
        if (trouble === storeTrouble) return
        storeTrouble = trouble
        log(trouble === null ? 'Deliveries can be kept again.' : `Deliveries cannot be kept: ${trouble}`)
        tellStatus()
      },
    }),
  )
  const { opened: door } = started
  receiver = door
  opened.add('receiver', () => door.close())
  if (started.notice !== null) notices.push(started.notice)

  /** Own paths are reached through the public URL while the tunnel is up. */
  const baseUrl = () => (tunnel?.status().state === 'up' ? (publicUrl() ?? localUrl()) : localUrl())
  const simulator = openSimulator({
    store,
    hooks: hooks.hooks,
    urlOf: ({ customUrl, path }) => customUrl ?? `${baseUrl()}${path}`,
    tracker,
  })
  opened.add('simulator', () => simulator.close())
  simulator.onChange(tellStatus)
  const checks = openCheckRuns({ store, hooks: hooks.hooks, isOwnUrl: isOwn, log })
  opened.add('check', () => checks.close())
  checks.onChange(tellStatus)

  const status = (): Status => ({
    version,
    startedAt: new Date(startedAt).toISOString(),
    db: settings.db,
    tunnel: tunnel?.status() ?? { state: 'starting' },
    hooks: hooks.views(),
    forward: forwardStatus(),
    answer: settings.answer,
    observe: settings.observe,
    storeTrouble,
    limits: settings.limits,
    retention: settings.retention,
    jobs: replayer.jobs(),
    verifications: hooks.verifications(),
    simulator: simulator.status(),
    check: checks.status(),
  })
  const controls: Controls = {
    status,
    onStatus(listener) {
      statusListeners.add(listener)
      return () => statusListeners.delete(listener)
    },
    hooks,
    diagnoses,
    simulator,
    samples: openSamples({ store }),
    checks,
    replay: (delivery, request) => replayer.replay(delivery, request),
    preview: replayer.preview,
    startReplayJob: replayer.startJob,
    cancelReplayJob: replayer.cancelJob,
    setForwardTargets(texts) {
      forwarder.setTargets(parseForwardTargets(texts))
      watchTargets()
    },
    pauseForwarding: forwarder.pause,
    waitsFor: forwarder.waitsFor,
    whyNotForwarded: whyNotSent,
    async sendTestEvent(id) {
      const hook = hooks.hooks().find(known => known.id === id)
      if (hook === undefined) throw new UserError('There is no such hook.', 'Reload the inspector.')
      const isSentOn = forwarder.status()?.paused !== true
      return sendTestEvent(hook, `${baseUrl()}${hook.path}`, { tracker, isSentOn })
    },
  }

  const { opened: inspector, notice } = await onPort(settings.inspectorPort, doors.inspector, port =>
    startInspector({ port, token: options.token, store, controls, uiFolder: options.uiFolder, log }),
  )
  opened.add('inspector', () => inspector.close())
  inspectorPort = inspector.port
  if (notice !== null) notices.push(notice)

  forwarder.setTargets(targets)
  watchTargets()
  forwarder.offer(early)
  early = null
  publishOwner(store.path, { pid: process.pid, inspectorUrl: inspector.url, token: options.token })

  const running = openTunnel({
    provider: settings.tunnel,
    host: settings.tunnelHost,
    domains: settings.tunnelDomain,
    subdomain: settings.subdomain,
    keptSubdomain: store.setting('subdomain'),
    publicUrl: settings.publicUrl,
    port: door.port,
    issueProbe: door.issueProbe,
    previousUrl: store.setting('public-url'),
    log,
    onSubdomain: name => store.setSetting('subdomain', name),
  })
  tunnel = running

  const tunnelListeners = new Set<(status: TunnelStatus) => void>()
  let told = describeState(running.status())
  running.onChange(now => {
    if (now.state === 'up') store.setSetting('public-url', now.url)
    tellStatus()
    // Round trips are news for the inspector only.
    const described = describeState(now)
    if (described === told) return
    told = described
    for (const listener of tunnelListeners) listener(now)
  })

  const purge = () =>
    store.purge(settings.retention).catch((error: unknown) => {
      log(`Old deliveries could not be dropped: ${error instanceof Error ? error.message : String(error)}`)
    })
  const purging = setInterval(purge, purgeEveryMs).unref()
  opened.add('retention', () => clearInterval(purging))
  void purge()

  return {
    controls,
    inspectorUrl: inspector.url,
    inspectorLink: inspector.openUrl,
    isFirst,
    notices,
    kept: () => kept,
    attemptsAwaited,
    answersAwaited: () => forwarder.inFlight + replayer.inFlight + simulator.inFlight,
    unsent: forwarder.unsent,
    onTunnel(listener) {
      tunnelListeners.add(listener)
      return () => tunnelListeners.delete(listener)
    },
    onTarget: watch.onNews,
    announce: announcer.start,
    async replayLast() {
      const { deliveries } = await store.list({ query: { terms: [] }, before: null, limit: 1, grouped: false })
      const [newest] = deliveries
      if (newest === undefined) throw new UserError('Nothing has come yet.', 'There is nothing to replay.')
      return replayer.replay(newest.id, {})
    },
    close: opened.closeAll,
  }
}

/** What of a tunnel's status is news: not the time of the last round trip, and not that of the next try. */
function describeState(status: TunnelStatus): string {
  return JSON.stringify({ ...status, roundTripMs: null, retryAt: null })
}
