/** Runs work at most once in a while, the last call never lost: what follows the stream is refreshed so. */

export interface Throttled {
  /** Runs soon: at once when the last run is long enough ago. */
  (): void
  cancel(): void
}

/**
 * @param ms the least time between the starts of two runs
 * @param run slow work makes for longer pauses: ten times as long as it took, so that it never fills the server's time
 */
export function throttled(ms: number, run: () => Promise<unknown>): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let again = false
  let next = Number.NEGATIVE_INFINITY
  const work = async () => {
    timer = undefined
    running = true
    const began = performance.now()
    try {
      await run()
    } finally {
      running = false
      next = Math.max(began + ms, performance.now() + 10 * (performance.now() - began))
      if (again) soon()
    }
  }
  const soon = () => {
    if (timer !== undefined) return
    again = running
    if (!running) timer = setTimeout(() => void work(), Math.max(0, next - performance.now()))
  }
  return Object.assign(soon, {
    cancel: () => {
      clearTimeout(timer)
      timer = undefined
      again = false
    },
  })
}
