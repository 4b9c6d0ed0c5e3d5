/** At what pace several deliveries go out. */
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../lib/time-limit.ts'
import { connections } from './recorded.ts'

/** Milliseconds. A timer that is set for longer goes off at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Lets callers through one after the other, at most `rate` a second: what a stall held up does not follow in a burst.
 * Where a rate asks for a longer wait than a timer can be, that one is waited.
 * @returns resolves when it is the caller's turn; rejects with an AbortError once the signal is aborted
 */
export function openGate(rate: number, signal: AbortSignal): () => Promise<void> {
  let next = performance.now()
  let last: Promise<void> = Promise.resolve()
  async function pass(): Promise<void> {
    const ms = next - performance.now()
    if (ms > 0) await sleep(Math.min(ms, longestTimerMs), undefined, { signal })
    signal.throwIfAborted()
    // Counted from when the turn came, and not from when it was due.
    next = Math.max(next, performance.now()) + 1000 / rate
  }
  return () => {
    last = last.then(pass)
    return last
  }
}

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
  await within({ signals: [pace.signal, failed.signal] }, async signal => {
    const running = new Set<Promise<void>>()
    const turn = rate === null ? null : openGate(rate, signal)
    for (const id of ids) {
      await turn?.().catch(() => {})
      if (signal.aborted) break
      const sending = start(id)
        .catch((error: unknown) => failed.abort(error))
        .finally(() => running.delete(sending))
      running.add(sending)
      if (running.size >= (rate === null ? 1 : connections)) await Promise.race(running)
    }
    await Promise.all(running)
  })
  failed.signal.throwIfAborted()
}
