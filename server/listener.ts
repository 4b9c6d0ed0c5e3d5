/** One running `listen`: a workspace with a receiver, a forwarder, the API's server and a tunnel; closed in reverse. */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreTrouble } from '../core/api/store-trouble.ts'
import type { TunnelStatus } from '../core/api/tunnel.ts'
import type { Attempt } from '../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../core/deliveries/delivery.ts'
import { type Inspector, startInspector } from './api/server.ts'
import type { StartedSecrets } from './config/secrets.ts'
import type { Settings } from './config/settings.ts'
import type { OldDeliveries } from './deliveries/age-guard.ts'
import { openArrivals } from './deliveries/arrivals.ts'
import { openBacklogNews } from './deliveries/backlog-news.ts'
import { arrivedHere, type KeptBefore, readKeptBefore } from './deliveries/kept-before.ts'
import { type NewsTakers, openNews, takeUpMs } from './deliveries/news.ts'
import { openRetention } from './deliveries/retention.ts'
import type { LinkNews, LinkOptions, ServerLink } from './laptop/link.ts'
import { isDatabaseUrl, shownDatabase } from './lib/database-url.ts'
import { errorLine, UserError } from './lib/errors.ts'
import { type Awaited, createOpenings, type Openings } from './lib/openings.ts'
import { doors, onPort } from './lib/ports.ts'
import { openReceiver } from './listening/open-receiver.ts'
import { listeningOf, openPlace } from './listening/place.ts'
import { openProbeKey } from './receiver/probe-key.ts'
import type { ReceiverOptions } from './receiver/receiver.ts'
import type { Unsent } from './sender/forward.ts'
import { openForwarding } from './sender/forwarding.ts'
import type { SendNews } from './sender/leftovers.ts'
import type { TargetNews } from './sender/target-watch.ts'
import { StoreUnavailable } from './store/problem.ts'
import { publishOwner, publishServer } from './store/sqlite/file/owner.ts'
import { openingProblem } from './store/sqlite/problem.ts'
import type { FileFate } from './store/store.ts'
import { onTroubleNews } from './store/trouble-news.ts'
import type { AskTunnel } from './tunnel/choose.ts'
import { openKeptTunnel, tunnelNews } from './tunnel/kept-tunnel.ts'
import { openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts'

/** What a server that a team shares has otherwise than a laptop. */
export interface Serving extends Pick<ReceiverOptions, 'clientOf' | 'onAnswered'> {
  /** Opens an inspector for people who sign in, in place of the one that a token opens. */
  openInspector(workspace: Workspace): Promise<Inspector>
  /** How long its end waits for what is in flight, all in all, milliseconds. */
  readonly endingMs: number
}

export interface ListenerOptions extends NewsTakers, Pick<WorkspaceOptions, 'sealer' | 'signal'> {
  readonly settings: Settings
  readonly secrets: StartedSecrets
  /** Opens the inspector. */
  readonly token: string
  /** Folder of the built inspector. */
  readonly uiFolder: string
  /** Takes lines for people. */
  log(line: string): void
  /** Asks through whose server deliveries may pass; absent: nobody can be asked. */
  readonly askTunnel?: AskTunnel
  readonly serving?: Serving
  /** The server that deliveries come from. */
  readonly from?: LinkOptions
}

export interface Listener {
  readonly workspace: Workspace
  readonly receiverPort: number
  /** The inspector's address; with `inspectorLink` a browser is let in. */
  readonly inspectorUrl: string
  readonly inspectorLink: string
  /** Lets a browser in once, within a minute: for a command line, which other users of this machine can read. */
  browserLink(): string
  /** Whether the database was made by this start. */
  readonly isFirst: boolean
  /** Sentences about what is not as it was asked for or usually is: ports that were taken. */
  readonly notices: readonly string[]
  /** What is to be dropped by its age, but not before somebody says so, since the clock may be wrong; null: nothing. */
  readonly old: OldDeliveries | null
  /** Somebody says so. */
  dropOld(): void
  /** What is kept of before; null when the database cannot tell. */
  keptBefore(): Promise<KeptBefore | null>
  /** How many deliveries came since the start. */
  kept(): number
  /** How many of them were dropped for good since. */
  dropped(): number
  /** How many attempts of a delivery that is told of now are still to follow. */
  attemptsAwaited(delivery: DeliverySummary): number
  /** What the end waits for. */
  awaited(): Awaited
  /** Deliveries that wait to be forwarded, by where to. */
  unsent(): readonly Unsent[]
  /** Called when the tunnel's state or URL changed. @returns a function that stops the calls */
  onTunnel(listener: (tunnel: TunnelStatus) => void): () => void
  /** Called with news of the server that deliveries come from; never where there is none. @returns a function that stops the calls */
  onFrom(listener: (news: LinkNews) => void): () => void
  /** Called when nothing takes connections at a target, at once for those where that is known, and when something does again. */
  onTarget(listener: (news: TargetNews) => void): () => void
  /** Called when something is wrong with the database, at once when it is already, now and then how far its repair is, and when all is well again. */
  onTrouble(listener: (trouble: StoreTrouble | null) => void): () => void
  /** What became of the database by the time it was closed. */
  fate(): FileFate
  /** Called with what waits and what is not sent; what is known already first. */
  onSending(listener: (news: SendNews) => void): void
  /** Begins to tell of deliveries and attempts, those since the start first. */
  announce(): void
  /** Sends the newest delivery to where deliveries are forwarded. @throws UserError when there is none, or no target */
  replayLast(): Promise<Attempt>
  /** Lets what is in flight end, then closes everything. */
  close(): Promise<void>
}

/**
 * Opens everything and resolves once receiver and inspector accept requests; the tunnel comes up meanwhile.
 * @throws UserError for a port, a database or a target that cannot be used; nothing is left open then
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const opened = createOpenings(options.log, options.serving?.endingMs)
  try {
    return await start(options, opened)
  } catch (error) {
    await opened.closeAll()
    // What the database cannot give at the start is the person's to know of, as what it cannot be opened for is.
    throw error instanceof StoreUnavailable ? openingProblem(shownDatabase(options.settings.db), error) : error
  }
}

async function start(options: ListenerOptions, opened: Openings): Promise<Listener> {
  const { settings, log } = options
  const isFirst = !existsSync(settings.db)
  const place = openPlace(settings)
  const workspace = await openWorkspace({ ...options, listening: listeningOf(settings, place, () => forwarding) })
  const { store, replayer, simulator } = workspace
  let fate: FileFate = 'kept'
  opened.add('workspace', ms => {
    fate = store.health.fate()
    return workspace.close(ms)
  })
  place.link = await openFrom(options, workspace, opened)
  /** What came before is sent only as far as an earlier run owed it. */
  const before = await store.deliveries.newest()
  // A new database has nothing to look for, which would start a thread: a tenth of the start.
  const listedBefore = before === 0 ? 0 : await newestListed(store)
  const news = openNews(options, { ...workspace, listedBefore }, () => forwarding, opened)
  const { changed } = workspace
  const forwarding = await openForwarding(
    {
      ...{ store, replayer, settings, before, changed, log },
      hooks: workspace.hooks.hooks,
      onHooks: workspace.hooks.onChange,
      isFollowed: workspace.tracker.isFollowed,
      ...place,
    },
    opened,
  )
  const { forwarder, leftovers, watch } = forwarding
  forwarder.onSettled(delivery => workspace.tracker.forwarded(delivery, forwarder.isLeftOut(delivery)))
  opened.add('replays', ms => replayer.close(ms))
  opened.add('backlog news', openBacklogNews(store.deliveries, { log, changed }))
  const arrivals = openArrivals(store, before, { forwarding, offer: news.offer }, opened)
  // What is in flight is answered through the tunnel: the receiver ends before it.
  opened.add('tunnel', () => place.tunnel?.close())

  const notices: string[] = []
  const probeKey = store.claims.isShared ? await openProbeKey(store.settings) : null
  if (probeKey !== null) opened.add('key of probes', probeKey.close)
  const receiver = await openReceiver({
    ...{ settings, serving: options.serving, log, store, hooks: workspace.hooks, claim: workspace.tracker.claim },
    ...{ answerFromApp: forwarder.answer, onInPlace: news.inPlace, notices, probeKey },
  })
  place.receiver = receiver
  opened.add('receiver', ms => receiver.close(ms))
  opened.add('background work', ms => workspace.rest(ms))
  const inspector = await openInspector(options, workspace, notices)
  place.inspectorPort = inspector.port
  opened.add('inspector', () => inspector.close())

  await forwarding.begin()
  arrivals.release()
  const takenUp = forwarding.takeUp()
  const { hooks, edits } = workspace
  await edits.resume()
  hooks.resume().catch((error: unknown) => log(`Checks of stored deliveries could not continue: ${errorLine(error)}`))
  // The token of this machine's commands opens nothing where people sign in; beside a server's log there is no place for it.
  if (!isDatabaseUrl(settings.db)) {
    if (options.serving !== undefined) publishServer(store.path, inspector.url)
    else publishOwner(store.path, { pid: process.pid, inspectorUrl: inspector.url, token: options.token })
  }
  place.tunnel = await openKeptTunnel(settings, store.settings, receiver, { ask: options.askTunnel ?? null, log })
  const onTunnel = tunnelNews(place.tunnel, changed)
  opened.add('deliveries of the server', () => place.link?.rest())
  /** What earlier runs owed is known by then: what is dropped of it is told of. */
  const owedKnown = Promise.race([takenUp, sleep(takeUpMs, undefined, { ref: false })]).catch(() => {})
  // The next step of a scenario would overtake one whose delivery an earlier run left unsent.
  owedKnown
    .then(() => simulator.resume())
    .catch((error: unknown) => log(`Simulated events could not continue: ${errorLine(error)}`))
  const purging = await openRetention({ store, retention: settings.retention, ready: owedKnown, log, changed }, opened)

  return {
    workspace,
    receiverPort: receiver.port,
    inspectorUrl: inspector.url,
    inspectorLink: inspector.openUrl,
    browserLink: inspector.oneTimeUrl,
    isFirst,
    notices,
    old: purging.old,
    dropOld: purging.dropOld,
    keptBefore: () => readKeptBefore(store),
    kept: () => arrivals.kept,
    dropped: () => arrivals.dropped,
    attemptsAwaited: forwarding.attemptsAwaited,
    awaited: () => ({
      deliveries: [...new Set([...forwarder.awaited(), ...replayer.awaited()])].sort((one, other) => one - other),
      simulated: simulator.inFlight,
      requests: receiver.busy(),
    }),
    unsent: forwarder.unsent,
    onTunnel,
    onTarget: watch.onNews,
    onTrouble: listener => onTroubleNews(store.health, listener),
    fate: () => fate,
    onSending: leftovers.onNews,
    onFrom: listener => place.link?.onNews(listener) ?? (() => {}),
    announce() {
      news.announce(takenUp)
      // What it has to say is heard from now on.
      place.link?.connect()
    },
    replayLast: () => replayLast(workspace),
    close: opened.closeAll,
  }
}

