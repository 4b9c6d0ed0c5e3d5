/** `--exec`: the app under development, started with hookscope and ended with it. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Status } from '../../core/api/messages.ts'
import { hookUrlVariable, targetVariable } from '../../server/config/settings.ts'
import type { ChildNotes } from '../../server/lib/children.ts'
import { isGroupLeft, signalGroup } from '../../server/lib/process-group.ts'
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
 * exits before `stop`, it ends all of it by force; where it is killed, the next start does.
 * @param variables added to the environment
 * @param json standard output is for `--json` alone: what the app prints goes to standard error
 * @param notes for the next start, should this process be killed
 */
export function startApp(
  command: string,
  { environment, folder }: Pick<Io, 'environment' | 'folder'>,
  variables: Readonly<Record<string, string>>,
  json: boolean,
  notes: ChildNotes,
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
  const { pid } = child
  if (pid !== undefined) notes.started(pid, 'app')
  const signal = (name: NodeJS.Signals) => pid !== undefined && signalGroup(pid, name)
  // Windows can be asked about the command alone, which is known here at once.
  const isLeft = () =>
    pid !== undefined && isGroupLeft(pid) && !(isWindows && (child.exitCode ?? child.signalCode) !== null)
  const kill = () => signal('SIGKILL')
  process.once('exit', kill)
  return {
    ended,
    async stop() {
      signal('SIGTERM')
      // The shell may be gone long before what it started, which holds the port.
      await whileAnyLeft(isLeft, patienceMs)
      kill()
      await whileAnyLeft(isLeft, forcedMs)
      process.off('exit', kill)
      if (pid !== undefined) notes.ended(pid)
    },
  }
}

/** Resolves once all of it is gone, or after so many milliseconds. */
async function whileAnyLeft(isLeft: () => boolean, ms: number): Promise<void> {
  for (const until = Date.now() + ms; isLeft() && Date.now() < until; ) await sleep(lookMs)
}
