/** Takes turns on the writing thread: long work is cut into slices, and appends that wait go before each of them. */
import { setImmediate as nextTurn } from 'node:timers/promises'

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
