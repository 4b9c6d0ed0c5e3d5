/** Knows of each target whether an app is there to take deliveries, and which ones it missed while none was. */
import type { TargetStatus } from '../../core/api/messages.ts'
import type { AttemptError, AttemptSummary } from '../../core/deliveries/attempt.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { isGood, unavailableStatuses } from '../../core/http/outcome.ts'
import type { AttemptStore } from '../store/attempts.ts'
import type { AddressClass } from './address-guard.ts'
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
  | {
      readonly state: 'up'
      readonly target: string
      /** Ids of the deliveries whose forward failed meanwhile, ascending. */
      readonly missed: readonly number[]
      /** What it answers again where it had answered that it was unavailable; else it takes connections again. */
      readonly status?: number
    }

export interface TargetState extends Pick<TargetStatus, 'state' | 'error' | 'seenAt' | 'watched' | 'answered'> {
  /** Deliveries missed since it went down. */
  readonly missed: number
}

/** Of a target that was not looked at yet. */
export const nothingKnown: TargetState = {
  state: 'unknown',
  error: null,
  seenAt: null,
  watched: false,
  answered: null,
  missed: 0,
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
  readonly store: { readonly attempts: Pick<AttemptStore, 'onEnded'> }
  /** Called when a state or a count changed. */
  changed(): void
  /** Called for each attempt by which a delivery was missed. */
  missed?(target: string, attempt: number): void
  readonly probe?: typeof probeTarget
  /** Until the first look at one that is down, milliseconds; each later one takes twice as long, up to a limit. */
  readonly firstMs?: number
  /** Between two looks at one that is up and near, milliseconds. */
  readonly everyMs?: number
}

/** No connection stood, whoever is at fault: what TLS refuses is not among them. */
export const unreachableCodes: readonly string[] =
  'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH EHOSTDOWN EADDRNOTAVAIL CONNECT_TIMEOUT'.split(' ')
/** The longest time between two looks at one that is down, milliseconds: nearby, and elsewhere. */
const longestMs = { near: 5000, elsewhere: 60_000 }
/** A host nearby that takes longer to accept a connection is not up, milliseconds. */
const nearConnectMs = 2500
/** Most missed deliveries that are told by id. */
const mostMissed = 100_000

interface Entry {
  readonly url: URL
  state: TargetState['state']
  error: AttemptError | null
  seenAt: number | null
  answered: TargetState['answered']
  /** Where the last look led; null until one has led anywhere. */
  place: AddressClass | null
  seenBy: 'probe' | 'attempt'
  missed: Set<number>
  timer: NodeJS.Timeout | undefined
}

