/** When what is due is looked for: once for many calls, each lane for itself, and again when the next of a lane is due. */
import { StoreUnavailable } from '../store/problem.ts'

export interface LooksOptions {
  /** Whether nothing may be sent right now; who ends that wakes. */
  isHeld(): boolean
  /** Done before lanes are looked at. Rejects with StoreUnavailable when it cannot be done now. */
  first(): Promise<void>
  /** Lanes in which something waits. */
  lanes(): Promise<readonly string[]>
  /** Sends what is due of a lane. @returns milliseconds until its next is due; Infinity when something else decides */
  sendDue(lane: string): Promise<number>
}

export interface Looks {
  /** Looks soon: something was added, hurried, cancelled, or has ended. */
  wake(): void
  /** Looks no more. Resolves when nobody looks. */
  close(): Promise<void>
}

/**
 * Timers are set anew after so many milliseconds: longer ones overflow, stand still while the machine sleeps, and leave what
 * is shown wrong for as long after the clock was set back.
 */
const longestTimerMs = 10_000
/** While the store can read or keep nothing: how long until the next look, milliseconds. */
const storeRetryMs = 1000

export function openLooks({ isHeld, first, lanes, sendDue }: LooksOptions): Looks {
  /** Lanes that are being looked at: one look at a time, so that no event is taken twice. */
  const looking = new Map<string, { again: boolean }>()
  const looks = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let woken = false
  let closed = false

  /** A failure that is no matter of the store is a surprise: nobody takes it. */
  function noted(look: Promise<void>): void {
    looks.add(look)
    void look.finally(() => looks.delete(look))
  }

  async function orLater(look: () => Promise<void>): Promise<void> {
    try {
      await look()
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      lookAfter(storeRetryMs)
    }
  }

  async function lookAll(): Promise<void> {
    if (closed || isHeld()) return
    clearTimeout(timer)
    timerAt = Number.POSITIVE_INFINITY
    await orLater(async () => {
      await first()
      for (const lane of await lanes()) lookAt(lane)
    })
  }

  /** None waits for what another sends. */
  function lookAt(lane: string): void {
    const own = looking.get(lane)
    if (own !== undefined) {
      own.again = true
      return
    }
    const look = { again: true }
    looking.set(lane, look)
    const untilQuiet = async () => {
      while (look.again && !closed) {
        look.again = false
        const wait = await sendDue(lane)
        if (wait !== Number.POSITIVE_INFINITY) lookAfter(wait)
      }
    }
    noted(orLater(untilQuiet).finally(() => looking.delete(lane)))
  }

  /** At the latest then, whatever was to be looked at later. */
  function lookAfter(ms: number): void {
    const wait = Math.min(Math.max(1, Math.ceil(ms)), longestTimerMs)
    if (closed || performance.now() + wait >= timerAt) return
    clearTimeout(timer)
    timerAt = performance.now() + wait
    timer = setTimeout(() => noted(lookAll()), wait)
  }

  return {
    wake() {
      if (woken || closed) return
      woken = true
      setImmediate(() => {
        woken = false
        noted(lookAll())
      })
    },
    async close() {
      closed = true
      clearTimeout(timer)
      while (looks.size > 0) await Promise.allSettled(looks)
    },
  }
}
