/** Programs that hookscope started: one that outlives it, because it was killed, is ended at the next start. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import type { SettingStore } from '../store/store.ts'
import type { ChildNote } from './child-notes.ts'
import { isGroupLeft, signalGroup } from './process-group.ts'

/** Where a process is noted, for the case that hookscope is killed before it can end it. */
export interface ChildNotes {
  started(pid: number, name: string): void
  ended(pid: number): void
}

/** How long one that is left over has to end by itself, milliseconds. */
const graceMs = 2000
const lookEveryMs = 50

/** Notes that last, and the end of what an earlier run left. */
export interface KeptChildren extends ChildNotes {
  /** Ends what an earlier run left running, where it is still that process. @returns the names of what it ended; never rejects */
  endLeftOver(): Promise<readonly string[]>
}

/**
 * @param kept may refuse to write: the note is then missing, and nothing else
 * @param noteName of the database's note; only its one listener writes it, so what a start finds there is left over
 * @param areGroups each leads a process group of its own, which is ended with it
 */
export function keepChildren(
  kept: Pick<SettingStore, 'get' | 'set'>,
  noteName: 'tunnel-children' | 'app',
  areGroups = false,
): KeptChildren {
  let notes: readonly ChildNote[] = []
  const inTurn = pLimit(1)
  const save = (next: readonly ChildNote[]): Promise<void> => {
    notes = next
    const write = () => kept.set(noteName, notes.length === 0 ? null : JSON.stringify(notes))
    // While the database cannot be written, that is told elsewhere.
    return inTurn(write).catch(() => {})
  }
  const gone = new Set<number>()
  return {
    started(pid, name) {
      gone.delete(pid)
      void identityOf(pid).then(identity => {
        if (identity !== null && !gone.has(pid)) void save([...notes, { pid, name, identity }])
      })
    },
    ended(pid) {
      gone.add(pid)
      if (notes.some(note => note.pid === pid)) void save(notes.filter(note => note.pid !== pid))
    },
    async endLeftOver() {
      const noted = await kept.get(noteName)
      if (noted === null) return []
      const { readNotes } = await import('./child-notes.ts')
      const left = readNotes(noted)
      if (left.length === 0) return []
      const ended = await Promise.all(left.map(note => end(note, areGroups)))
      await save(notes)
      return ended.filter(name => name !== null)
    },
  }
}

/** @returns the program's name; null when that process was gone, or its id is another's by now */
async function end({ pid, name, identity }: ChildNote, isGroup: boolean): Promise<string | null> {
  const isThere = async () => (await identityOf(pid)) === identity
  if (!(await isThere())) return null
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      if (isGroup) signalGroup(pid, signal)
      else process.kill(pid, signal)
    } catch {
      return name
    }
    for (let waited = 0; waited < graceMs; waited += lookEveryMs) {
      await sleep(lookEveryMs)
      // What it started may be there when it is gone, and hold the port.
      if (!(isGroup ? isGroupLeft(pid) : await isThere())) return name
    }
  }
  return name
}

/** What tells a process from a later one with the same id: when it started, in the system's own count; null: there is none. */
export async function identityOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return await linuxIdentity(pid)
    const [program, ...args] =
      process.platform === 'win32'
        ? ['powershell.exe', '-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`]
        : ['ps', '-o', 'lstart=', '-p', String(pid)]
    const { stdout } = await promisify(execFile)(program ?? '', args, { windowsHide: true, timeout: 10_000 })
    return stdout.trim() === '' ? null : stdout.trim()
  } catch {
    return null
  }
}

/** Ticks since this boot, and which boot; a process that has ended and is not yet waited for counts as gone. */
async function linuxIdentity(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
  ])
  // The name, in brackets, may hold anything; the state follows it, and the start is the 20th field from there.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? null : `${boot.trim()} ${fields[19]}`
}
