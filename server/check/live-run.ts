/** One run of the check under way: what it has found so far, kept as it comes. */
import pLimit from 'p-limit'
import { type CheckChoices, type CheckRun, countOutcomes } from '../../core/check/check-run.ts'
import { isPartialReport } from '../../core/check/check-words.ts'
import type { CheckReport, Finding } from '../../core/check/finding.ts'
import type { ProbeId } from '../../core/check/probes.ts'
import { errorLine, surpriseText, UserError } from '../lib/errors.ts'
import type { CheckRunEnd, CheckRunStore, FoundFinding } from '../store/checks.ts'
import { StoreUnavailable, storeProblem, whereStoreCan } from '../store/problem.ts'
import { newMark, planCheck, reportOf, runCheck } from './run.ts'
import type { ReadStart } from './start.ts'

export interface LiveRun {
  readonly id: number
  now(): CheckRun
  /** As far as it has come. */
  report(): CheckReport
  /** Ends it; what it found stays. Resolves when it has ended. */
  stop(): Promise<void>
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<void>
  /** Whether it has ended and the disk has all of it. */
  readonly kept: boolean
  /** Keeps what the disk did not take before, its end included. @throws StoreUnavailable when it still does not */
  keep(): Promise<void>
}

export interface LiveRunOptions {
  readonly checks: CheckRunStore
  /** How many runs are kept, this one included. */
  readonly most: number
  /** Ends the run, and what was read for it. */
  readonly stop: AbortController
  /** Called when it has come further. */
  changed(): void
  /** Takes a line about what should not have happened. */
  log(line: string): void
}

/** @throws StoreUnavailable when it cannot be kept; nothing is sent then */
export async function startLiveRun(
  { request, hook }: ReadStart,
  choices: CheckChoices,
  options: LiveRunOptions,
): Promise<LiveRun> {
  const { checks, stop, changed, log } = options
  const startedAt = new Date()
  const plan = planCheck(request, newMark())
  const findings: Finding[] = []
  let unkept: readonly FoundFinding[] = []
  let requests = 0
  let current: ProbeId | null = null
  let end: CheckRunEnd | null = null
  let kept = false

  const soFar = () => reportOf(request, { startedAt, mark: plan.mark, plan, findings, requests })
  const report = () => end?.report ?? soFar()
  const run = { target: request.url.href, hook: hook?.id ?? null, choices, probes: plan.probes.length }
  const id = await checks.begin({ ...run, startedAt: startedAt.getTime(), report: soFar() }, options.most)

  /** One after the other: no finding is kept twice, and none after the end. */
  const inTurn = pLimit(1)
  const keep = () =>
    inTurn(async () => {
      const found = unkept
      if (found.length > 0) await checks.addFindings(id, found)
      unkept = unkept.slice(found.length)
      if (end === null || kept) return
      await checks.end(id, end)
      kept = true
    })

  async function examine(): Promise<Omit<CheckRunEnd, 'endedAt'>> {
    try {
      const whole = await runCheck(request, {
        mark: plan.mark,
        signal: stop.signal,
        onProgress(progress) {
          if (progress.kind === 'probe') current = progress.probe
          if (progress.kind === 'finding') {
            current = null
            findings.push(progress.finding)
            requests = progress.sent
            unkept = [...unkept, { finding: progress.finding, sent: requests, at: Date.now() }]
            // What the disk does not take now is kept with what comes next.
            void whereStoreCan(keep)
          }
          changed()
        },
      })
      return { state: whole.complete ? 'done' : 'stopped', problem: null, report: whole }
    } catch (error) {
      return stop.signal.aborted
        ? { state: 'stopped', problem: null, report: soFar() }
        : { state: 'failed', problem: problemOf(error, log), report: soFar() }
    }
  }

  async function toTheEnd(): Promise<void> {
    const ended = await examine()
    current = null
    end = { ...ended, endedAt: Date.now() }
    try {
      await keep()
    } catch (error) {
      log(`The report of a check could not be stored: ${errorLine(error)}`)
    }
  }

  const ended = toTheEnd()
  return {
    id,
    now: () => ({
      id,
      target: run.target,
      choices,
      hook: run.hook,
      startedAt: startedAt.toISOString(),
      endedAt: end && new Date(end.endedAt).toISOString(),
      state: end?.state ?? 'running',
      asked: findings.length,
      of: run.probes,
      current,
      score: findings.length === 0 ? null : report().score,
      ready: end?.state === 'done' ? end.report.ready : null,
      counts: countOutcomes(findings),
      partial: isPartialReport(report()),
      problem: end?.problem ?? null,
    }),
    report,
    async stop() {
      stop.abort()
      await ended
    },
    ended,
    get kept() {
      return kept
    },
    keep,
  }
}

/** Why it could not go on; a surprise goes to the log. */
function problemOf(error: unknown, log: (line: string) => void): NonNullable<CheckRun['problem']> {
  if (error instanceof UserError) return { message: error.message, hint: error.hint }
  if (error instanceof StoreUnavailable) return problemOf(storeProblem(error), log)
  log(`The check failed: ${surpriseText(error)}`)
  return { message: 'Something went wrong in hookscope.', hint: 'Its terminal has the details. Run it again.' }
}
