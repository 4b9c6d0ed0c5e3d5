/** Looks after the open file: that it is where it was opened, and that what was refused is taken again once it can be. */
import type { Health } from '../../health.ts'
import { StoreUnavailable } from '../../problem.ts'
import type { Gate } from '../writer.ts'
import type { Identity } from './identity.ts'

export interface WatchOptions {
  readonly identity: Identity
  readonly health: Health
  /** Moves the write-ahead log that is gone from its folder into the database, and begins another. */
  renewLog(): Promise<void>
  /** Looks at the disk. @returns why it takes no delivery; null when it does */
  room(): StoreUnavailable | null
  /** Writes something that needs space, durably, and takes it back. @throws when it cannot be written */
  tryLog(): void
}

export interface Watch {
  readonly gate: Gate
  close(): void
}

/** How often the file is looked at, milliseconds; a durable write looks by itself. */
const lookMs = 250
/** While deliveries cannot be kept: how long until it is tried whether they can, milliseconds. */
const tryMs = 2000

export function openWatch({ identity, health, renewLog, room, tryLog }: WatchOptions): Watch {
  let problem: StoreUnavailable | null = null
  let renewing = false
  let lastTry = performance.now()

  function look(): void {
    problem = identity.look()
    if (problem === null) health.worked('file')
    else health.failed('file', problem)
  }

  async function renew(): Promise<void> {
    renewing = true
    try {
      await renewLog()
      look()
    } catch (error) {
      health.failed('file', error)
    } finally {
      renewing = false
    }
  }

  function tryAgain(): void {
    const noRoom = room()
    if (noRoom !== null) health.failed('log', noRoom)
    const trouble = health.trouble()
    if (problem !== null || noRoom !== null || trouble === null || trouble.keeps || performance.now() - lastTry < tryMs)
      return
    lastTry = performance.now()
    try {
      tryLog()
      health.worked('log')
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
    }
  }

  const timer = setInterval(() => {
    look()
    if (problem !== null && !renewing && identity.isLogGone()) void renew()
    tryAgain()
  }, lookMs).unref()

  return {
    gate: {
      enter() {
        if (problem !== null) throw problem
      },
      leave() {
        look()
        if (problem !== null) throw problem
      },
    },
    close: () => clearInterval(timer),
  }
}
