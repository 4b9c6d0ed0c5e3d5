/** How diagnoses, however many run at once, leave the event loop to the receiver. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds of work between two turns of everything else. */
const slice = 5

/** Who waits for a turn: one diagnosis in each round of the event loop, so that many at once hold up no more than one. */
let queue: Promise<void> = Promise.resolve()

export interface Turns {
  /** Asked between small pieces of work. */
  isOver(): boolean
  /** Resolves when everything else had its turn. */
  next(): Promise<void>
}

export function openTurns(): Turns {
  let begun = performance.now()
  return {
    isOver: () => performance.now() - begun > slice,
    async next() {
      queue = queue.then(() => nextTurn())
      await queue
      begun = performance.now()
    },
  }
}
