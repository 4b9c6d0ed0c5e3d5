/** Tells together of deliveries that were to be sent and are not kept any more: a burst once, and an overload now and then. */

export interface GoneNews {
  /** @param ids in any order */
  add(target: string, ids: readonly number[]): void
  /** Tells what was not told yet. */
  close(): void
}

/** How long after the first of a burst they are told of, and how long after that again, milliseconds. */
const firstMs = 500
const againMs = 10_000

/** @param tell takes the ids of a target, ascending */
export function openGoneNews(tell: (target: string, ids: readonly number[]) => void): GoneNews {
  let untold = new Map<string, number[]>()
  let toldAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function tellNow() {
    clearTimeout(timer)
    timer = undefined
    if (untold.size > 0) toldAt = performance.now()
    const burst = untold
    untold = new Map()
    for (const [target, ids] of burst)
      tell(
        target,
        ids.sort((one, other) => one - other),
      )
  }

  return {
    add(target, ids) {
      if (ids.length === 0) return
      untold.set(target, [...(untold.get(target) ?? []), ...ids])
      timer ??= setTimeout(tellNow, Math.max(firstMs, toldAt + againMs - performance.now())).unref()
    },
    close: tellNow,
  }
}
