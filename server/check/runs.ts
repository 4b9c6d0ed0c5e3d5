/** Runs of the readiness check, one at a time: each is kept as it goes, and can be watched, stopped and read again. */
import {
  type CheckChoices,
  type CheckOutline,
  type CheckRun,
  type CheckStart,
  countOutcomes,
} from '../../core/check-run.ts'
import type { CheckReport, Finding } from '../../core/finding.ts'
import type { Hook } from '../../core/hook.ts'
import type { ProbeId } from '../../core/probes.ts'
import { UserError } from '../errors.ts'
import { openNotifier } from '../sender/notifier.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import type { CheckLimits } from './limits.ts'
import { newMark, planCheck, reportOf, runCheck } from './run.ts'
import { checkConfirmed, outlineOf, readStart } from './start.ts'

export interface CheckRunsOptions {
  readonly store: Pick<Store, 'checks'>
  hooks(): readonly Hook[]
  /** Whether a URL leads back here. */
  isOwnUrl(url: URL): boolean
  /** Takes a line about what should not have happened. */
  log(line: string): void
  /** Default: the gateway's. */
  readonly limits?: Partial<CheckLimits>
}

/** What the inspector drives. Methods throw UserError for what the user can mend. */
export interface CheckRuns {
  /** Begins a run; only one runs at a time. */
  start(start: CheckStart): CheckRun
  /** What `start` would do; nothing is sent, and nothing has to be confirmed. */
  plan(start: CheckStart): CheckOutline
  /** Newest first, at most 50. */
  runs(): Promise<readonly CheckRun[]>
  run(id: number): Promise<CheckRun | undefined>
  /** As far as it has come. */
  report(id: number): Promise<CheckReport | undefined>
  /** Ends the one that runs; what it found stays. @returns whether it ran */
  stop(id: number): Promise<boolean>
  /** Takes one away that does not run. @returns whether it was there */
  remove(id: number): boolean
  /** The one that runs, for the status. */
  status(): Pick<CheckRun, 'id' | 'asked' | 'of' | 'current'> | null
  /** Called when `status` may be another. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Stops what runs. */
  close(): Promise<void>
}

/** How many runs are kept. */
const keptRuns = 50

/** A run of this process: what it is now, and how to end it. After its end it stays here only when that was not kept. */
interface LiveRun {
  readonly id: number
  now(): CheckRun
  report(): CheckReport
  stop(): Promise<void>
}

interface Ended {
  readonly state: 'done' | 'stopped' | 'failed'
  readonly problem: CheckRun['problem']
  /** undefined: as far as it came. */
  readonly report?: CheckReport
}