/** Closed after the forwarder: what it sends last is told as well. */
async function openFrom(
  { from, log }: ListenerOptions,
  { store, changed }: Workspace,
  opened: Openings,
): Promise<ServerLink | null> {
  if (from === undefined) return null
  const { openLink } = await import('./laptop/link.ts')
  const link = await openLink({ ...from, store, changed, log })
  opened.add('link to the server', link.close)
  return link
}

async function openInspector(
  { settings, token, uiFolder, serving, log }: ListenerOptions,
  workspace: Workspace,
  notices: string[],
): Promise<Inspector> {
  if (serving !== undefined) return serving.openInspector(workspace)
  const people = settings.twoFactor ? await (await import('./people/local.ts')).openLocalPeople(settings.db) : null
  try {
    const { opened, notice } = await onPort(settings.inspectorPort, doors.inspector, port =>
      startInspector({
        ...{ port, token, allowedHosts: settings.allowedHosts, workspace, uiFolder, log },
        ...(people !== null && { people }),
      }),
    )
    if (notice !== null) notices.push(notice)
    if (people === null) return opened
    return { ...opened, close: () => opened.close().finally(people.close) }
  } catch (error) {
    await people?.close()
    throw error
  }
}

/** The newest delivery that is listed; 0 where none is, or none can be. */
async function newestListed({ deliveries }: Pick<Workspace['store'], 'deliveries'>): Promise<number> {
  try {
    const page = await deliveries.list({ query: { terms: [] }, before: null, limit: 1, grouped: false })
    return page.deliveries[0]?.id ?? 0
  } catch (error) {
    if (error instanceof StoreUnavailable) return 0
    throw error
  }
}

async function replayLast({ store, replayer }: Workspace): Promise<Attempt> {
  const { deliveries } = await store.deliveries.list({
    query: arrivedHere,
    before: null,
    limit: 1,
    grouped: false,
    whole: true,
  })
  const [newest] = deliveries
  if (newest === undefined) throw new UserError('Nothing has come yet.', 'There is nothing to replay.')
  return replayer.replay(newest.id, {})
}
