/**
 * A target where nobody takes connections for a while, since the app restarts: what was refused or cut off before a byte
 * of an answer waits, and goes out in its order once somebody is there, or once more when its time is up. That somebody is
 * there, a look at the port only suggests: one delivery, the trial, goes first, and the others once it was taken.
 */
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { passingProxyCodes } from '../proxy/proxy.ts'
import { resetCodes } from './failure.ts'
import type { Sent } from './send.ts'
import { probeTarget } from './target-probe.ts'

export interface OutageOptions {
  url(): URL
  /** How long a delivery is tried again, milliseconds; 0: not at all. */
  readonly retryMs: number
  readonly probe?: typeof probeTarget
  /** Time has passed: one may be due, or somebody is there again. */
  tick(): void
}

/** `cut-off`: at least one connection ended before a byte of an answer, so that the app may have read it; `refused`: none stood. */
export type NotTaken = 'refused' | 'cut-off'

export interface TargetOutage {
  /** Nobody is there: nothing is sent but what is overdue, and the trial. */
  readonly isOn: boolean
  /** Until when the last of what waits is tried again, milliseconds since 1970; null while nothing waits for it. */
  readonly until: number | null
  /** What another process has tried in vain is tried again here. @param until milliseconds since 1970 */
  takeOver(id: number, tried: { readonly until: number; readonly resets: number }): void
  /** A delivery joins those that wait while it is on. */
  join(id: number): void
  /**
   * How a send of a delivery ended.
   * @param mayRetry whether it may be sent again
   * @returns `again`: it is to wait; `gave-up`: it is not tried again; `over`: it is done
   */
  ended(
    id: number,
    sent: Sent,
    mayRetry: boolean,
  ): { readonly how: 'again' | 'gave-up'; readonly why: NotTaken } | { readonly how: 'over' }
  /** Those whose time is up, and the trial: the one delivery that is to find out whether anybody is there. */
  due(): readonly number[]
  /** Those whose time was up longer ago than anybody takes to send them. */
  late(): readonly number[]
  /** A delivery is not sent any more. */
  forget(id: number): void
  /** Another target: what was found out of the former counts no more. */
  clear(): void
  close(): void
}

/** Between two looks at the port, milliseconds, and how long a connection has to last to count. */
const [everyMs, openMs] = [500, 300]
/** Until a host that does not answer is looked at again, milliseconds. */
const connectMs = 1000
/** Once its time is up, a delivery goes out once more within this, milliseconds. */
export const lateMs = 60_000
/** What was cut off may have been read: it is sent once more, and an app that fails on it again is not sent it without end. */
export const mostResets = 1
/** Until the next trial, milliseconds: twice as long after each one that found nobody, up to a limit. */
const [firstTrialMs, longestTrialMs] = [1000, 16_000]

/** Nothing was sent: none took the connection, or it ended within the TLS handshake. */
export const isRefused = ({ outcome, error }: Pick<AttemptSummary, 'outcome' | 'error'>) =>
  error !== null &&
  (error.code === 'ECONNREFUSED' ||
    passingProxyCodes.includes(error.code) ||
    (outcome === 'refused' && resetCodes.includes(error.code)))
export const isCutOff = ({ error, isUnanswered }: Pick<Sent, 'error' | 'isUnanswered'>) =>
  isUnanswered === true && error !== null && resetCodes.includes(error.code)

export function openOutage({ url, retryMs, probe = probeTarget, tick }: OutageOptions): TargetOutage {
  const waiting = new Map<number, { readonly until: number; readonly resets: number }>()
  let stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isOn = false
  let trial: number | null = null
  /** Trials that found nobody, though the look before them saw somebody, or could see nothing. */
  let failedTrials = 0
  /** When the next trial may be, milliseconds since 1970. */
  let trialAt = 0

  function begin(): void {
    if (isOn) return
    isOn = true
    lookIn(everyMs / 10)
  }

  function end(): void {
    clearTimeout(timer)
    stop.abort()
    stop = new AbortController()
    isOn = false
    trial = null
    failedTrials = 0
    trialAt = 0
  }

  function lookIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void look(), ms)
  }

  async function look(): Promise<void> {
    if (trial === null && Date.now() >= trialAt) {
      const { signal } = stop
      const { error, isUnseen } = await probe(url(), signal, connectMs, openMs)
      if (signal.aborted) return
      // What cannot be seen is not sent to at once: it has just been refused.
      if (error === null && isUnseen && failedTrials === 0) postpone()
      else if (error === null) trial = waiting.size === 0 ? null : Math.min(...waiting.keys())
    }
    // While nobody waits, the next delivery is what looks.
    if (waiting.size === 0) end()
    else lookIn(everyMs)
    tick()
  }

  function postpone(): void {
    trialAt = Date.now() + Math.min(firstTrialMs * 2 ** failedTrials, longestTrialMs)
    failedTrials++
  }

  function clear(): void {
    end()
    waiting.clear()
  }

  return {
    get isOn() {
      return isOn
    },
    get until() {
      return waiting.size === 0 ? null : Math.max(...[...waiting.values()].map(one => one.until))
    },
    takeOver(id, tried) {
      waiting.set(id, tried)
      begin()
    },
    join(id) {
      if (isOn && !waiting.has(id)) waiting.set(id, { until: Date.now() + retryMs, resets: 0 })
    },
    ended(id, sent, mayRetry) {
      const before = waiting.get(id)
      waiting.delete(id)
      const wasTrial = trial === id
      if (wasTrial) trial = null
      const isTaken = !(isRefused(sent) || isCutOff(sent))
      // Whatever it says, somebody is there.
      if (isTaken && (sent.answer !== null || wasTrial)) end()
      if (isTaken || retryMs === 0) return { how: 'over' }
      if (wasTrial && isRefused(sent)) postpone()
      const resets = (before?.resets ?? 0) + (isCutOff(sent) ? 1 : 0)
      const until = before?.until ?? Date.now() + retryMs
      const why = resets > 0 ? 'cut-off' : 'refused'
      const isOver = !mayRetry || Date.now() >= until || resets > mostResets
      if (isOver && waiting.size === 0) end()
      if (!mayRetry) return { how: 'over' }
      if (isOver) return { how: 'gave-up', why }
      waiting.set(id, { until, resets })
      begin()
      return { how: 'again', why }
    },
    due() {
      const overdue = [...waiting].filter(([, { until }]) => until <= Date.now()).map(([id]) => id)
      return trial === null ? overdue : [...overdue, trial]
    },
    late: () => [...waiting].filter(([, { until }]) => until + lateMs <= Date.now()).map(([id]) => id),
    forget(id) {
      waiting.delete(id)
      if (trial === id) trial = null
    },
    clear,
    close: clear,
  }
}