export function openTargetWatch(options: TargetWatchOptions): TargetWatch {
  const { store, changed, missed, probe = probeTarget, firstMs = 1000, everyMs = 2500 } = options
  const entries = new Map<string, Entry>()
  const listeners = new Set<(news: TargetNews) => void>()
  const stop = new AbortController()

  const tell = (news: TargetNews) => {
    for (const listener of listeners) listener(news)
  }
  const downNews = ({ url, error, seenBy }: Entry): TargetNews[] =>
    error === null ? [] : [{ state: 'down', target: url.href, error, seenBy }]

  function setDown(entry: Entry, error: AttemptError, seenBy: Entry['seenBy']): void {
    const before = entry.state
    // One that says that it is unavailable takes connections: whether it still does may be looked at by nobody.
    const wasLookedAt = before === 'down' && !saysUnavailable(entry)
    Object.assign(entry, { state: 'down', error, seenAt: Date.now() })
    if (before !== 'down') {
      entry.seenBy = seenBy
      for (const news of downNews(entry)) tell(news)
    }
    if (saysUnavailable(entry)) lookWhileUp(entry)
    else if (!wasLookedAt) lookAfter(entry, firstMs)
  }

  function setUp(entry: Entry, status?: number): void {
    const wasDown = entry.state === 'down'
    const missed = [...entry.missed].sort((one, other) => one - other)
    Object.assign(entry, { state: 'up', error: null, seenAt: Date.now(), missed: new Set() })
    lookWhileUp(entry)
    if (wasDown) tell({ state: 'up', target: entry.url.href, missed, ...(status !== undefined && { status }) })
  }

  async function look(entry: Entry, nextMs: number): Promise<void> {
    const { error, place } = await probe(entry.url, stop.signal, isNear(entry) ? nearConnectMs : undefined)
    // Closed or no target any more, or a delivery has told of it meanwhile.
    if (stop.signal.aborted || entries.get(keyOf(entry.url.href)) !== entry) return
    const before = `${entry.state} ${entry.error?.code} ${isNear(entry)}`
    entry.place = place ?? entry.place
    if (error !== null) {
      setDown(entry, error, 'probe')
      lookAfter(entry, nextMs)
    } else if (saysUnavailable(entry)) lookWhileUp(entry)
    else setUp(entry)
    if (before !== `${entry.state} ${entry.error?.code} ${isNear(entry)}`) changed()
  }

  /** Another host is nobody's to knock at every few seconds. */
  function lookWhileUp(entry: Entry): void {
    clearTimeout(entry.timer)
    if (entry.place === null || isNear(entry))
      entry.timer = setTimeout(() => void look(entry, firstMs), everyMs).unref()
  }

  function lookAfter(entry: Entry, ms: number): void {
    const longest = isNear(entry) ? longestMs.near : longestMs.elsewhere
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => void look(entry, Math.min(2 * ms, longest)), ms).unref()
  }

  const stopAttempts = store.attempts.onEnded(attempt => {
    const entry = entries.get(keyOf(attempt.target))
    if (entry === undefined || attempt.error?.code === 'CANCELLED') return
    const { delivery, source, status } = attempt
    if (status !== null) entry.answered = { status, at: new Date().toISOString() }
    const outage = outageOf(attempt, saysUnavailable(entry))
    if (outage !== null) {
      if (source === 'forward' && isMiss(attempt) && entry.missed.size < mostMissed) {
        entry.missed.add(delivery)
        missed?.(entry.url.href, attempt.id)
      }
      setDown(entry, outage, 'attempt')
    } else {
      if (isGood(attempt) && attempt.changes.length === 0) entry.missed.delete(delivery)
      // What is no answer leaves open whether one that was unavailable is back.
      if (!saysUnavailable(entry)) setUp(entry)
      else if (status !== null && (source !== 'check' || isGood(attempt))) setUp(entry, status)
    }
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
          seenAt: null,
          answered: null,
          place: null,
          seenBy: 'probe',
          missed: new Set(),
          timer: undefined,
        }
        entries.set(key, entry)
        void look(entry, firstMs)
      }
    },
    of(target) {
      const entry = entries.get(keyOf(target))
      return entry === undefined ? nothingKnown : stateOf(entry)
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

/** What this machine is called is near before anything has connected there. */
const isNear = ({ place, url }: Pick<Entry, 'place' | 'url'>) =>
  place === 'this machine' || place === 'a private network' || isLoopback(url.hostname)

function stateOf(entry: Entry): TargetState {
  const { state, error, seenAt, answered, missed } = entry
  const at = seenAt === null ? null : new Date(seenAt).toISOString()
  return { state, error, seenAt: at, watched: isNear(entry), answered, missed: missed.size }
}

const unavailable = 'UNAVAILABLE'
const saysUnavailable = ({ error }: Pick<Entry, 'error'>) => error?.code === unavailable

/** It was sent, and no app took it: what would have come to the app, had it run. */
function isMiss({ error, status }: Pick<AttemptSummary, 'error' | 'status'>): boolean {
  return error === null
    ? status !== null && unavailableStatuses.includes(status)
    : unreachableCodes.includes(error.code)
}

/**
 * Why the target is down after an attempt; null when it is not.
 * @param since it was unavailable before: only a 2xx says that it is back
 */
function outageOf(attempt: AttemptSummary, since: boolean): AttemptError | null {
  const { error, status, target, source } = attempt
  if (error !== null) return unreachableCodes.includes(error.code) ? error : null
  // The check provokes what it is answered: it makes no target unavailable, nor available again.
  if (status === null || isGood(attempt) || source === 'check') return null
  if (!since && !unavailableStatuses.includes(status)) return null
  return {
    code: unavailable,
    message: `${new URL(target).host} answers ${status}.`,
    hint: 'Start your app, or look at the proxy in front of it.',
  }
}

/** What is sent to a target may have a query of its own. */
function keyOf(target: string): string {
  const { origin, pathname } = new URL(target)
  return `${origin}${pathname}`
}
