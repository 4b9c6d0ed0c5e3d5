/** `hookscope listen`: receives, keeps, shows and forwards until it is told to stop. */

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { targetsOf } from '../../core/api/target-words.ts'
import { jsonText, printable, printableLines } from '../../core/text/text.ts'
import type { LoadedSettings } from '../../server/config/config.ts'
import { checkToken, gatherSecrets, type Secret, type SecretOptions } from '../../server/config/secrets.ts'
import {
  type ConfigField,
  isOrchestrated,
  type Settings,
  secretFields,
  secretFileFields,
  tokenVariable,
  variableName,
} from '../../server/config/settings.ts'
import { oldSentence } from '../../server/deliveries/age-guard.ts'
import type { KeptBefore } from '../../server/deliveries/kept-before.ts'
import { keepChildren } from '../../server/lib/children.ts'
import { shownDatabase } from '../../server/lib/database-url.ts'
import { exitCodes, surpriseText, usageError } from '../../server/lib/errors.ts'
import { outliveLostConnections } from '../../server/lib/lost-connections.ts'
import { version } from '../../server/lib/version.ts'
import { type Listener, startListener } from '../../server/listener.ts'
import { parseTarget } from '../../server/sender/target.ts'
import type { Owner } from '../../server/store/sqlite/file/owner.ts'
import { findListener } from '../client.ts'
import { startBrowser } from '../shared/browser.ts'
import { placeNow } from '../shared/foreground.ts'
import { type Io, interruptible, openInterruption } from '../shared/io.ts'
import { attemptLine, deliveryLine, diagnosisLine } from '../shared/json-delivery.ts'
import { type JsonLine, readyLine } from '../shared/json-lines.ts'
import { fromLine, sendNewsLine, targetLine, tunnelLine } from '../shared/json-news.ts'
import type { CommonOptions } from '../shared/options.ts'
import { preparingLine } from '../shared/preparing-lines.ts'
import { askSecret, askTunnel, askYes, canAsk } from '../shared/prompt.ts'
import { sayingTo } from '../shared/say.ts'
import { sealerOf } from '../shared/sealer.ts'
import { settingsFor } from '../shared/settings.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { type AppProcess, appVariables, startApp } from './app-process.ts'
import { type AskedOfListen, attach } from './attach.ts'
import { keptLine, unsentLines, waitingLine } from './farewell.ts'
import { endingLine, openJobKeys, thisJob } from './job-keys.ts'
import { type Acting, firstHookUrl, shortcutsOf } from './keys.ts'
import { openKeys } from './shortcuts.ts'
import { openTerminal, type Terminal } from './terminal.ts'

export interface ListenOptions extends SecretOptions, CommonOptions {
  /** A command for the shell, which starts the app; null: it runs elsewhere. */
  readonly exec: string | null
  /** The URL of the server that deliveries come from; null: they come here. */
  readonly from: string | null
  /** Labels of the hooks there whose deliveries are wanted; none: all. */
  readonly hooks: readonly string[]
}

/** Ending takes this long before it is worth a word, milliseconds. */
const patienceMs = 400
const endingAppLine = 'Waiting for your app to end, at most 4 s. Press Ctrl-C again to end it at once.'

