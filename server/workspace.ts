/** All features on one database, without port, tunnel or process: what the API is over, whoever asks it and from where. */
import type { Status } from '../core/api/messages.ts'
import type { TestEventResult } from '../core/simulate/stations.ts'
import { type Imports, openImports } from './capture/imports.ts'
import type { CheckRuns, CheckRunsOptions } from './check/runs.ts'
import type { StartedSecrets } from './config/secrets.ts'
import type { Settings } from './config/settings.ts'
import { type BulkEdits, openBulkEdits } from './deliveries/bulk-edits.ts'
import type { Diagnoses } from './diagnose/diagnoses.ts'
import type { CertificateOptions } from './hooks/certificate.ts'
import { type Hooks, openHooks } from './hooks/hooks.ts'
import { UserError } from './lib/errors.ts'
import { lazily } from './lib/lazily.ts'
import { createListeners } from './lib/listeners.ts'
import { version } from './lib/version.ts'
import { type Listening, type NobodyListens, nobodyListens, noListener } from './listening/listening.ts'
import { openReplayer, type Replayer } from './sender/replay.ts'
import { openSamples, type Samples } from './simulate/samples.ts'
import { openSimulator, type Simulator } from './simulate/simulator.ts'
import { sendTestEvent } from './simulate/test-event.ts'
import { openTracker, type Tracker } from './simulate/tracker.ts'
import type { Sealer } from './store/hook-secrets.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import type { TunnelSettings } from './tunnel/readiness.ts'

export interface WorkspaceOptions {
  readonly settings: Pick<Settings, 'db' | 'label' | 'answer' | 'observe' | 'limits' | 'retention'> & TunnelSettings
  /** For the first hook. */
  readonly secrets: StartedSecrets
  /** Seals keys and passwords of hooks, those kept in clear or by a former secret at once. Default: they are kept in clear. */
  readonly sealer?: Sealer | null
  /** Takes lines for people. */
  log(line: string): void
  /** Ends opening a large database of an older format, see `openStore`. */
  readonly signal?: AbortSignal | undefined
  /** Whoever answers hooks and forwards; or what is known of it where nobody does. */
  readonly listening: Listening | NobodyListens
  readonly certificates?: CertificateOptions
}

/** Methods throw UserError for what the user can fix. */
export interface Workspace {
  readonly store: Store
  readonly hooks: Hooks
  readonly diagnoses: Diagnoses
  readonly replayer: Replayer
  /** What waits from before goes on once it is resumed, or something is started. */
  readonly simulator: Simulator
  /** Follows what is simulated through the hooks of a listener. */
  readonly tracker: Tracker
  readonly samples: Samples
  /** Loaded by the first who asks: most have no use for the probes. */
  readonly checks: () => Promise<CheckRuns>
  readonly edits: BulkEdits
  /** Takes deliveries of a file. */
  readonly imports: Imports
  readonly listening: Listening
  /** Whether somebody answers hooks and forwards. */
  readonly isListening: boolean
  /** What is set for tunnels, whether one is open or not. */
  readonly tunnelSettings: TunnelSettings
  /** Sends a signed sample event to the hook, through the public URL when the tunnel is up, and waits for the apps behind it. */
  sendTestEvent(hook: string): Promise<TestEventResult>
  status(): Status
  /** @returns a function that stops the calls */
  onStatus(listener: () => void): () => void
  /** The status is another. */
  changed(): void
  /** Begins nothing by itself any more: ends checks, edits and simulations. @param ms how long for what is in flight, milliseconds */
  rest(ms?: number): Promise<void>
  /** Ends what has not ended, then closes the store. @param ms how long for what is in flight, milliseconds */
  close(ms?: number): Promise<void>
}

/** @throws UserError when the database cannot be opened */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { settings, sealer = null, log, signal } = options
  const store = await openStore({ db: settings.db, log, sealer, signal })
  try {
    if (sealer !== null) await store.hooks.sealAnew()
    return await workspaceOn(store, options)
  } catch (error) {
    await store.close()
    throw error
  }
}

