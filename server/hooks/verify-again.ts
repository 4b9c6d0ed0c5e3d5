/** Checks a hook's stored deliveries again, in small slices between everything else. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Rejection, Verdict } from '../../core/delivery.ts'
import { checkOf } from '../../core/delivery.ts'
import type { Hook, VerificationJob } from '../../core/hook.ts'
import { printable } from '../../core/text.ts'
import { verify } from '../signature.ts'
import { type EventKey, type JudgedDelivery, type Store, StoreUnavailable } from '../store/store.ts'

export interface Verifications {
  /** The running ones, and the last few that ended; oldest first. */
  jobs(): readonly VerificationJob[]
  /**
   * Begins to check all of a hook's deliveries that came so far, with the secrets it has in `hook`. One that is running
   * for the hook is cancelled: it would judge by secrets that are no longer those of the hook.
   * @param reason what history says
   */
  start(hook: Hook, reason: string): VerificationJob
  /** @returns whether there was such a running job */
  cancel(id: string): boolean
  /** Cancels what runs, and resolves when it has stopped. */
  close(): Promise<void>
}

interface RunningJob {
  now: VerificationJob
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** How long one slice may hold up the event loop, milliseconds; a large body alone may take longer. */
const sliceMs = 4
/** Most verdicts that are replaced in one transaction. */
const writtenAtOnce = 20
/** How many ended jobs are remembered. */
const endedKept = 5

/**
 * @param onChange called when a job has come further
 * @param log takes a line about a job that failed
 */
export function openVerifications(
  store: Store,
  onChange: () => void,
  log: (line: string) => void = () => {},
): Verifications {
  const jobs: RunningJob[] = []
  let lastId = 0

  function forgetOld(): void {
    const ended = jobs.filter(({ now }) => now.state !== 'running')
    for (const old of ended.slice(0, -endedKept)) jobs.splice(jobs.indexOf(old), 1)
  }

  async function run(hook: Hook, reason: string, signal: AbortSignal, tell: (now: Partial<VerificationJob>) => void) {
    let checked = 0
    let changed = 0
    /** Events with so many deliveries that grouping them anew after each step would never end. */
    const ungrouped = new Map<string, EventKey>()
    const judgePage = async (deliveries: readonly JudgedDelivery[]) => {
      for (let at = 0; at < deliveries.length && !signal.aborted; ) {
        const began = performance.now()
        const others: { id: number; verdict: Verdict }[] = []
        for (; at < deliveries.length && others.length < writtenAtOnce; at++) {
          const delivery = deliveries[at]
          if (delivery === undefined || performance.now() - began > sliceMs) break
          const verdict = judgeAgain(hook, delivery)
          if (JSON.stringify(verdict) !== JSON.stringify(delivery.verdict)) others.push({ id: delivery.id, verdict })
          checked++
        }
        if (others.length > 0) {
          await nextTurn()
          for (const event of store.setVerdicts(others, reason)) ungrouped.set(event.eventId, event)
        }
        changed += others.length
        tell({ checked, changed })
        await nextTurn()
      }
    }
    try {
      const upTo = await store.newest()
      for (let after: number | null = 0; after !== null && !signal.aborted; ) {
        const page = await store.deliveriesOfHook(hook.id, after, upTo)
        await judgePage(page.deliveries)
        after = page.next
      }
      for (const event of ungrouped.values())
        for (let at = store.regroup(event, null); at !== null; at = store.regroup(event, at)) await nextTurn()
      tell(signal.aborted ? { state: 'cancelled' } : { state: 'done', total: checked })
    } catch (error) {
      log(`Checking the deliveries of “${printable(hook.label)}” again has failed: ${printable(String(error))}`)
      tell({ state: 'failed' })
    }
    if (checked > 0) record(hook.id, { checked, changed, reason })
  }

  /** What could not be judged because the disk is full cannot be recorded either. */
  function record(hook: string, result: { checked: number; changed: number; reason: string }): void {
    try {
      store.addHookHistory(hook, { kind: 'reverified', ...result })
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
    }
  }

  function cancel(job: RunningJob): boolean {
    const running = job.now.state === 'running' && !job.stop.signal.aborted
    job.stop.abort()
    return running
  }

  return {
    jobs: () => jobs.map(({ now }) => now),
    start(hook, reason) {
      for (const job of jobs) if (job.now.hook === hook.id) cancel(job)
      lastId++
      const stop = new AbortController()
      const first: VerificationJob = {
        id: String(lastId),
        hook: hook.id,
        total: store.countOfHook(hook.id),
        checked: 0,
        changed: 0,
        state: 'running',
      }
      const ended = run(hook, reason, stop.signal, further => {
        job.now = { ...job.now, ...further }
        job.now = { ...job.now, total: Math.max(job.now.total, job.now.checked) }
        if (job.now.state !== 'running') forgetOld()
        onChange()
      })
      const job: RunningJob = { now: first, stop, ended }
      jobs.push(job)
      onChange()
      return first
    },
    cancel(id) {
      const job = jobs.find(({ now }) => now.id === id)
      return job !== undefined && cancel(job)
    },
    async close() {
      for (const job of jobs) cancel(job)
      await Promise.all(jobs.map(({ ended }) => ended))
    },
  }
}

const isAboutBody = (reason: Rejection) => checkOf(reason) === 'body'

/** A delivery whose body never came whole cannot be judged by another key either. */
function judgeAgain(hook: Hook, { verdict, headers, body }: JudgedDelivery): Verdict {
  return verdict.kind === 'rejected' && verdict.reasons.some(isAboutBody) ? verdict : verify(hook, headers, body)
}
