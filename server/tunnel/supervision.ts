/** When to open, probe, wait and give up: the supervisor's decisions, pure. It knows no clock, no socket and no dice. */
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import type { TunnelOutage } from '../../core/tunnels/catch-up.ts'

/** What does not change while a tunnel lives. Times in milliseconds. */
export interface Manner {
  readonly trusted: boolean
  readonly settleMs: number
  readonly patience: number
  readonly probeEveryMs: number
  /** Waits after the first, second, … setback; the last one repeats. */
  readonly backoffMs: readonly number[]
}

/** Where the supervision stands. */
export interface Supervision {
  readonly phase:
    | { readonly kind: 'opening' }
    /** A line is there and has not proved itself yet. */
    | { readonly kind: 'proving' }
    | { readonly kind: 'up' }
    /** Waits for `retryAt`, then opens or probes again. */
    | { readonly kind: 'resting'; readonly next: 'open' | 'probe' }
    | { readonly kind: 'down'; readonly reason: string; readonly hint: string }
    | { readonly kind: 'closed' }
  /** The URL of this line, or of the last one; null before the first. */
  readonly url: string | null
  /** The URL of the listener before this one; counts until there is a first line. */
  readonly previousUrl: string | null
  readonly changedFrom: string | null
  readonly roundTripMs: number | null
  /** When a probe last came through, Unix milliseconds; null before the first. */
  readonly reachedAt: number | null
  /** From the last probe that came through to the next one after a failure, Unix milliseconds; null: none yet. */
  readonly outage: TunnelOutage | null
  /** Why it is not up, and when it is tried again (Unix milliseconds); null when nothing went wrong. */
  readonly trouble: { readonly reason: string; readonly retryAt: number } | null
  /** Failed probes of this line in a row. */
  readonly strikes: number
  /** Failures of any kind since it last was up for a while. */
  readonly setbacks: number
}

/** What happened. */
export type Happening =
  | { readonly kind: 'opened'; readonly url: string; readonly insteadOf: string | null }
  | { readonly kind: 'failed'; readonly reason: string; readonly waitMs?: number }
  | { readonly kind: 'hopeless'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'arrived'; readonly ms: number }
  /** A probe failed; `busy` when the line has all hands full with deliveries. */
  | { readonly kind: 'missed'; readonly reason: string; readonly busy: boolean }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'doubt' }
  | { readonly kind: 'rested' }
  | { readonly kind: 'close' }

/** What is to be done, in order. `rest` ends in the happening `rested`. */
export type Command =
  | { readonly kind: 'open' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'probe' }
  | { readonly kind: 'rest'; readonly ms: number }

/** The moment: Unix milliseconds, and a number from 0 up to 1 that spreads the waits. */
export interface TunnelMoment {
  readonly now: number
  readonly chance: number
}

/** The next state and what to do; `commands` is empty when nothing is. */
export interface TunnelStep {
  readonly next: Supervision
  readonly commands: readonly Command[]
}

/** The beginning: the caller opens a line. */
export function begin(previousUrl: string | null): Supervision {
  return {
    phase: { kind: 'opening' },
    url: null,
    previousUrl,
    changedFrom: null,
    roundTripMs: null,
    reachedAt: null,
    outage: null,
    trouble: null,
    strikes: 0,
    setbacks: 0,
  }
}

/** Takes one happening. Happenings that a state has no use for change nothing. */
export function step(state: Supervision, happening: Happening, manner: Manner, moment: TunnelMoment): TunnelStep {
  if (state.phase.kind === 'closed' || state.phase.kind === 'down') {
    return happening.kind === 'close' ? closed(state) : still(state)
  }
  switch (happening.kind) {
    case 'close':
      return closed(state)
    case 'opened':
      return opened(state, happening, manner)
    case 'failed':
      return setBack(state, happening, 'open', manner, moment)
    case 'hopeless':
      return { next: { ...state, phase: { ...happening, kind: 'down' } }, commands: [{ kind: 'drop' }] }
    case 'arrived':
      return arrived(state, happening.ms, manner, moment)
    case 'missed':
      return missed(state, happening, manner, moment)
    case 'lost':
      return hasLine(state) ? reopen(state, happening, manner, moment) : still(state)
    case 'doubt':
      return hasLine(state) ? { next: state, commands: [{ kind: 'probe' }] } : still(state)
    case 'rested':
      return rested(state)
  }
}

/** What the world is told. */
export function statusOf(state: Supervision, manner: Manner): TunnelStatus {
  const { phase, url, changedFrom, roundTripMs, trouble } = state
  const reached = state.reachedAt === null ? {} : { reachedAt: new Date(state.reachedAt).toISOString() }
  if (phase.kind === 'closed') return { state: 'off' }
  if (phase.kind === 'down') return { state: 'down', url, reason: phase.reason, hint: phase.hint, ...reached }
  if (trouble !== null) {
    return {
      state: 'retrying',
      url,
      reason: trouble.reason,
      retryAt: new Date(trouble.retryAt).toISOString(),
      ...reached,
    }
  }
  if (url !== null && (phase.kind === 'up' || manner.trusted))
    return { state: 'up', url, roundTripMs, changedFrom, ...reached, ...outageOf(state) }
  return { state: 'starting' }
}

