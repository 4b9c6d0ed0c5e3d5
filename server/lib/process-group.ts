/** A program with all that it started: it leads a process group of its own. Windows has none, and ends the tree below it. */
import { spawn } from 'node:child_process'

const isWindows = process.platform === 'win32'

/** To the program and what it started, on Windows the end by force whatever the signal; harmless when all of it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
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

/** Whether the program or what it started is there; on Windows the program alone can be asked about. */
export function isGroupLeft(pid: number): boolean {
  try {
    process.kill(isWindows ? pid : -pid, 0)
    return true
  } catch {
    return false
  }
}
