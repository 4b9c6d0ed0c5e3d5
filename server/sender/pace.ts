/** At what pace several deliveries go out. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connections } from './recorded.ts'

/** Milliseconds. A timer that is set for longer goes off at once. */
const longestTimerMs = 2 ** 31 - 1

/** Waits for one's turn; for the longest there is, where a rate asks for more. @throws AbortError once the signal is aborted */
export const waitTurn = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(Math.min(ms, longestTimerMs), undefined, { signal })

export interface Pace {
  /** Starts a second, at most; however long answers take, up to 20 are awaited at once. null: one after the other. */
  readonly rate: number | null
  /** Ends it: no more are started, those in flight are still waited for. */
  readonly signal: AbortSignal
}

/**
 * Starts each in its turn and waits for all of them. A full house delays what follows; nothing catches up in a burst.
 * @throws what the first failing `start` threw, once the others have ended; no more are started after it
 */
export async function paced(ids: readonly number[], pace: Pace, start: (id: number) => Promise<void>): Promise<void> {
  const { rate } = pace
  const failed = new AbortController()
  const signal = AbortSignal.any([pace.signal, failed.signal])
  const running = new Set<Promise<void>>()
  let next = performance.now()
  for (const id of ids) {
    if (rate !== null) {
      await waitTurn(next - performance.now(), signal).catch(() => {})
      next = Math.max(next, performance.now()) + 1000 / rate
    }
    if (signal.aborted) break
    const sending = start(id)
      .catch((error: unknown) => failed.abort(error))
      .finally(() => running.delete(sending))
    running.add(sending)
    if (running.size >= (rate === null ? 1 : connections)) await Promise.race(running)
  }
  await Promise.all(running)
  failed.signal.throwIfAborted()
}