/** @returns the exit code */
export async function listen(options: ListenOptions, io: Io): Promise<number> {
  const { environment } = io
  const paintError = paintFor(io.stderr, environment)
  const { say, warn } = sayingTo(io)

  const loaded = await settingsFor(options, io, { reads: 'everything' })
  const { from } = options
  if (from === null && options.hooks.length > 0)
    throw usageError('--hook needs --from: it names a webhook of a server.', 'Add --from URL, or leave it out.')
  const far = from === null ? null : await import('./from.ts')
  far?.checkFrom(options.settings, hasSecrets(options), loaded.settings)
  const settings = far?.settingsWithFrom(loaded.settings) ?? loaded.settings
  const other = asksForNothing(options) ? await otherOf(settings.db, io, say) : null
  if (other !== null) return attach(other, options, io, askedFor(loaded, environment))
  const config = configFacts(loaded, options)
  const token = checkToken(environment[tokenVariable]) ?? randomBytes(24).toString('base64url')
  const secrets = await gatherSecrets({
    options,
    environment,
    file: loaded.file,
    ask: canAsk() ? askSecret : null,
    warn,
  })

  // People who work at a terminal have keys; a program that reads --json must not share the terminal with them.
  const hasKeys = !options.json && io.stdin.isTTY === true && io.stdout.isTTY === true
  const emit = (line: JsonLine) => {
    if (options.json && !io.outputGone.aborted) io.stdout.write(`${jsonText(line)}\n`)
  }
  const force = () => process.exit(exitCodes.failed)
  const interruption = openInterruption(io, force)
  const stopOutliving = outliveLostConnections(warn, error => {
    io.stderr.write(`${printableLines(surpriseText(error))}\n`)
    force()
  })

  try {
    // A command has the database for moments, and is waited for.
    await findListener(settings.db, interruption.signal, say)
    const link =
      from === null || far === null
        ? null
        : await far.signedInLink(
            { from, hooks: options.hooks, json: options.json, open: settings.open, signal: interruption.signal },
            io,
          )
    const listener = await startListener({
      settings,
      ...(link !== null && { from: link }),
      secrets,
      sealer: await sealerOf(environment, warn),
      signal: interruption.signal,
      token,
      uiFolder: fileURLToPath(new URL('./ui', import.meta.url)),
      log: line => say(paintError.dim(printable(line))),
      ...(hasKeys && canAsk() && { askTunnel }),
      onDelivery(delivery, why) {
        emit(deliveryLine(delivery, why))
        terminal.delivery(delivery, listener.attemptsAwaited(delivery), why)
      },
      onDiagnosis(delivery, diagnosis) {
        emit(diagnosisLine(delivery.id, diagnosis))
        terminal.diagnosis(delivery.id, diagnosis)
      },
      onAttempt(attempt) {
        emit(attemptLine(attempt))
        terminal.attempt(attempt)
      },
      onPreparing(preparing) {
        emit(preparingLine(preparing))
        if (preparing !== null) terminal.preparing(preparing)
      },
    })
    const { workspace } = listener
    let before: KeptBefore | null = null
    const terminal = openTerminal({
      stream: options.json ? io.stderr : io.stdout,
      environment,
      hasKeys,
      showsDeliveries: !options.json,
      db: typeof options.settings.db === 'string' ? shownDatabase(settings.db) : null,
      farewell: () => `  ${endingLine(hasKeys, placeNow())}`,
      facts: () => ({
        status: workspace.status(),
        inspectorLink: listener.inspectorLink,
        config,
        before,
      }),
    })
    for (const notice of listener.notices) warn(notice)
    if (listener.old !== null) {
      warn(oldSentence(listener.old))
      if (hasKeys && canAsk() && (await askYes('Drop them?'))) listener.dropOld()
      else warn('They are not dropped in this run.')
    }

    const tellTunnel = () => {
      const { tunnel, hooks } = workspace.status()
      const line = tunnelLine(tunnel, hooks)
      if (line !== null) emit(line)
    }
    emit(
      readyLine({
        version,
        hooks: workspace.status().hooks,
        inspectorUrl: listener.inspectorUrl,
        inspectorLink: listener.inspectorLink,
        db: shownDatabase(settings.db),
        targets: targetsOf(workspace.status()),
        config,
        ...(link !== null && { from: link.server.origin }),
      }),
    )
    before = await listener.keptBefore()
    terminal.start()
    listener.onTunnel(tunnel => {
      tellTunnel()
      terminal.tunnel(tunnel)
    })
    tellTunnel()
    listener.onFrom(news => {
      const line = fromLine(news)
      if (line !== null) emit(line)
      terminal.from(news)
    })
    // An app that is only being started is not down.
    let isStarting = options.exec !== null
    listener.onTarget(news => {
      emit(targetLine(news))
      if (!isStarting) terminal.target(news)
      if (news.state === 'up') isStarting = false
    })
    listener.onTrouble(trouble => {
      emit({ kind: 'store', trouble })
      terminal.store(trouble)
    })
    listener.onSending(news => {
      emit(sendNewsLine(news))
      terminal.sending(news)
    })
    const apps = keepChildren(workspace.store.settings, 'app', true)
    const appsEnded = apps.endLeftOver().then(ended => {
      if (ended.length > 0) terminal.line('Your app of the run before was still running, and was ended.')
    })
    listener.announce()

    if (shouldOpen(settings, listener, hasKeys, environment)) void openBrowser(listener, terminal)
    const { interrupt } = interruption
    const acting: Acting = {
      open() {
        terminal.line(`Opening ${listener.inspectorLink}`)
        return openBrowser(listener, terminal)
      },
      hookUrl: () => firstHookUrl(workspace.status()),
      replayLast: () => listener.replayLast(),
      isPaused: () => workspace.status().forward?.paused ?? null,
      pause: paused => workspace.listening.pauseForwarding(paused),
      tunnelWays: () => workspace.listening.tunnelWays(),
      useTunnel: ({ name }) => workspace.listening.useTunnel(name),
      quit: interrupt,
      quits: 'quit',
    }
    const shortcuts = shortcutsOf(acting, terminal, paintFor(io.stdout, environment))
    const keys = hasKeys
      ? openJobKeys(
          suspend => openKeys(io.stdin, shortcuts, { interrupt, suspend }, terminal.line),
          thisJob(placeNow),
          terminal.line,
        )
      : null

    const interrupted = new Promise<void>(resolve => {
      if (interruption.signal.aborted) resolve()
      else interruption.signal.addEventListener('abort', () => resolve())
    })
    const app =
      options.exec === null
        ? null
        : await appOf(options.exec, listener, interrupted, appsEnded, command =>
            startApp(command, io, appVariables(workspace.status()), options.json, apps),
          )
    const appEnded = await Promise.race([interrupted, app?.ended ?? interrupted])
    if (typeof appEnded === 'number')
      terminal.line(`Your app ended with exit code ${appEnded}, and hookscope ends with it.`)
    const width = widthOf(io.stderr)
    const slow = setTimeout(() => {
      say(waitingLine(listener.awaited()))
    }, patienceMs)
    const others = listener.kept() === 0 ? await listener.keptBefore() : null
    await listener.close()
    clearTimeout(slow)
    if (app !== null) {
      const slowApp = setTimeout(() => say(endingAppLine), patienceMs)
      // Last: until then it answers what was on its way to it.
      await app.stop()
      clearTimeout(slowApp)
    }
    keys?.close()
    terminal.close()
    const counts = { dropped: listener.dropped(), before: (others?.count ?? 0) > 0 }
    terminal.line(keptLine(listener.kept(), shownDatabase(settings.db), listener.fate(), counts))
    const db = typeof options.settings.db === 'string' ? shownDatabase(settings.db) : null
    for (const left of listener.unsent()) terminal.lines(unsentLines(left, db, width))
    return appEnded ?? exitCodes.ok
  } finally {
    stopOutliving()
    interruption.close()
  }
}

