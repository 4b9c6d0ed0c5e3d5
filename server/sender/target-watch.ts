/** Knows of each target whether anything takes connections there, and which deliveries it missed while nothing did. */
import type { AttemptError, AttemptSummary } from '../../core/attempt.ts'
import { isLoopback } from '../../core/loopback.ts'
import type { Store } from '../store/store.ts'
import { probeTarget } from './target-probe.ts'

/** A target went away or came back. */
export type TargetNews =
  /** `attempt`: a delivery told of it, with its reason; `probe`: nobody was told yet. */
  | {
      readonly state: 'down'
      readonly target: string
      readonly error: AttemptError
      readonly seenBy: 'probe' | 'attempt'
    }
  /** `missed`: ids of the deliveries whose forward failed meanwhile, ascending. */
  | { readonly state: 'up'; readonly target: string; readonly missed: readonly number[] }

export interface TargetState {
  /** `unknown` until the first look has ended. */
  readonly state: 'unknown' | 'up' | 'down'
  /** Why it is down; null when it is not. */
  readonly error: AttemptError | null
  /** Deliveries missed since it went down. */
  readonly missed: number
}

export interface TargetWatch {
  /** Looks at targets that are new; forgets those that are no more. */
  watch(targets: readonly URL[]): void
  of(target: string): TargetState
  /** What is down already is told of at once. @returns a function that stops the calls */
  onNews(listener: (news: TargetNews) => void): () => void
  close(): void
}

export interface TargetWatchOptions {
  readonly store: Pick<Store, 'onAttempt'>
  /** Called when a state or a count changed. */
  changed(): void
  readonly probe?: typeof probeTarget
  /** Until the first look at one that is down, milliseconds; each later one takes twice as long, up to a limit. */
  readonly firstMs?: number
}

/** No connection stood, whoever is at fault: what TLS refuses is not among them. */
const unreachable = new Set(
  'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH EHOSTDOWN EADDRNOTAVAIL CONNECT_TIMEOUT'.split(' '),
)
/** The longest time between two looks, milliseconds: on this machine, and elsewhere. */
const longestMs = { here: 10_000, elsewhere: 60_000 }
/** Most missed deliveries that are told by id. */
const mostMissed = 100_000

interface Entry {
  readonly url: URL
  state: TargetState['state']
  error: AttemptError | null
  seenBy: 'probe' | 'attempt'
  missed: Set<number>
  timer: NodeJS.Timeout | undefined
}

export function openTargetWatch(options: TargetWatchOptions): TargetWatch {
  const { store, changed, probe = probeTarget, firstMs = 1000 } = options
  const entries = new Map<string, Entry>()
  const listeners = new Set<(news: TargetNews) => void>()
  const stop = new AbortController()

  const tell = (news: TargetNews) => {
    for (const listener of listeners) listener(news)
  }
  const downNews = ({ url, error, seenBy }: Entry): TargetNews[] =>
    error === null ? [] : [{ state: 'down', target: url.href, error, seenBy }]

  function setDown(entry: Entry, error: AttemptError, seenBy: Entry['seenBy']): void {
    const wasDown = entry.state === 'down'
    Object.assign(entry, { state: 'down', error })
    if (wasDown) return
    entry.seenBy = seenBy
    for (const news of downNews(entry)) tell(news)
    lookAfter(entry, firstMs)
  }

  function setUp(entry: Entry): void {
    clearTimeout(entry.timer)
    const wasDown = entry.state === 'down'
    const missed = [...entry.missed].sort((one, other) => one - other)
    Object.assign(entry, { state: 'up', error: null, missed: new Set() })
    if (wasDown) tell({ state: 'up', target: entry.url.href, missed })
  }

  async function look(entry: Entry, nextMs: number): Promise<void> {
    const error = await probe(entry.url, stop.signal)
    // Closed or no target any more, or a delivery has told of it meanwhile.
    if (stop.signal.aborted || entries.get(keyOf(entry.url.href)) !== entry) return
    if (error === null) setUp(entry)
    else {
      setDown(entry, error, 'probe')
      lookAfter(entry, nextMs)
    }
    changed()
  }

  function lookAfter(entry: Entry, ms: number): void {
    const longest = isLoopback(entry.url.hostname) ? longestMs.here : longestMs.elsewhere
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => void look(entry, Math.min(2 * ms, longest)), ms).unref()
  }

  const stopAttempts = store.onAttempt(attempt => {
    const entry = entries.get(keyOf(attempt.target))
    if (entry === undefined || attempt.error?.code === 'CANCELLED') return
    if (!isUnreachable(attempt)) {
      if (entry.state !== 'up') setUp(entry)
      return
    }
    if (attempt.source === 'forward' && entry.missed.size < mostMissed) entry.missed.add(attempt.delivery)
    if (attempt.error !== null) setDown(entry, attempt.error, 'attempt')
    changed()
  })

  return {
    watch(targets) {
      const wanted = new Map(targets.map(url => [keyOf(url.href), url]))
      for (const [key, entry] of entries) {
        if (wanted.has(key)) continue
        clearTimeout(entry.timer)
        entries.delete(key)
      }
      for (const [key, url] of wanted) {
        if (entries.has(key)) continue
        const entry: Entry = {
          url,
          state: 'unknown',
          error: null,
          seenBy: 'probe',
          missed: new Set(),
          timer: undefined,
        }
        entries.set(key, entry)
        void look(entry, firstMs)
      }
    },
    of(target) {
      const { state = 'unknown', error = null, missed } = entries.get(keyOf(target)) ?? {}
      return { state, error, missed: missed?.size ?? 0 }
    },
    onNews(listener) {
      for (const entry of entries.values()) for (const news of downNews(entry)) listener(news)
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      stopAttempts()
      stop.abort()
      for (const { timer } of entries.values()) clearTimeout(timer)
    },
  }
}

const isUnreachable = ({ error }: AttemptSummary) => error !== null && unreachable.has(error.code)

/** What is sent to a target may have a query of its own. */
function keyOf(target: string): string {
  const { origin, pathname } = new URL(target)
  return `${origin}${pathname}`
}
