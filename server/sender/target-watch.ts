/** Knows of each target whether an app is there to take deliveries, and which ones it missed while none was. */
import type { TargetStatus } from '../../core/api/messages.ts'
import { unavailableCode } from '../../core/api/target-words.ts'
import type { AttemptError, AttemptSummary } from '../../core/deliveries/attempt.ts'
import { isGood, isSuccess, throughProxy, unavailableStatuses } from '../../core/http/outcome.ts'
import { proxyCodes } from '../proxy/proxy.ts'
import type { AttemptStore } from '../store/attempts.ts'
import { type AddressClass, addressClassOf } from './address-guard.ts'
import { resetCodes } from './failure.ts'
import { closedAtOnce, probeTarget } from './target-probe.ts'

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
      /** What it answers, where only an answer says that it is back; else it keeps connections open again. */
      readonly status?: number
      /** The proxy that relayed that answer, and may have given it. */
      readonly proxy?: string
    }

export interface TargetState
  extends Pick<TargetStatus, 'state' | 'error' | 'seenAt' | 'watched' | 'answered' | 'proxy'> {
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
  /** Looks at targets that are new; forgets those that are no more, and tells what they missed. */
  watch(targets: readonly URL[]): void
  of(target: string): TargetState
  /** What is down already is told of at once. @returns a function that stops the calls */
  onNews(listener: (news: TargetNews) => void): () => void
  /** Deliveries were dropped for good: they count as missed no longer. */
  forget(deliveries: readonly number[]): void
  close(): void
}

export interface TargetWatchOptions {
  readonly store: { readonly attempts: Pick<AttemptStore, 'onEnded'> }
  /** Called when a state or a count changed. */
  changed(): void
  /** Called for each attempt by which a delivery was missed. @param cutOff how it ended does not say so */
  missed?(target: string, attempt: number, cutOff: boolean): void
  /**
   * Called when a target that was down is back (`missed`) or is a target no longer (`missed-removed`).
   * @param missed ids of all deliveries that it missed, ascending
   */
  over?(target: string, missed: readonly number[], how: 'missed' | 'missed-removed'): void
  /** Whether a delivery still waits to be sent to a target: then it is not missed yet. */
  isWaiting?(target: string, delivery: number): boolean
  /** Deliveries that were taken away: they count as missed only once they are brought back. */
  readonly removed?: ReadonlySet<number>
  /** Whether nothing is sent to a target but with its certificate unchecked. */
  isInsecure?(target: string): boolean
  readonly probe?: typeof probeTarget
  /** Until the first look at one that is down, milliseconds; each later one takes twice as long, up to a limit. */
  readonly firstMs?: number
  /** Between two looks at one that is up and near, milliseconds; default: so that with the look itself it is below 5 s. */
  readonly everyMs?: number
}

/** No connection stood, whoever is at fault: what TLS refuses is not among them, but where hookscope itself does not connect. */
export const unreachableCodes: readonly string[] = [
  ...'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH EHOSTDOWN EADDRNOTAVAIL CONNECT_TIMEOUT INSECURE_TARGET'.split(
    ' ',
  ),
  ...proxyCodes,
]
/**
 * How often one is looked at, milliseconds: while it is up, at most while it is down, and how long it has to accept a connection.
 * Together they are 5 s at most for one nearby. This machine accepts at once: there, a look takes less time and comes more seldom,
 * since some servers print a line for each.
 */
const pace: Readonly<
  Record<AddressClass, { readonly up: number | null; readonly down: number; readonly connect: number }>
> = {
  'this machine': { up: 3900, down: 2400, connect: 900 },
  'a private network': { up: 2300, down: 2400, connect: 2500 },
  'the internet': { up: null, down: 60_000, connect: 5000 },
}
/** An attempt that is cut off within this time, before a byte of an answer, may have met no app at all, milliseconds. */
const atOnceMs = 1000
/** How soon after that it is looked at, milliseconds: those of a burst are cut off together. */
const doubtMs = 50
/** For how long a connection has to last, milliseconds: at one that is up, and at any other. */
const openMs = { up: 100, other: 300 }
/** Most missed deliveries that are told by id. */
const mostMissed = 100_000

