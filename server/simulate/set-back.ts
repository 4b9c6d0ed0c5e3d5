/** A clock that is set back: what waits for an instant would wait for so much longer, so it is made due so much earlier. */
import { StoreUnavailable } from '../store/problem.ts'
import type { SimulationStore } from '../store/simulations.ts'
import { inSlices } from './in-slices.ts'

export interface SetBackOptions {
  readonly simulations: SimulationStore
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that nobody sets. */
  steady(): number
  /** Events that are being sent: who ends their attempts takes account of it himself. */
  readonly underWay: ReadonlySet<number>
  /** What waits is due at the right time again. */
  done(): void
}

export interface SetBack {
  /** Looks at the clock, and catches up where it was set back. @returns whether that goes on */
  look(): boolean
  /** How far it was set back since this was opened, all in all, milliseconds; as of the last look. */
  readonly total: number
}

/** A clock that is slewed by its keeper, or read between two steps, is not set back, milliseconds. */
const jumpMs = 1000

/** A clock that is set ahead, or that ran on while the machine slept, is taken as it is: that much time may have passed. */
export function watchSetBack({ simulations, now, steady, underWay, done }: SetBackOptions): SetBack {
  let seen = { now: now(), steady: steady() }
  let total = 0
  let running = 0

  async function catchUp(ms: number): Promise<void> {
    running++
    const waiting = simulations.unsettled('all').filter(id => !underWay.has(id))
    await inSlices(simulations, waiting, slice => {
      try {
        return simulations.advance(slice, ms)
      } catch (error) {
        // While the disk is full, a part may stay as it is: it is late, and not lost.
        if (error instanceof StoreUnavailable) return 0
        throw error
      }
    })
    running--
    done()
  }

  // While hookscope did not run, as far as that is known: an attempt of the past began in the future.
  const before = (simulations.newestAttemptAt() ?? 0) - seen.now
  if (before >= jumpMs) void catchUp(before)

  return {
    look() {
      const at = { now: now(), steady: steady() }
      const back = at.steady - seen.steady - (at.now - seen.now)
      seen = at
      if (back >= jumpMs) {
        total += back
        void catchUp(back)
      }
      return running > 0
    },
    get total() {
      return total
    },
  }
}
