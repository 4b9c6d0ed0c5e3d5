/**
 * Temporary files in memory: the tests make thousands of databases, each of which waits for its disk dozens of times, and the
 * disk is not what they test. Where there is none that has room and runs programs, they are where they usually are.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'

const disk = '/dev/shm'
const needed = 4 * 1024 ** 3

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(disk)
    return bavail * bsize >= needed && Math.min(freemem(), process.constrainedMemory() || Infinity) >= needed
  } catch {
    return false
  }
}

/** In containers it often does not. */
function runsPrograms(folder: string): boolean {
  const program = join(folder, 'program')
  writeFileSync(program, '#!/bin/sh\n')
  chmodSync(program, 0o755)
  return spawnSync(program).status === 0
}

/** Vitest calls it before the first test of each project. @returns what it calls at the end */
export default function setup(): (() => void) | undefined {
  if (process.platform !== 'linux' || process.env['TMPDIR'] !== undefined || !hasRoom()) return undefined
  const folder = mkdtempSync(join(disk, 'hookscope-tests-'))
  // PostgreSQL runs as another user, where this is root.
  chmodSync(folder, 0o711)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (!runsPrograms(folder)) {
    remove()
    return undefined
  }
  // What is started from here takes it over.
  process.env['TMPDIR'] = folder
  return remove
}