export function openCheckRuns(options: CheckRunsOptions): CheckRuns {
  const { store, log } = options
  const { checks } = store
  const known = { hooks: options.hooks, isOwnUrl: options.isOwnUrl, limits: options.limits }
  const notifier = openNotifier()
  let live: LiveRun | null = null
  let closed = false

  /** Ends those whose end was never kept, because hookscope or the disk did not live to see it. */
  function endInterrupted(): void {
    for (const { id, lastAt, report } of checks.unfinished()) {
      const problem = { message: 'hookscope ended while this check ran.', hint: 'Run it again.' }
      checks.end(id, { state: 'failed', endedAt: lastAt, report, problem })
    }
  }
  endInterrupted()

  function start(asked: CheckStart): CheckRun {
    if (closed) throw new UserError('hookscope is ending, so nothing is checked.', 'Start hookscope again.')
    if (live?.now().state === 'running')
      throw new UserError('A check is running already.', 'Wait until it has ended, or stop it.')
    const stop = new AbortController()
    const read = readStart(asked, known, stop.signal)
    checkConfirmed(outlineOf(read), asked)
    endInterrupted()
    live = begin(read, choicesOf(asked, read.request.url), stop)
    notifier.changed()
    return live.now()
  }

  function begin({ request, hook }: ReturnType<typeof readStart>, choices: CheckChoices, stop: AbortController) {
    const startedAt = new Date()
    const plan = planCheck(request, newMark())
    const findings: Finding[] = []
    let requests = 0
    let current: ProbeId | null = null
    let ended: (Ended & { readonly at: Date }) | null = null
    const report = () => ended?.report ?? reportOf(request, { startedAt, mark: plan.mark, plan, findings, requests })
    const of = plan.probes.length
    const target = request.url.href
    const head = { target, hook: hook?.id ?? null, choices, startedAt: startedAt.getTime(), probes: of }
    const id = checks.begin({ ...head, report: report() }, keptRuns)

    function found(finding: Finding, sent: number): void {
      findings.push(finding)
      requests = sent
      checks.addFinding(id, finding, { at: Date.now(), sent })
    }

    async function examine(): Promise<Ended> {
      try {
        const whole = await runCheck(request, {
          mark: plan.mark,
          signal: stop.signal,
          onProgress(progress) {
            if (progress.kind === 'probe') current = progress.probe
            if (progress.kind === 'finding') found(progress.finding, progress.sent)
            notifier.changed()
          },
        })
        return { state: whole.complete ? 'done' : 'stopped', problem: null, report: whole }
      } catch (error) {
        return stop.signal.aborted
          ? { state: 'stopped', problem: null }
          : { state: 'failed', problem: problemOf(error, log) }
      }
    }

    const ending = examine().then(end => {
      current = null
      ended = { ...end, report: end.report ?? report(), at: new Date() }
      try {
        checks.end(id, { ...end, report: report(), endedAt: ended.at.getTime() })
        live = null
      } catch (error) {
        log(`The end of check ${id} could not be kept: ${messageOf(error)}`)
      }
      notifier.changed()
    })

    return {
      id,
      now: (): CheckRun => ({
        id,
        target,
        choices,
        hook: head.hook,
        startedAt: startedAt.toISOString(),
        endedAt: ended?.at.toISOString() ?? null,
        state: ended?.state ?? 'running',
        asked: findings.length,
        of,
        current,
        score: findings.length === 0 ? null : report().score,
        ready: ended?.state === 'done' ? report().ready : null,
        counts: countOutcomes(findings),
        problem: ended?.problem ?? null,
      }),
      report,
      async stop() {
        stop.abort()
        await ending
      },
    }
  }

  return {
    start,
    plan: asked => outlineOf(readStart(asked, known, new AbortController().signal)),
    async runs() {
      const kept = await checks.list()
      return kept.map(run => (run.id === live?.id ? live.now() : run))
    },
    run: async id => (live?.id === id ? live.now() : checks.get(id)),
    report: async id => (live?.id === id ? live.report() : checks.report(id)),
    async stop(id) {
      if (live?.id !== id || live.now().state !== 'running') return false
      await live.stop()
      return true
    },
    remove(id) {
      if (live?.id === id && live.now().state === 'running') return false
      const removed = checks.remove(id)
      if (live?.id === id) live = null
      return removed
    },
    status() {
      const now = live?.now()
      return now?.state === 'running' ? { id: now.id, asked: now.asked, of: now.of, current: now.current } : null
    },
    onChange: notifier.on,
    async close() {
      closed = true
      await live?.stop()
      notifier.close()
    },
  }
}

/** The target as it is called, whatever was typed; no secrets. */
function choicesOf({ only, skip, failOn, rate, effectUrl }: CheckStart, url: URL): CheckChoices {
  return { target: url.href, only, skip, failOn, rate, effectUrl }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Why it could not go on; a surprise goes to the log. */
function problemOf(error: unknown, log: (line: string) => void): NonNullable<CheckRun['problem']> {
  if (error instanceof UserError) return { message: error.message, hint: error.hint }
  if (error instanceof StoreUnavailable)
    return {
      message: `What it found could not be kept: ${error.message}`,
      hint: 'Make room on the disk, and run it again.',
    }
  log(`The check failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return { message: 'Something went wrong in hookscope.', hint: 'The terminal says what. Run it again.' }
}
