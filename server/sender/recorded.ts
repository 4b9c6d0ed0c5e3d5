/** Sends that are kept: each attempt stands in the store before its first byte goes out. */
import { setMaxListeners } from 'node:events'
import type { AttemptSource, SendResult, SentRequest } from '../../core/deliveries/attempt.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { keptAnswerBytes, type SendOptions, type Sent, send } from './send.ts'

/** How many connections a forwarder or a replayer has at once: as many as the gateway. */
export const connections = 20

/** How long closing waits for sends in flight, milliseconds: their time-outs to connect and to read, and a little more. */
export const closeMs = 55_000

/**
 * Notes in the store that a send begins.
 * @param target where it goes by its name; the request's own URL has the delivery's query, too
 * @returns the attempt's id
 * @throws StoreUnavailable when it cannot be kept: send nothing then
 */
export function beginAttempt(
  store: Store,
  delivery: number,
  source: AttemptSource,
  target: URL,
  request: SentRequest,
): Promise<number> {
  return store.attempts.start({ delivery, source, target: target.href, startedAt: Date.now(), request })
}

/**
 * Begins a forward, unless another process has begun one of that delivery to that target.
 * @param known the newest one that is known here; 0: none
 * @returns null when one has
 * @throws StoreUnavailable when it cannot be kept: send nothing then
 */
export function beginForward(
  store: Store,
  delivery: number,
  target: URL,
  { request, known }: { readonly request: SentRequest; readonly known: number },
): Promise<number | null> {
  const start = { delivery, source: 'forward', target: target.href, startedAt: Date.now(), request } as const
  return store.attempts.startForward(start, known)
}

/**
 * Sends what an attempt has begun, and keeps how it ended; where the store is in trouble (the receiver tells of it), once it
 * is not any more. An attempt whose end is never kept ends as `reset` at the next start.
 * @param wholeBytes for who needs the answer whole: bytes of its body that are returned, though no more than usual is kept
 */
export async function finishAttempt(
  store: Store,
  attempt: number,
  request: SentRequest,
  options: SendOptions,
  wholeBytes?: number,
): Promise<Sent> {
  const whole = wholeBytes === undefined ? {} : { bodyCap: wholeBytes, bodyLimit: wholeBytes }
  const result = await send(request, { ...options, ...whole })
  await keepEnd(store, attempt, cut(result, options.bodyCap ?? keptAnswerBytes))
  return result
}

async function keepEnd(store: Store, attempt: number, result: SendResult): Promise<void> {
  try {
    await store.attempts.end(attempt, result)
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    const stop = store.health.onTrouble(trouble => {
      if (trouble !== null) return
      stop()
      void keepEnd(store, attempt, result)
    })
  }
}

/** What is kept of a result: the beginning of a long answer. */
function cut(result: SendResult, bytes: number): SendResult {
  const { answer } = result
  return answer && answer.body.byteLength > bytes
    ? { ...result, answer: { ...answer, body: answer.body.slice(0, bytes) } }
    : result
}

/** Work in flight, so that closing can wait for it. */
export interface InFlight {
  readonly size: number
  /** The deliveries among it, ascending. */
  deliveries(): readonly number[]
  /** Aborted when waiting took too long. */
  readonly signal: AbortSignal
  /** @param delivery that is sent @returns the same promise */
  track<T>(work: Promise<T>, delivery?: number): Promise<T>
  /** Waits for all of it; what is left after `ms` milliseconds is aborted and waited for. */
  end(ms: number): Promise<void>
}

export function openInFlight(): InFlight {
  const running = new Map<Promise<unknown>, number | undefined>()
  const stop = new AbortController()
  // One listener a send, and no leak: each goes with its send.
  setMaxListeners(0, stop.signal)
  return {
    get size() {
      return running.size
    },
    signal: stop.signal,
    deliveries: () => [...new Set([...running.values()].flatMap(id => id ?? []))].sort((one, other) => one - other),
    track(work, delivery) {
      running.set(work, delivery)
      const done = () => running.delete(work)
      work.then(done, done)
      return work
    },
    async end(ms) {
      const timer = setTimeout(() => stop.abort(), Math.max(0, ms))
      while (running.size > 0) await Promise.allSettled(running.keys())
      clearTimeout(timer)
    },
  }
}