function outageOf({ outage }: Supervision) {
  if (outage === null) return {}
  return { outage: { from: new Date(outage.from).toISOString(), to: new Date(outage.to).toISOString() } }
}

function still(state: Supervision): TunnelStep {
  return { next: state, commands: [] }
}

function closed(state: Supervision): TunnelStep {
  return { next: { ...state, phase: { kind: 'closed' } }, commands: [{ kind: 'drop' }] }
}

function hasLine({ phase }: Supervision): boolean {
  return phase.kind === 'proving' || phase.kind === 'up' || (phase.kind === 'resting' && phase.next === 'probe')
}

function opened(
  state: Supervision,
  { url, insteadOf }: { readonly url: string; readonly insteadOf: string | null },
  manner: Manner,
): TunnelStep {
  const before = state.url ?? state.previousUrl ?? insteadOf
  const changedFrom = before === url ? state.changedFrom : before
  return {
    next: {
      ...state,
      phase: { kind: 'proving' },
      url,
      // Back at the URL it had strayed from: the console is right again.
      changedFrom: state.changedFrom === url ? null : changedFrom,
      roundTripMs: null,
      strikes: 0,
    },
    commands: [manner.settleMs > 0 ? { kind: 'rest', ms: manner.settleMs } : { kind: 'probe' }],
  }
}

function arrived(state: Supervision, ms: number, manner: Manner, moment: TunnelMoment): TunnelStep {
  if (!hasLine(state)) return still(state)
  // One good probe right after an opening does not forgive: a line that comes and goes is not opened each second.
  const setbacks = state.phase.kind === 'up' ? 0 : state.setbacks
  return {
    next: {
      ...state,
      phase: { kind: 'up' },
      roundTripMs: ms,
      reachedAt: moment.now,
      outage:
        state.trouble === null || state.reachedAt === null ? state.outage : { from: state.reachedAt, to: moment.now },
      trouble: null,
      strikes: 0,
      setbacks,
    },
    commands: [{ kind: 'rest', ms: manner.probeEveryMs * ((2 / 3) * (1 + moment.chance)) }],
  }
}

function missed(
  state: Supervision,
  { reason, busy }: { readonly reason: string; readonly busy: boolean },
  manner: Manner,
  moment: TunnelMoment,
): TunnelStep {
  if (!hasLine(state)) return still(state)
  // Busy is not broken: opening anew would cut off the deliveries that are on their way.
  if (busy) return { next: state, commands: [{ kind: 'rest', ms: backoff(manner, 0, moment) }] }
  const strikes = state.strikes + 1
  if (strikes >= manner.patience) return reopen(state, { reason }, manner, moment)
  return setBack({ ...state, strikes }, { reason }, 'probe', manner, moment)
}

/** Why it is not up; `waitMs`: how long trying again would make it worse. */
interface Setback {
  readonly reason: string
  readonly waitMs?: number
}

function reopen(state: Supervision, setback: Setback, manner: Manner, moment: TunnelMoment): TunnelStep {
  const { next, commands } = setBack(state, setback, 'open', manner, moment)
  return { next, commands: [{ kind: 'drop' }, ...commands] }
}

function setBack(
  state: Supervision,
  { reason, waitMs = 0 }: Setback,
  what: 'open' | 'probe',
  manner: Manner,
  moment: TunnelMoment,
): TunnelStep {
  const ms = Math.max(waitMs, backoff(manner, state.setbacks, moment))
  return {
    next: {
      ...state,
      phase: { kind: 'resting', next: what },
      trouble: { reason, retryAt: moment.now + ms },
      setbacks: state.setbacks + 1,
    },
    commands: [{ kind: 'rest', ms }],
  }
}

function rested(state: Supervision): TunnelStep {
  if (state.phase.kind === 'resting' && state.phase.next === 'open') {
    return { next: { ...state, phase: { kind: 'opening' } }, commands: [{ kind: 'open' }] }
  }
  if (state.phase.kind === 'resting') {
    return { next: { ...state, phase: { kind: 'proving' } }, commands: [{ kind: 'probe' }] }
  }
  return hasLine(state) ? { next: state, commands: [{ kind: 'probe' }] } : still(state)
}

function backoff({ backoffMs }: Manner, setbacks: number, { chance }: TunnelMoment): number {
  const wait = backoffMs[Math.min(setbacks, backoffMs.length - 1)] ?? 0
  return Math.round(wait * (1 + chance / 4))
}