interface Entry {
  readonly url: URL
  state: TargetState['state']
  error: AttemptError | null
  seenAt: number | null
  answered: TargetState['answered']
  /** Where it is: as its address says, or as the last look found; null while neither is known. */
  place: AddressClass | null
  /** The proxy it was last asked through; null for none. */
  proxy: string | null
  /** Who told first that it is down. */
  seenBy: 'probe' | 'attempt'
  /** Who told of the error that it is down with now. */
  toldBy: 'probe' | 'attempt'
  missed: Set<number>
  /** Forwards that were cut off at once since the last look began: missed, should nobody be there. */
  doubtful: AttemptSummary[]
  isLooking: boolean
  /** The code with which a TLS handshake failed at last; null where none did since it was up. */
  unshaken: string | null
  /** How often an attempt has told what there is. */
  heard: number
  /** Until the next look at one that is down, milliseconds. */
  waitMs: number
  timer: NodeJS.Timeout | undefined
}

export function openTargetWatch(options: TargetWatchOptions): TargetWatch {
  const { store, changed, probe = probeTarget, firstMs = 1000, everyMs, removed = new Set() } = options
  /** By their URLs. */
  const entries = new Map<string, Entry>()
  const listeners = new Set<(news: TargetNews) => void>()
  const stop = new AbortController()

  const isWaiting = ({ url }: Entry, id: number) => options.isWaiting?.(url.href, id) === true
  const tell = (news: TargetNews) => {
    for (const listener of listeners) listener(news)
  }
  const downNews = ({ url, error, seenBy }: Entry): TargetNews[] =>
    error === null ? [] : [{ state: 'down', target: url.href, error, seenBy }]

  function setDown(entry: Entry, error: AttemptError, seenBy: Entry['seenBy']): void {
    const { state: before, error: reason } = entry
    Object.assign(entry, { state: 'down', error, toldBy: seenBy, seenAt: Date.now() })
    if (reason?.code !== error.code) entry.waitMs = firstMs
    if (before === 'down') return
    entry.seenBy = seenBy
    for (const news of downNews(entry)) tell(news)
  }

  function setUp(entry: Entry, status?: number, proxy?: string): void {
    const wasDown = entry.state === 'down'
    const all = idsOf(entry).filter(id => !isWaiting(entry, id))
    Object.assign(entry, { state: 'up', error: null, unshaken: null, seenAt: Date.now(), missed: new Set() })
    if (!wasDown) return
    const target = entry.url.href
    options.over?.(target, all, 'missed')
    const missed = all.filter(id => !removed.has(id))
    const said = { ...(status !== undefined && { status }), ...(proxy !== undefined && { proxy }) }
    tell({ state: 'up', target, missed, ...said })
  }

  /** Nothing was seen of the target: what it is known to be stays, but for the proxy as the reason. */
  function proxyIsThere(entry: Entry): void {
    const { error, proxy, toldBy } = entry
    if (error === null || !(isOfProxy(error) || isClosing(entry))) return
    // What it relays does not get there: that it takes connections is no news.
    if (toldBy === 'attempt' && error.code === 'PROXY_NO_TARGET') return
    const message = `The proxy ${proxy} takes connections. Whether ${entry.url.host} does, the next delivery tells.`
    entry.error = { code: error.code, message, hint: 'Send one: replay what was missed.' }
  }

  function miss({ url, missed }: Entry, { delivery, id, source }: AttemptSummary, cutOff: boolean): void {
    if (source !== 'forward' || missed.size >= mostMissed) return
    missed.add(delivery)
    options.missed?.(url.href, id, cutOff)
  }

  async function look(entry: Entry): Promise<void> {
    const { doubtful, heard } = entry
    Object.assign(entry, { isLooking: true, doubtful: [] })
    const { connect } = paceOf(entry)
    const { error, place, proxy, isUnseen } = await probe(
      entry.url,
      stop.signal,
      connect,
      entry.state === 'up' ? openMs.up : openMs.other,
      { shakesHands: isUnshaken(entry), insecure: options.isInsecure?.(entry.url.href) === true },
    )
    // Closed, or no target any more.
    if (stop.signal.aborted || entries.get(entry.url.href) !== entry) return
    const before = stateText(entry)
    entry.isLooking = false
    entry.place = proxy === undefined ? (place ?? entry.place) : 'the internet'
    entry.proxy = proxy ?? null
    // What an attempt told meanwhile is newer.
    if (entry.heard === heard) {
      if (error !== null) setDown(entry, error, 'probe')
      else if (isUnseen) proxyIsThere(entry)
      else if (!saysUnavailable(entry)) setUp(entry)
      if (isClosing(entry)) for (const attempt of doubtful) miss(entry, attempt, true)
    }
    lookLater(entry)
    if (before !== stateText(entry)) changed()
  }

  /** One that is down is always looked at again, and one nearby; another host that is up is nobody's to knock at. */
  function lookLater(entry: Entry): void {
    if (entry.isLooking) return
    clearTimeout(entry.timer)
    const ms = nextMs(entry)
    entry.timer = ms === null ? undefined : setTimeout(() => void look(entry), ms).unref()
  }

  function nextMs(entry: Entry): number | null {
    const { up, down } = paceOf(entry)
    if (entry.doubtful.length > 0) return doubtMs
    if (entry.state !== 'down') return up === null ? null : (everyMs ?? up)
    // It takes connections: that it takes them again is not what is waited for.
    if (saysUnavailable(entry)) return up === null ? down : (everyMs ?? up)
    const ms = Math.min(entry.waitMs, down)
    entry.waitMs = 2 * ms
    return ms
  }

  function hear(entry: Entry, attempt: AttemptSummary): void {
    const { delivery, source, status } = attempt
    const relay = relayOf(attempt)
    // What the check is answered, it has provoked.
    if (status !== null && source !== 'check') entry.answered = { status, at: new Date().toISOString() }
    const unshaken = handshakeErrorOf(attempt)
    if (unshaken !== null) {
      entry.heard++
      entry.unshaken = unshaken.code
      miss(entry, attempt, true)
      setDown(entry, unshaken, 'attempt')
      return
    }
    if (isCutOffAtOnce(attempt) && source !== 'check') {
      if (isClosing(entry)) miss(entry, attempt, true)
      else entry.doubtful.push(attempt)
      return
    }
    entry.heard++
    entry.doubtful = []
    const outage = outageOf(attempt)
    if (outage !== null) {
      if (isMiss(attempt)) miss(entry, attempt, false)
      setDown(entry, outage, 'attempt')
      return
    }
    if (isGood(attempt) && attempt.changes.length === 0) entry.missed.delete(delivery)
    if (status === null) {
      // What is no answer leaves open whether one is back that takes connections without anybody there. A proxy takes them itself.
      if (attempt.proxy === undefined && !saysUnavailable(entry) && !isClosing(entry)) setUp(entry)
    } else if (!saysUnavailable(entry)) {
      const isTold = isClosing(entry) || (relay !== undefined && !isSuccess(status))
      setUp(entry, isTold ? status : undefined, relay)
    } else if (source !== 'check') setUp(entry, status, relay)
  }

  const stopAttempts = store.attempts.onEnded(attempt => {
    const entry = entryOf(attempt.target)
    if (entry === undefined || attempt.error?.code === 'CANCELLED') return
    const before = waitedFor(entry)
    hear(entry, attempt)
    // An attempt at one that is up is as good as a look. A look that is waited for comes when it was to.
    if (before === null || waitedFor(entry) !== before) lookLater(entry)
    changed()
  })

  /** What is sent to a target may have a query of its own. */
  const entryOf = (target: string): Entry | undefined =>
    entries.get(target) ?? [...entries.values()].find(({ url }) => placeOf(url) === placeOf(new URL(target)))

  function forgetTarget(entry: Entry): void {
    clearTimeout(entry.timer)
    entries.delete(entry.url.href)
    if (entry.state === 'down') options.over?.(entry.url.href, idsOf(entry), 'missed-removed')
  }

  return {
    watch(targets) {
      const wanted = new Map(targets.map(url => [url.href, url]))
      for (const [href, entry] of [...entries]) if (!wanted.has(href)) forgetTarget(entry)
      for (const [href, url] of wanted) {
        if (entries.has(href)) continue
        const entry: Entry = {
          ...{ url, state: 'unknown', error: null, seenAt: null, answered: null, seenBy: 'probe', toldBy: 'probe' },
          ...{ place: addressClassOf(url), proxy: null, missed: new Set(), doubtful: [] },
          ...{ unshaken: null, isLooking: false, heard: 0, waitMs: firstMs, timer: undefined },
        }
        entries.set(href, entry)
        void look(entry)
      }
    },
    of(target) {
      const entry = entryOf(target)
      if (entry === undefined) return nothingKnown
      const missed = [...entry.missed].filter(id => !removed.has(id) && !isWaiting(entry, id))
      return { ...stateOf(entry), missed: missed.length }
    },
    onNews(listener) {
      for (const entry of entries.values()) for (const news of downNews(entry)) listener(news)
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    forget(deliveries) {
      for (const { missed } of entries.values()) for (const id of deliveries) missed.delete(id)
    },
    close() {
      stopAttempts()
      stop.abort()
      for (const { timer } of entries.values()) clearTimeout(timer)
    },
  }
}

const isNear = ({ place }: Pick<Entry, 'place'>) => place === 'this machine' || place === 'a private network'

/** One that was never reached is looked at as one elsewhere while it is down. */
const paceOf = ({ place }: Pick<Entry, 'place'>) =>
  place === null ? { ...pace['the internet'], up: pace['a private network'].up } : pace[place]

const idsOf = ({ missed }: Pick<Entry, 'missed'>) => [...missed].sort((one, other) => one - other)

const stateText = (entry: Entry) =>
  `${entry.state} ${entry.error?.code} ${isNear(entry)} ${entry.missed.size} ${entry.proxy}`

function stateOf(entry: Entry): Omit<TargetState, 'missed'> {
  const { state, error, seenAt, answered, proxy } = entry
  const at = seenAt === null ? null : new Date(seenAt).toISOString()
  return { state, error, seenAt: at, watched: isNear(entry), answered, ...(proxy !== null && { proxy }) }
}

/** That it takes connections says nothing: no handshake was done over one. */
const isUnshaken = ({ unshaken }: Pick<Entry, 'unshaken'>) => unshaken !== null
const saysUnavailable = ({ error }: Pick<Entry, 'error'>) => error?.code === unavailableCode
const isOfProxy = ({ code }: AttemptError) => proxyCodes.some(one => one === code)
const isClosing = ({ error }: Pick<Entry, 'error'>) => error?.code === closedAtOnce

/** What the next look is to find out; null where an attempt tells as much. */
const waitedFor = (entry: Entry): string | null =>
  entry.doubtful.length > 0 ? 'doubtful' : saysUnavailable(entry) ? null : (entry.error?.code ?? null)

/** A port proxy takes the connection of an app that is not there, and lets go of it; so does an app that fails. A look tells which. */
const isCutOffAtOnce = ({ error, ms }: AttemptSummary) =>
  error !== null && resetCodes.includes(error.code) && ms !== null && ms < atOnceMs

/** It was sent, and no app took it: what would have come to the app, had it run. */
function isMiss({ error, status }: Pick<AttemptSummary, 'error' | 'status'>): boolean {
  return error === null
    ? status !== null && unavailableStatuses.includes(status)
    : unreachableCodes.includes(error.code)
}

/** Why the target is down after an attempt; null when it is not. Any answer that is the app's own says that it is there. */
function outageOf({ error, status, target, source, proxy }: AttemptSummary): AttemptError | null {
  const relay = relayOf({ proxy, target })
  if (error !== null) return unreachableCodes.includes(error.code) ? error : null
  // The check provokes what it is answered: it makes no target unavailable, nor available again.
  if (status === null || !unavailableStatuses.includes(status) || source === 'check') return null
  const way = relay === undefined ? '' : ` ${throughProxy(relay)}`
  return {
    code: unavailableCode,
    // What it was at that delivery: nobody is told of a recovery before the next one.
    message: `${new URL(target).host} answered ${status}${way}.`,
    hint: 'Start your app, or look at the proxy in front of it.',
  }
}

/** The proxy that relayed an answer, as it does plain http, and may have given it; undefined where none did. */
const relayOf = ({ proxy, target }: Pick<AttemptSummary, 'proxy' | 'target'>): string | undefined =>
  new URL(target).protocol === 'http:' ? proxy : undefined

/**
 * Why the TLS handshake failed: nothing was sent. What a certificate is refused for is among it behind a proxy alone: it may be
 * the proxy's, and directly the app is there.
 */
function handshakeErrorOf({ outcome, error, target, proxy }: AttemptSummary): AttemptError | null {
  if (outcome !== 'refused' || error === null || new URL(target).protocol !== 'https:') return null
  if (proxy !== undefined && !unreachableCodes.includes(error.code)) return error
  return resetCodes.includes(error.code) || /^(?:ERR_SSL_|EPROTO$)/.test(error.code) ? error : null
}

const placeOf = ({ origin, pathname }: URL) => `${origin}${pathname}`
