/** Limits of time that hold whatever the garbage collector does. */

export interface TimeLimits {
  /** Milliseconds; without it, only the signals end the work. */
  readonly ms?: number
  /** Each of them ends the work, with its reason. */
  readonly signals: readonly AbortSignal[]
}

/**
 * Does work that ends early at a limit: its signal is then aborted, with a TimeoutError when the time is up.
 * Node 20 forgets `AbortSignal.timeout` inside `AbortSignal.any` once nobody holds them, and the limit never comes: the timer
 * and the listeners here are held until the work has ended.
 */
export async function within<Result>(
  { ms, signals }: TimeLimits,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const late = () => controller.abort(new DOMException('The time is up.', 'TimeoutError'))
  const stops = signals.map(signal => {
    const stop = () => controller.abort(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
    return () => signal.removeEventListener('abort', stop)
  })
  const timer = ms === undefined ? undefined : setTimeout(late, ms)
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}
