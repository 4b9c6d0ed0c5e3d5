/** `hookscope listen`: receives, keeps, shows and forwards until it is told to stop. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { jsonText, printable } from '../../core/text.ts'
import { loadSettings, type TextOptions } from '../config.ts'
import { exitCodes } from '../errors.ts'
import { type Io, openInterruption } from '../io.ts'
import {
  attemptLine,
  deliveryLine,
  diagnosisLine,
  type JsonLine,
  readyLine,
  targetLine,
  tunnelLine,
} from '../json-lines.ts'
import { outliveLostConnections } from '../lost-connections.ts'
import { checkToken, gatherSecrets, type SecretOptions } from '../secrets.ts'
import { type Session, startSession } from '../session.ts'
import { type Settings, tokenVariable } from '../settings.ts'
import { keptLine, unsentLines, waitingLine } from '../terminal/farewell.ts'
import { placeNow } from '../terminal/foreground.ts'
import { endingLine, openJobKeys, thisJob } from '../terminal/job-keys.ts'
import { askSecret, canAsk } from '../terminal/prompt.ts'
import { openKeys, type Shortcut, shortcutHelp } from '../terminal/shortcuts.ts'
import { type Paint, paintFor } from '../terminal/style.ts'
import { openTerminal, type Terminal } from '../terminal.ts'
import { version } from '../version.ts'

export interface ListenOptions extends SecretOptions {
  readonly settings: TextOptions
  /** The path of `--config`. */
  readonly config: string | null
  readonly json: boolean
}

/** Ending takes this long before it is worth a word, milliseconds. */
const patienceMs = 400

/** @returns the exit code */
export async function listen(options: ListenOptions, io: Io): Promise<number> {
  const { environment } = io
  const paintError = paintFor(io.stderr, environment)
  const warn = (line: string) => io.stderr.write(`${paintError.yellow('Warning:')} ${printable(line)}\n`)

  const loaded = await loadSettings({
    options: options.settings,
    configPath: options.config,
    environment,
    folder: io.folder,
  })
  const { settings } = loaded
  for (const warning of loaded.warnings) warn(warning)
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
    io.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    force()
  })

  try {
    const session = await startSession({
      settings,
      secrets,
      token,
      uiFolder: fileURLToPath(new URL('./ui', import.meta.url)),
      log: line => io.stderr.write(`${paintError.dim(printable(line))}\n`),
      onDelivery(delivery, why) {
        emit(deliveryLine(delivery, why))
        terminal.delivery(delivery, session.attemptsAwaited(delivery), why)
      },
      onDiagnosis(delivery, diagnosis) {
        emit(diagnosisLine(delivery.id, diagnosis))
        terminal.diagnosis(delivery.id, diagnosis)
      },
      onAttempt(attempt) {
        emit(attemptLine(attempt))
        terminal.attempt(attempt)
      },
    })
    const { controls } = session
    const terminal = openTerminal({
      stream: options.json ? io.stderr : io.stdout,
      environment,
      showsDeliveries: !options.json,
      db: typeof options.settings.db === 'string' ? settings.db : null,
      farewell: () => `  ${endingLine(hasKeys, placeNow())}`,
      facts: () => ({ status: controls.status(), inspectorLink: session.inspectorLink }),
    })
    for (const notice of session.notices) warn(notice)

    const tellTunnel = () => {
      const { tunnel, hooks } = controls.status()
      const line = tunnelLine(tunnel, hooks)
      if (line !== null) emit(line)
    }
    emit(
      readyLine({
        version,
        hooks: controls.status().hooks,
        inspectorUrl: session.inspectorUrl,
        inspectorLink: session.inspectorLink,
        db: settings.db,
        targets: (controls.status().forward?.targets ?? []).map(({ target }) => target),
      }),
    )
    terminal.start()
    session.onTunnel(tunnel => {
      tellTunnel()
      terminal.tunnel(tunnel)
    })
    tellTunnel()
    session.onTarget(news => {
      emit(targetLine(news))
      terminal.target(news)
    })
    session.announce()

    if (shouldOpen(settings, session, hasKeys, environment)) void openBrowser(session.inspectorLink, terminal)
    const { interrupt } = interruption
    const shortcuts = shortcutsOf(session, terminal, paintFor(io.stdout, environment), interrupt)
    const keys = hasKeys
      ? openJobKeys(
          suspend => openKeys(io.stdin, shortcuts, { interrupt, suspend }, terminal.line),
          thisJob(placeNow),
          terminal.line,
        )
      : null

    if (!interruption.signal.aborted) {
      await new Promise<void>(resolve => interruption.signal.addEventListener('abort', () => resolve()))
    }
    const slow = setTimeout(() => io.stderr.write(`${waitingLine(session.answersAwaited())}\n`), patienceMs)
    await session.close()
    clearTimeout(slow)
    keys?.close()
    terminal.close()
    terminal.line(keptLine(session.kept(), settings.db))
    const db = typeof options.settings.db === 'string' ? settings.db : null
    for (const { ids, target } of session.unsent()) for (const line of unsentLines(ids, target, db)) terminal.line(line)
    return exitCodes.ok
  } finally {
    stopOutliving()
    interruption.close()
  }
}

/** The keys that work while listening. */
function shortcutsOf(session: Session, terminal: Terminal, paint: Paint, quit: () => void): Shortcut[] {
  const { controls } = session
  const shortcuts: Shortcut[] = [
    {
      key: 'o',
      description: 'open the inspector',
      action() {
        terminal.line(`Opening ${session.inspectorLink}`)
        return openBrowser(session.inspectorLink, terminal)
      },
    },
    {
      key: 'c',
      description: 'copy the Hook URL',
      async action() {
        const [hook] = controls.status().hooks
        if (hook === undefined) return
        const url = hook.hookUrl ?? hook.localUrl
        try {
          const { writeText } = await import('tinyclip')
          await writeText(url)
          terminal.line(`Copied ${url}`)
        } catch {
          terminal.line(`There is no clipboard to copy to here. The Hook URL: ${url}`)
        }
      },
    },
    {
      key: 'r',
      description: 'replay the last delivery',
      async action() {
        await session.replayLast()
      },
    },
    {
      key: 'p',
      description: 'pause forwarding, and go on',
      action() {
        const { forward } = controls.status()
        if (forward === null) {
          terminal.line('Nothing is forwarded: start with --forward URL.')
          return
        }
        controls.pauseForwarding(!forward.paused)
        terminal.line(forward.paused ? 'Forwarding goes on.' : 'Forwarding is paused: deliveries wait. p goes on.')
      },
    },
    {
      key: '?',
      description: 'this help',
      action: () => {
        for (const line of shortcutHelp(shortcuts, paint)) terminal.line(line)
      },
    },
    { key: 'q', description: 'quit', action: quit },
  ]
  return shortcuts
}

/** Without --open or --no-open: at the very first start, when a person at this machine's own screen did it. */
function shouldOpen(
  settings: Settings,
  session: Session,
  atTerminal: boolean,
  environment: Io['environment'],
): boolean {
  if (settings.open !== null) return settings.open
  const elsewhere = ['CI', 'SSH_CONNECTION', 'SSH_TTY'].some(name => (environment[name] ?? '') !== '')
  return atTerminal && session.isFirst && !elsewhere
}

async function openBrowser(link: string, terminal: Terminal): Promise<void> {
  const failed = () => terminal.line(`No browser could be opened here. Open it yourself: ${link}`)
  try {
    const { default: open } = await import('open')
    const browser = await open(link)
    browser.on('error', failed)
  } catch {
    failed()
  }
}
