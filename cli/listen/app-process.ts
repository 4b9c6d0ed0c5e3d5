/** `--exec`: the app under development, started with hookscope and ended with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Status } from '../../core/api/messages.ts'
import { hookUrlVariable, targetVariable } from '../../server/config/settings.ts'
import type { Io } from '../shared/io.ts'

export interface AppProcess {
  /** Resolves with the exit code once it has ended, as shells give it: 128 and its number for a signal. Never rejects. */
  readonly ended: Promise<number>
  /** Ends it with all that it started; resolves when it is gone. */
  stop(): Promise<void>
}

/** For an end of its own, milliseconds. */
const patienceMs = 4000
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
 * Runs a command in the shell, in the working directory; it reads nothing, since the keys are hookscope's.
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
  let isOver = false
  const ended = new Promise<number>(resolve => {
    // The shell itself could not be started.
    child.on('error', () => resolve(127))
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  }).finally(() => {
    isOver = true
  })
  return {
    ended,
    async stop() {
      // Also when the shell is gone: what it started may go on.
      signalGroup(child, 'SIGTERM')
      if (isOver) return
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

/** To the command and what it started; harmless when all of it is gone. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
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
