/** Runs work at most once in a while, the last call never lost: what follows the stream is refreshed so. */

export interface Paced {
  /** Runs soon: at once when the last run is long enough ago. */
  (): void
  cancel(): void
}

/** @param ms the least time between the starts of two runs */
export function paced(ms: number, run: () => void): Paced {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  const soon = () => {
    if (timer !== undefined) return
    timer = setTimeout(
      () => {
        timer = undefined
        last = Date.now()
        run()
      },
      Math.max(0, last + ms - Date.now()),
    )
  }
  return Object.assign(soon, {
    cancel: () => {
      clearTimeout(timer)
      timer = undefined
    },
  })
}
