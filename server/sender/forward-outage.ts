/**
 * A target where nobody takes connections for a while, since the app restarts: what was refused or cut off before a byte
 * of an answer waits, and goes out in its order once somebody is there, or once more when its time is up.
 */
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
  /** Nobody is there: nothing is sent but what is overdue. */
  readonly isOn: boolean
  /** Until when the last of what waits is tried again, milliseconds since 1970; null while nothing waits for it. */
  readonly until: number | null
  /** A delivery joins those that wait while it is on. */
  join(id: number): void
  /**
   * How a send of a delivery ended.
   * @returns `again`: it is to wait; `gave-up`: it is not tried again; `over`: it is done
   */
  ended(
    id: number,
    sent: Sent,
  ): { readonly how: 'again' | 'gave-up'; readonly why: NotTaken } | { readonly how: 'over' }
  /** Those whose time is up, the oldest first. */
  overdue(): readonly number[]
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
/** What was cut off may have been read: it is sent once more, and an app that fails on it again is not sent it without end. */
const mostResets = 1

const isRefused = ({ error }: Sent) =>
  error !== null && (error.code === 'ECONNREFUSED' || passingProxyCodes.includes(error.code))
const isCutOff = ({ error, isUnanswered }: Sent) =>
  isUnanswered === true && error !== null && resetCodes.includes(error.code)

export function openOutage({ url, retryMs, probe = probeTarget, tick }: OutageOptions): TargetOutage {
  const waiting = new Map<number, { readonly until: number; readonly resets: number }>()
  let stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let isOn = false

  function begin(): void {
    if (isOn) return
    isOn = true
    timer = setTimeout(() => void look(), everyMs / 10)
  }

  async function look(): Promise<void> {
    const { signal } = stop
    const { error } = await probe(url(), signal, connectMs, openMs)
    if (signal.aborted || !isOn) return
    if (error === null) isOn = false
    // While nobody waits, the next delivery is what looks.
    else if (waiting.size === 0) isOn = false
    else timer = setTimeout(() => void look(), everyMs)
    tick()
  }

  function clear(): void {
    clearTimeout(timer)
    stop.abort()
    stop = new AbortController()
    isOn = false
    waiting.clear()
  }

  return {
    get isOn() {
      return isOn
    },
    get until() {
      return waiting.size === 0 ? null : Math.max(...[...waiting.values()].map(one => one.until))
    },
    join(id) {
      if (isOn && !waiting.has(id)) waiting.set(id, { until: Date.now() + retryMs, resets: 0 })
    },
    ended(id, sent) {
      const before = waiting.get(id)
      waiting.delete(id)
      if (retryMs === 0 || !(isRefused(sent) || isCutOff(sent))) {
        // Whatever it says, somebody is there.
        if (sent.answer !== null) isOn = false
        return { how: 'over' }
      }
      const resets = (before?.resets ?? 0) + (isCutOff(sent) ? 1 : 0)
      const until = before?.until ?? Date.now() + retryMs
      const why = resets > 0 ? 'cut-off' : 'refused'
      if (Date.now() >= until || resets > mostResets) return { how: 'gave-up', why }
      waiting.set(id, { until, resets })
      begin()
      return { how: 'again', why }
    },
    overdue: () => [...waiting].filter(([, { until }]) => until <= Date.now()).map(([id]) => id),
    forget: id => void waiting.delete(id),
    clear,
    close: clear,
  }
}
