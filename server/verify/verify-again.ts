/** Checks a hook's stored deliveries again, in small slices between everything else. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Rejection, Verdict } from '../../core/deliveries/delivery.ts'
import { checkOf } from '../../core/deliveries/delivery.ts'
import type { Hook, VerificationJob } from '../../core/hooks/hook.ts'
import { printable } from '../../core/text/text.ts'
import { errorLine } from '../lib/errors.ts'
import type { JudgedDelivery } from '../store/deliveries.ts'
import type { EventKey } from '../store/edits.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { verify } from './signature.ts'
import { openVerificationMemory, type VerificationRecord } from './verification-memory.ts'

export interface Verifications {
  /** The running ones, and the last few that ended; oldest first. */
  jobs(): readonly VerificationJob[]
  /**
   * Begins to check all of a hook's deliveries that came so far, with the secrets it has in `hook`. One that is running
   * for the hook is cancelled: it would judge by secrets that are no longer those of the hook.
   * @param reason what history says
   * @param areSecretsKept whether `hook` has the same secrets at the next start, as those that are saved
   */
  start(hook: Hook, reason: string, areSecretsKept: boolean): Promise<VerificationJob>
  /**
   * Goes on with those that the end of hookscope cut short, where what they judge by is the same; tells of the others.
   * @param known the hook as it is now, undefined for one that is gone
   */
  resume(known: (id: string) => { readonly hook: Hook; readonly areSecretsKept: boolean } | undefined): Promise<void>
  /** @returns whether there was such a running job */
  cancel(id: string): boolean
  /** Stops what runs, to go on at the next start, and resolves when it has stopped. */
  close(): Promise<void>
}

type Counts = Pick<VerificationJob, 'checked' | 'changed' | 'nowVerified' | 'noLongerVerified'>

interface RunningJob {
  now: VerificationJob
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** How long one slice may hold up the event loop, milliseconds; a large body alone may take longer. */
const sliceMs = 4
/** Most verdicts that are replaced in one transaction. */
const writtenAtOnce = 20
/** While another process checks: how long until it is asked again, milliseconds. */
const againMs = 500
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
  const memory = openVerificationMemory(store)
  const jobs: RunningJob[] = []
  let lastId = 0
  let closed = false

  function forgetOld(): void {
    const ended = jobs.filter(({ now }) => now.state !== 'running')
    for (const old of ended.slice(0, -endedKept)) jobs.splice(jobs.indexOf(old), 1)
  }

  async function run(
    hook: Hook,
    from: VerificationRecord,
    signal: AbortSignal,
    tell: (now: Partial<VerificationJob>) => void,
  ) {
    const { reason, upTo } = from
    let { after, checked, changed, nowVerified, noLongerVerified } = from
    const counts = () => ({ checked, changed, nowVerified, noLongerVerified })
    /** Events with so many deliveries that grouping them anew after each step would never end. */
    const ungrouped = new Map<string, EventKey>(from.ungrouped.map(event => [event.eventId, event]))
    const note = () => memory.note(hook.id, { ...from, ...counts(), after, ungrouped: [...ungrouped.values()] })
    const judgePage = async (deliveries: readonly JudgedDelivery[]) => {
      for (let at = 0; at < deliveries.length && !signal.aborted; ) {
        const began = performance.now()
        const others: { id: number; verdict: Verdict }[] = []
        let [gained, lost] = [0, 0]
        for (; at < deliveries.length && others.length < writtenAtOnce; at++) {
          const delivery = deliveries[at]
          if (delivery === undefined || performance.now() - began > sliceMs) break
          const verdict = judgeAgain(hook, delivery)
          if (JSON.stringify(verdict) !== JSON.stringify(delivery.verdict)) {
            others.push({ id: delivery.id, verdict })
            const [was, is] = [delivery.verdict, verdict].map(({ kind }) => kind === 'verified')
            if (is && !was) gained++
            if (was && !is) lost++
          }
          after = delivery.id
          checked++
        }
        if (others.length > 0) {
          await nextTurn()
          for (const event of await store.edits.setVerdicts(others, reason)) ungrouped.set(event.eventId, event)
        }
        changed += others.length
        nowVerified += gained
        noLongerVerified += lost
        tell(counts())
        await nextTurn()
      }
    }
    await note()
    for (let next: number | null = after; next !== null && !signal.aborted; ) {
      const page = await store.deliveries.ofHook(hook.id, next, upTo)
      await judgePage(page.deliveries)
      await note()
      next = page.next
    }
    // The next start goes on with it, and then says what came of it.
    if (closed && signal.aborted) return tell({ state: 'cancelled' })
    for (const event of ungrouped.values()) await store.edits.regroup(event)
    await memory.note(hook.id, null)
    tell(signal.aborted ? { state: 'cancelled' } : { state: 'done', total: checked })
    if (checked > 0) await record(hook.id, { ...counts(), reason })
  }

