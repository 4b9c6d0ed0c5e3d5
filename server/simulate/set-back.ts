/** A clock that is set back: what waits for an instant would wait for so much longer, so it is made due so much earlier. */
import { StoreUnavailable, whereStoreCan } from '../store/problem.ts'
import type { SimulationStore } from '../store/simulations.ts'
import { inSlices } from './in-slices.ts'

export interface SetBackOptions {
  readonly simulations: SimulationStore
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that nobody sets. */
  steady(): number
  /** Events that are being sent: who ends their attempts takes account of it himself. */
  readonly underWay: Pick<ReadonlySet<number>, 'has'>
  /** Other processes, with clocks of their own, may send what waits: then nothing is made due at another time. */
  readonly isShared: boolean
  /** What waits is due at the right time again. */
  done(): void
}

export interface SetBack {
  /** Looks at the clock, and catches up where it was set back. @returns whether that goes on; then nothing is to be sent */
  look(): boolean
  /** How far it was set back since this was opened, all in all, milliseconds; as of the last look. */
  readonly total: number
}

/** A clock that is slewed by its keeper, or read between two steps, is not set back, milliseconds. */
const jumpMs = 1000

/** A clock that is set ahead, or that ran on while the machine slept, is taken as it is: that much time may have passed. */
export function watchSetBack({ simulations, now, steady, underWay, isShared, done }: SetBackOptions): SetBack {
  let seen = { now: now(), steady: steady() }
  let total = 0
  let running = 0

  async function catchUp(ms: number): Promise<void> {
    running++
    // While the disk is full, a part may stay as it is: it is late, and not lost.
    await whereStoreCan(async () => {
      const waiting = (await simulations.unsettled('all')).filter(id => !underWay.has(id))
      await inSlices(simulations, waiting, slice => simulations.advance(slice, ms).catch(noneWhereFull))
    })
    running--
    done()
  }

  /** While hookscope did not run, as far as that is known: an attempt of the past began in the future. */
  async function lookBefore(at: number): Promise<void> {
    running++
    let newest = 0
    await whereStoreCan(async () => {
      newest = (await simulations.newestAttemptAt()) ?? 0
    })
    if (newest - at >= jumpMs) await catchUp(newest - at)
    running--
    done()
  }
  if (!isShared) void lookBefore(seen.now)

  return {
    look() {
      const at = { now: now(), steady: steady() }
      const back = at.steady - seen.steady - (at.now - seen.now)
      seen = at
      if (back >= jumpMs) {
        total += back
        if (!isShared) void catchUp(back)
      }
      return running > 0
    },
    get total() {
      return total
    },
  }
}

function noneWhereFull(error: unknown): number {
  if (error instanceof StoreUnavailable) return 0
  throw error
}
