/** `--exec`: the app under development, started with hookscope and ended with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Status } from '../../core/api/messages.ts'
import { hookUrlVariable, targetVariable } from '../../server/config/settings.ts'
import type { Io } from '../shared/io.ts'

export interface AppProcess {
  /** Resolves with the exit code once it has ended, as shells give it: 128 and its number for a signal. Never rejects. */
  readonly ended: Promise<number>
  /** Ends it with all that it started; resolves when that is gone, by force where it takes too long. */
  stop(): Promise<void>
}

/** For an end of its own, milliseconds. */
const patienceMs = 4000
/** The system takes a moment to end what is ended by force, milliseconds. */
const forcedMs = 500
/** How often is looked whether it has ended, milliseconds. */
const lookMs = 25
const isWindows = process.platform === 'win32'

/** What the app is told in its environment: where the gateway sends to, and where deliveries are forwarded to. */
export function appVariables({ hooks, forward }: Pick<Status, 'hooks' | 'forward'>): Record<string, string> {
  const [hook] = hooks
  return {
    ...(hook !== undefined && { [hookUrlVariable]: hook.hookUrl ?? hook.localUrl }),
    ...(forward !== null && { [targetVariable]: forward.target }),
  }
}

/**
 * Runs a command in the shell, in the working directory; it reads nothing, since the keys are hookscope's. However this process
 * exits before `stop`, it ends all of it by force; only one that is killed cannot.
 * @param variables added to the environment
 * @param json standard output is for `--json` alone: what the app prints goes to standard error
 */
export function startApp(
  command: string,
  { environment, folder }: Pick<Io, 'environment' | 'folder'>,
  variables: Readonly<Record<string, string>>,
  json: boolean,
): AppProcess {
  const child = spawn(command, {
    shell: true,
    cwd: folder,
    env: { ...environment, ...variables },
    stdio: ['ignore', json ? 2 : 'inherit', 'inherit'],
    // A group of its own: Ctrl-C ends hookscope, which ends the app once it has had what was on its way to it.
    detached: !isWindows,
  })
  const ended = new Promise<number>(resolve => {
    // The shell itself could not be started.
    child.on('error', () => resolve(127))
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
  const kill = () => signalAll(child, 'SIGKILL')
  process.once('exit', kill)
  return {
    ended,
    async stop() {
      signalAll(child, 'SIGTERM')
      // The shell may be gone long before what it started, which holds the port.
      await whileAnyLeft(child, patienceMs)
      kill()
      await whileAnyLeft(child, forcedMs)
      process.off('exit', kill)
    },
  }
}

/** Resolves once all of it is gone, or after so many milliseconds. */
async function whileAnyLeft(child: ChildProcess, ms: number): Promise<void> {
  for (const until = Date.now() + ms; isAnyLeft(child) && Date.now() < until; ) await sleep(lookMs)
}

/** The command and what it started; on Windows the command alone can be asked about. */
function isAnyLeft({ pid, exitCode, signalCode }: ChildProcess): boolean {
  if (pid === undefined) return false
  if (isWindows) return exitCode === null && signalCode === null
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}

/** To the command and what it started; harmless when all of it is gone. */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  if (isWindows) {
    spawn('taskkill', ['/pid', `${pid}`, '/t', '/f'], { stdio: 'ignore' }).on('error', () => {})
    return
  }
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody is left.
  }
}
