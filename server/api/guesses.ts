/** Slows down whoever tries secrets that are wrong, and tells of it once. */

export interface Guesses {
  /** So many are held up that no secret is looked at for now: the rate of guesses is bounded, whatever their number. */
  isFull(): boolean
  /** Resolves when the answer to a wrong one may go out. */
  wrong(): Promise<void>
}

const windowMs = 60_000
/** Somebody's old link or script is wrong a few times; these are answered at once. */
const free = 5
const mostHeld = 32
const quietMs = 600_000

/**
 * @param log takes a line, at most one in ten minutes
 * @param holdMs how long an answer is held up
 */
export function openGuesses(log: (line: string) => void, holdMs = 1000): Guesses {
  const times: number[] = []
  let held = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return {
    isFull: () => held >= mostHeld,
    async wrong() {
      const now = performance.now()
      times.push(now)
      while ((times[0] ?? now) < now - windowMs || times.length > free + 1) times.shift()
      if (times.length <= free) return
      if (now - toldAt > quietMs) {
        toldAt = now
        log(
          `More than ${free} wrong tokens within a minute at the inspector’s port: an old script, or a program on this machine that tries to get in. Answers to it are slowed down.`,
        )
      }
      held += 1
      await new Promise<void>(resolve => {
        setTimeout(resolve, holdMs).unref()
      })
      held -= 1
    },
  }
}