/** On a store that is open; it is closed with the workspace. */
export async function workspaceOn(store: Store, options: WorkspaceOptions): Promise<Workspace> {
  const { settings, log } = options
  const isListening = 'baseUrl' in options.listening
  const listening: Listening =
    'baseUrl' in options.listening ? options.listening : nobodyListens(options.listening, () => hooks.hooks())
  const listeners = createListeners<void>()
  const hooks = await openHooks(store, options.secrets, isListening ? settings.label : null, {
    addresses: listening.addresses,
    checkForwarding: listening.checkForwarding,
    makeFirst: isListening,
    log,
    ...(options.certificates !== undefined && { certificates: options.certificates }),
  })
  const known = { store, hooks: hooks.hooks, isOwnUrl: listening.isOwnUrl, log }
  const replayer = await openReplayer({ ...known, routes: listening.routes })
  const tracker = openTracker({
    ...known,
    isForwarding: () => listening.targets().length > 0,
    isPaused: listening.isPaused,
  })
  const simulator = await openSimulator({
    ...known,
    urlOf: ({ customUrl, path }) => customUrl ?? ownUrl(listening, path),
    resume: false,
    // Without a listener nobody stays to see what is hurried through.
    ...(isListening ? { tracker } : { hurrySends: false }),
  })
  const edits = openBulkEdits(store, log)
  const diagnoses = lazily(async () => {
    const { openDiagnoses } = await import('./diagnose/diagnoses.ts')
    const keys = () => ({ hooks: hooks.hooks(), stored: hooks.stored(), removed: hooks.removed() })
    return openDiagnoses(keys, (headers, body) => store.bodies.read('unpack', { headers, body }))
  })
  const checks = openLazyChecks(known, listeners.call)
  if (!isListening) await store.attempts.setForwarding(listening.targets().map(({ href }) => href))
  for (const { onChange } of [hooks, replayer, simulator, edits, { onChange: store.health.onTrouble }])
    onChange(() => listeners.call())

  const rest = once(async ms => {
    await checks.close()
    await edits.close()
    await simulator.close(ms)
  })
  const parts = { store, hooks, replayer, simulator, edits }
  return {
    ...parts,
    tracker,
    listening,
    isListening,
    tunnelSettings: settings,
    samples: openSamples({ store }),
    imports: openImports(store, settings.retention),
    checks: checks.get,
    diagnoses: { of: async delivery => (await diagnoses.get()).of(delivery) },
    async sendTestEvent(id) {
      const hook = hooks.hooks().find(one => one.id === id)
      if (hook === undefined) throw new UserError('There is no such hook.', 'Reload the inspector.')
      const url = ownUrl(listening, hook.path)
      if (url === null) throw noListener('nothing answers at the Hook URLs')
      return sendTestEvent(hook, url, { tracker, isSentOn: !listening.isPaused() })
    },
    status: statusOf(parts, checks.status, settings, listening),
    onStatus: listeners.add,
    changed: () => listeners.call(),
    rest,
    close: once(async ms => {
      await rest(ms)
      await replayer.close(ms)
      await tracker.close()
      await hooks.close()
      await store.close()
    }),
  }
}

/** Own paths are reached through whoever listens. */
function ownUrl(listening: Listening, path: string): string | null {
  const base = listening.baseUrl()
  return base === null ? null : `${base}${path}`
}

function openLazyChecks(known: CheckRunsOptions, changed: () => void) {
  let runs: CheckRuns | null = null
  const loading = lazily(async () => {
    const { openCheckRuns } = await import('./check/runs.ts')
    const opened = await openCheckRuns(known)
    opened.onChange(changed)
    runs = opened
    return opened
  })
  return {
    get: loading.get,
    status: () => runs?.status() ?? null,
    close: async () => (await loading.opened)?.close(),
  }
}

function statusOf(
  { store, hooks, replayer, simulator, edits }: Pick<Workspace, 'store' | 'hooks' | 'replayer' | 'simulator' | 'edits'>,
  check: () => Status['check'],
  { answer, observe, limits, retention }: WorkspaceOptions['settings'],
  listening: Listening,
): () => Status {
  const startedAt = new Date().toISOString()
  return () => ({
    version,
    startedAt,
    db: store.path,
    hooks: hooks.views(),
    answer,
    observe,
    storeTrouble: store.health.trouble()?.message ?? null,
    trouble: store.health.trouble(),
    limits,
    retention,
    pinsBeyond: store.retention.pinsBeyond(),
    droppedUnseen: store.retention.passedOver(),
    preparing: store.deliveries.backlog(),
    jobs: replayer.jobs(),
    edits: edits.list(),
    verifications: hooks.verifications(),
    simulator: simulator.status(),
    check: check(),
    ...listening.status(),
  })
}

/** Ends something the first time that it is asked to; who asks again waits for that. */
function once(end: (ms: number | undefined) => Promise<void>): (ms?: number) => Promise<void> {
  let ending: Promise<void> | undefined
  return ms => {
    ending ??= end(ms)
    return ending
  }
}
