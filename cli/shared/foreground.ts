/** Whether this process is in the foreground of its terminal: a shell's job, or one that was sent to the background. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pid, platform } from 'node:process'

/**
 * A process in the background that reads the terminal or sets its mode is stopped by it (SIGTTIN, SIGTTOU). Handling
 * those signals is no way out: libuv tries again for ever. So whoever reads asks here first.
 * `none`: no terminal controls this process, and none stops it.
 */
export type ProcessPlace = 'foreground' | 'background' | 'none'

/** @param group of this process; @param foremost the terminal's foreground group, 0 or less without a terminal */
const placeOf = (group: number, foremost: number): ProcessPlace =>
  foremost === group ? 'foreground' : foremost > 0 ? 'background' : 'none'

/** @param stat of Linux's /proc/PID/stat; the name in brackets may hold anything */
export function placeInStat(stat: string): ProcessPlace {
  const [, , group, , terminal, foremost] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (terminal === '0') return 'none'
  return placeOf(Number(group), Number(foremost))
}

/** @param output of `ps -o pgid=,tpgid=` for one process */
export function placeInPs(output: string): ProcessPlace {
  const [group, foremost] = output.trim().split(/\s+/)
  return placeOf(Number(group), Number(foremost))
}

/** Where this process is now: the shell moves it with `&`, `fg` and `bg`. Takes some milliseconds elsewhere than on Linux. */
export function placeNow(): ProcessPlace {
  if (platform === 'win32') return 'none'
  try {
    if (platform === 'linux') return placeInStat(readFileSync('/proc/self/stat', 'latin1'))
    const { stdout } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(pid)], {
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2000,
    })
    return placeInPs(stdout)
  } catch {
    return 'none'
  }
}
