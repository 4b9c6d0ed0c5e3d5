/** `hookscope serve`: receives for a team until it is told to end, and lets what is under way end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TextOptions } from '../../server/config/config.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import { openSealer } from '../../server/config/sealed.ts'
import { defaultPorts, type Settings } from '../../server/config/settings.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { shownDatabase } from '../../server/lib/database-url.ts'
import { exitCodes, surpriseText } from '../../server/lib/errors.ts'
import { outliveLostConnections } from '../../server/lib/lost-connections.ts'
import { shellWord } from '../../server/lib/shell-word.ts'
import { version } from '../../server/lib/version.ts'
import { type Listener, startListener } from '../../server/listener.ts'
import { openMetrics } from '../../server/serving/metrics.ts'
import { openOperations } from '../../server/serving/operations.ts'
import {
  readServeSettings,
  type ServeOptions,
  type ServeSettings,
  servedOrigin,
} from '../../server/serving/serve-settings.ts'
import { type Io, openInterruption } from '../shared/io.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'
import { openTeamInspector } from './inspector.ts'
import { openServeLog, type ServeLog } from './log.ts'

export interface ServeCommandOptions {
  readonly settings: TextOptions
  readonly config: ConfigChoice
  readonly serve: ServeOptions
}

/** How long its end waits for what is under way, milliseconds: with --drain less than what `docker stop` grants. */
const endingMs = 8000
/** After that nothing can be waited for that would still end, milliseconds. */
const hangingMs = 3000

/** @returns the exit code */
export async function serve(options: ServeCommandOptions, io: Io): Promise<number> {
  const { warn } = sayingTo(io)
  const loaded = await settingsFor(options, io, { reads: 'everything' })
  const own = await readServeSettings(options.serve, { environment: io.environment, warn })
  const origin = servedOrigin(loaded.settings.publicUrl)
  const log = openServeLog(own.log, line => void io.stdout.write(line))
  const note = (message: string) => log({ event: 'note', message })

  const force = () => process.exit(exitCodes.failed)
  const interruption = openInterruption(io, force)
  const stopOutliving = outliveLostConnections(note, error => {
    log({ event: 'note', level: 'error', message: surpriseText(error) })
    force()
  })
  let isDraining = false
  // Of several processes on one log, each counts its own.
  let arrived = 0
  try {
    const listener = await start({
      settings: fixedPorts(loaded.settings),
      own,
      origin,
      log,
      signal: interruption.signal,
      isDraining: () => isDraining,
      arrived() {
        arrived += 1
      },
    })
    tellNews(listener, log)
    await aborted(interruption.signal)
    isDraining = true
    log({ event: 'draining', waiting: listener.awaited().requests })
    await sleep(own.drainMs)
    const hanging = setTimeout(() => {
      log({ event: 'note', level: 'error', message: 'Not everything could be closed in time.' })
      force()
    }, endingMs + hangingMs)
    await listener.close()
    clearTimeout(hanging)
    log({ event: 'ended', deliveries: arrived })
    return exitCodes.ok
  } finally {
    stopOutliving()
    interruption.close()
  }
}

/** A proxy knows the ports: another one than it asks would be found by nobody. */
const fixedPorts = (settings: Settings): Settings => ({
  ...settings,
  port: settings.port ?? defaultPorts.receiver,
  inspectorPort: settings.inspectorPort ?? defaultPorts.inspector,
})

interface Starting {
  readonly settings: Settings
  readonly own: ServeSettings
  readonly origin: string
  readonly log: ServeLog
  readonly signal: AbortSignal
  isDraining(): boolean
  /** A delivery has come, and is kept. */
  arrived(): void
}

async function start({ settings, own, origin, log, signal, isDraining, arrived }: Starting): Promise<Listener> {
  const { secrets, clientOf, metricsToken } = own
  const note = (message: string) => log({ event: 'note', message })
  const uiFolder = fileURLToPath(new URL('./ui', import.meta.url))
  const metrics = openMetrics()
  let inspectorPort = 0
  const listener: Listener = await startListener({
    ...{ settings, uiFolder, log: note, signal },
    secrets: noSecrets,
    // Nothing that a token opens is opened.
    token: '',
    sealer: openSealer(secrets),
    onDelivery() {},
    onDiagnosis() {},
    onAttempt() {},
    serving: {
      clientOf,
      endingMs,
      onAnswered(answer) {
        metrics.answered(answer)
        if (answer.delivery !== null) arrived()
        log({ event: 'delivery', ...answer })
      },
      async openInspector(workspace) {
        const operations = openOperations({
          trouble: () => workspace.store.health.trouble(),
          ...{ isDraining, metricsToken },
          metrics: () =>
            metrics.text({
              ...{ status: workspace.status, isDraining },
              requests: () => listener.awaited().requests,
              connections: () => workspace.store.health.connections(),
            }),
        })
        const { host, inspectorPort: port } = settings
        const inspector = await openTeamInspector(workspace, {
          ...{ db: settings.db, origin, secrets, clientOf, uiFolder, operations, host, log: note },
          port: port ?? 0,
        })
        inspectorPort = inspector.port
        if (inspector.isEmpty)
          log({
            event: 'note',
            level: 'warn',
            message: `Nobody can sign in yet. Invite the first owner, with the same secret: hookscope users invite EMAIL --public-url ${origin} --db ${shellWord(shownDatabase(settings.db))}`,
          })
        return inspector
      },
    },
  })
  log({
    ...{ event: 'started', version, publicUrl: settings.publicUrl ?? origin, inspector: inspectorPort },
    receiver: listener.receiverPort,
    db: listener.workspace.store.path,
  })
  return listener
}

function tellNews(listener: Listener, log: ServeLog): void {
  const { attempts } = listener.workspace.store
  attempts.onEnded(({ id, delivery, source, outcome, status, ms, target }, byOther, again) => {
    // Who ended it tells of it.
    if (byOther) return
    const corrects = again ? { corrects: 'interrupted' as const } : {}
    log({ event: 'attempt', id, delivery, source, outcome, status, ms, origin: new URL(target).origin, ...corrects })
  })
  listener.onTrouble(trouble => log({ event: 'database', trouble }))
  listener.onTunnel(now => {
    if (now.state === 'up') log({ event: 'public-url', reachable: true, reason: null })
    else if (now.state !== 'off' && now.state !== 'starting')
      log({ event: 'public-url', reachable: false, reason: now.reason })
  })
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