/** The tunnel has so long to bring the Hook URL before the app is started without, milliseconds. */
const hookUrlMs = 10_000

/**
 * Starts the app once the Hook URL is known; null when hookscope was ended before.
 * @param isFree resolves once no app of an earlier run holds its port
 */
async function appOf(
  command: string,
  listener: Listener,
  interrupted: Promise<void>,
  isFree: Promise<void>,
  start: (command: string) => AppProcess,
) {
  const { workspace } = listener
  const isKnown = () => workspace.status().tunnel.state !== 'starting'
  let stop = () => {}
  const isEnding = await Promise.race([
    interrupted.then(() => true),
    sleep(hookUrlMs, false, { ref: false }),
    new Promise<false>(resolve => {
      const look = () => isKnown() && resolve(false)
      stop = listener.onTunnel(look)
      look()
    }),
  ])
  stop()
  await isFree
  return isEnding ? null : start(command)
}

/** Whether a key or credentials were typed. */
const hasSecrets = ({
  settings: _,
  config: __,
  json: ___,
  exec: ____,
  from: _____,
  hooks: ______,
  ...secrets
}: ListenOptions) => Object.values(secrets).some(value => value !== undefined)

/** Whether nothing was typed that another hookscope on the database would have to be started with. */
const asksForNothing = (options: ListenOptions) =>
  options.exec === null &&
  options.from === null &&
  !hasSecrets(options) &&
  Object.keys(options.settings).every(name => name === 'db' || name === 'open')

/** Who listens on the database already; Ctrl-C ends the wait for a command that has it. */
async function otherOf(db: string, io: Io, say: (line: string) => void): Promise<Owner | null> {
  return interruptible(io, signal => findListener(db, signal, say))
}

/** What of the environment and of a config file another hookscope would have to be started with: by their names. */
function askedFor({ settings, filePath, fileSets }: LoadedSettings, environment: Io['environment']): AskedOfListen {
  const fields = ['forward', 'port', ...secretFields, ...secretFileFields] as const
  const names = fields.flatMap((field): [ConfigField, string][] => {
    const name = variableName(field)
    const value = environment[name] ?? ''
    if (value !== '' && !isOrchestrated(name, value)) return [[field, name]]
    return fileSets.includes(field) ? [[field, `${field} of ${filePath}`]] : []
  })
  return { names, targets: settings.forward.map(target => parseTarget(target).href) }
}

/** What is told of the config file: that it was read, and which of its fields count. */
function configFacts({ filePath, fileSets }: LoadedSettings, options: SecretOptions) {
  if (filePath === null) return null
  const given = (secret: Secret) => options[secret] !== undefined || options[`${secret}File`] !== undefined
  const typed = secretFields.filter(given).flatMap(secret => [secret, `${secret}File`])
  return { path: filePath, sets: fileSets.filter(field => !typed.includes(field)) }
}

/** Without --open or --no-open: at the very first start, when a person at this machine's own screen did it. */
function shouldOpen(
  settings: Settings,
  listener: Listener,
  atTerminal: boolean,
  environment: Io['environment'],
): boolean {
  if (settings.open !== null) return settings.open
  const elsewhere = ['CI', 'SSH_CONNECTION', 'SSH_TTY'].some(name => (environment[name] ?? '') !== '')
  return atTerminal && listener.isFirst && !elsewhere
}

async function openBrowser({ browserLink, inspectorLink }: Listener, terminal: Terminal): Promise<void> {
  if (!(await startBrowser(browserLink())))
    terminal.line(`No browser could be opened here. Open it yourself: ${inspectorLink}`)
}
