/** Takes turns on the writing thread: long work is cut into slices, and appends that wait go before each of them. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** How long appends can hold the next slice up, milliseconds: under steady load the work still moves. */
const longestWaitMs = 40

/** The same for work that must not fall behind what comes. */
const hurriedWaitMs = 10

/** Resolves when the next slice may begin. */
export type Turn = (isHurried?: boolean) => Promise<void>

/** @param appending whether appends wait */
export function createTurn(appending: () => boolean): Turn {
  return async (isHurried = false) => {
    const asked = performance.now()
    do await nextTurn()
    while (appending() && performance.now() - asked < (isHurried ? hurriedWaitMs : longestWaitMs))
  }
}

/** Long reading rests so many times as long as it took, while deliveries come. */
const rests = 9
/** How long it rests at a time, milliseconds: it goes on soon once no more come. */
const longestRestMs = 50

/** @param coming whether deliveries come @returns see DeliveryStore.giveWay */
export function createGivingWay(coming: () => boolean): (tookMs: number) => Promise<void> {
  return async tookMs => {
    const until = performance.now() + rests * tookMs
    while (coming() && performance.now() < until) await sleep(Math.min(longestRestMs, Math.max(1, tookMs)))
  }
}

/** Longer reads count as so long, milliseconds: who looks at one thing after the other waits half a second at most. */
const mostCountedMs = 50

/** Runs one piece of work after another, each once it may begin. */
export type Pacing = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * For reads that somebody may ask for again and again: the first one is answered at once, and while deliveries come the next ones
 * rest as long reading does.
 * @param coming whether deliveries come
 */
export function createPacing(coming: () => boolean): Pacing {
  const giveWay = createGivingWay(coming)
  let resting: Promise<void> = Promise.resolve()
  return async work => {
    await resting
    const began = performance.now()
    try {
      return await work()
    } finally {
      resting = giveWay(Math.min(mostCountedMs, performance.now() - began))
    }
  }
}