  /** What could not be judged because the disk is full cannot be recorded either. */
  function record(hook: string, result: Counts & { readonly reason: string }): Promise<void> {
    return whereStoreCan(() => store.hooks.addHistory(hook, { kind: 'reverified', ...result }))
  }

  /** Of several processes, one checks at a time: whoever was asked last, by whose secrets it counts, is the last. */
  async function inTurn(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (!store.claims.isShared) return work()
    for (;;) {
      const claim = await store.claims.hold('verification')
      if (claim !== null || signal.aborted)
        try {
          return await work()
        } finally {
          await claim?.release()
        }
      await sleep(againMs, undefined, { ref: false })
    }
  }

  function cancel(job: RunningJob): boolean {
    const running = job.now.state === 'running' && !job.stop.signal.aborted
    job.stop.abort()
    return running
  }

  function begin(
    hook: Hook,
    reason: string,
    first: Counts & Pick<VerificationJob, 'total'>,
    from: () => Promise<VerificationRecord>,
  ): VerificationJob {
    const before = jobs.filter(({ now }) => now.hook === hook.id)
    for (const job of before) cancel(job)
    lastId++
    const stop = new AbortController()
    const work = async () => {
      // One that is cancelled ends its own note.
      await Promise.all(before.map(({ ended }) => ended))
      try {
        await inTurn(stop.signal, async () => run(hook, await from(), stop.signal, tell))
      } catch (error) {
        log(`Checking the deliveries of “${printable(hook.label)}” again has failed: ${errorLine(error)}`)
        await memory.note(hook.id, null)
        tell({ state: 'failed' })
        const { checked, changed, nowVerified, noLongerVerified } = job.now
        if (checked > 0) await record(hook.id, { checked, changed, nowVerified, noLongerVerified, reason })
      }
    }
    const tell = (further: Partial<VerificationJob>) => {
      job.now = { ...job.now, ...further }
      job.now = { ...job.now, total: Math.max(job.now.total, job.now.checked) }
      if (job.now.state !== 'running') forgetOld()
      onChange()
    }
    const now: VerificationJob = { ...first, id: String(lastId), hook: hook.id, state: 'running' }
    const job: RunningJob = { now, stop, ended: work() }
    jobs.push(job)
    onChange()
    return job.now
  }

  return {
    jobs: () => jobs.map(({ now }) => now),
    async start(hook, reason, areSecretsKept) {
      const total = await store.deliveries.countOfHook(hook.id)
      const none = { checked: 0, changed: 0, nowVerified: 0, noLongerVerified: 0, total }
      return begin(hook, reason, none, async () => {
        const [upTo, secretChanges] = await Promise.all([store.deliveries.newest(), memory.secretChanges(hook.id)])
        return { ...none, reason, after: 0, upTo, ungrouped: [], areSecretsKept, secretChanges }
      })
    },
    async resume(known) {
      for (const [id, left] of await memory.left()) {
        const now = known(id)
        const { total, checked, changed, nowVerified, noLongerVerified } = left
        const soFar = { total, checked, changed, nowVerified, noLongerVerified }
        const same =
          left.areSecretsKept && now?.areSecretsKept && left.secretChanges === (await memory.secretChanges(id))
        if (closed || jobs.some(({ now }) => now.hook === id && now.state === 'running')) continue
        if (now === undefined) await memory.note(id, null)
        else if (same) {
          // No other process goes on with it from now on.
          await memory.note(id, left)
          begin(now.hook, left.reason, soFar, async () => left)
        } else {
          await memory.note(id, null)
          lastId++
          const ended: VerificationJob = { ...soFar, id: String(lastId), hook: id, state: 'interrupted' }
          jobs.push({ now: ended, stop: new AbortController(), ended: Promise.resolve() })
          log(
            `hookscope ended while the deliveries of “${printable(now.hook.label)}” were checked again: ${checked} of ${total} were. Check them again in the inspector’s Hooks view.`,
          )
          onChange()
        }
      }
    },
    cancel(id) {
      const job = jobs.find(({ now }) => now.id === id)
      return job !== undefined && cancel(job)
    },
    async close() {
      closed = true
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
