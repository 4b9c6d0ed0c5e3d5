/** Runs of the readiness check, one at a time: each is kept as it goes, and can be watched, stopped and read again. */
import pLimit from 'p-limit'
import type { CheckChoices, CheckOutline, CheckRun, CheckStart } from '../../core/check/check-run.ts'
import type { CheckReport } from '../../core/check/finding.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import { UserError } from '../lib/errors.ts'
import { openNotifier } from '../sender/notifier.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import type { CheckLimits } from './limits.ts'
import { type LiveRun, startLiveRun } from './live-run.ts'
import { checkConfirmed, outlineOf, readStart } from './start.ts'

export interface CheckRunsOptions {
  readonly store: Pick<Store, 'checks' | 'claims'>
  hooks(): readonly Hook[]
  /** Whether a URL leads back here. */
  isOwnUrl(url: URL): boolean
  /** Takes a line about what should not have happened. */
  log(line: string): void
  /** Default: the gateway's. */
  readonly limits?: Partial<CheckLimits>
}

/** What the inspector drives. Methods throw UserError for what the user can fix. */
export interface CheckRuns {
  /** Begins a run; only one runs at a time. */
  start(start: CheckStart): Promise<CheckRun>
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
  remove(id: number): Promise<boolean>
  /** The one that runs, for the status. */
  status(): Pick<CheckRun, 'id' | 'asked' | 'of' | 'current'> | null
  /** Called when `status` may be another. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Stops what runs. */
  close(): Promise<void>
}

/** How many runs are kept. */
const keptRuns = 50

const interrupted = { message: 'hookscope ended while this check ran.', hint: 'Run it again.' }

export async function openCheckRuns(options: CheckRunsOptions): Promise<CheckRuns> {
  const { log } = options
  const { checks, claims } = options.store
  const known = { hooks: options.hooks, isOwnUrl: options.isOwnUrl, limits: options.limits }
  const notifier = openNotifier()
  /** The run of this process; after its end it stays here only while the disk does not take it. */
  let live: LiveRun | null = null
  /** What begins a run or takes one away is one thing: no second run begins meanwhile. */
  const inTurn = pLimit(1)
  let closed = false

  /** Ends those that hookscope did not live to end, as far as they came. @throws StoreUnavailable */
  async function endInterrupted(): Promise<void> {
    for (const { id, lastAt, report } of await checks.unfinished())
      await checks.end(id, { state: 'failed', endedAt: lastAt, report, problem: interrupted })
  }
  // The next start tries again; meanwhile they are shown as what they are.
  await whereStoreCan(endInterrupted)

  /** A run as it is known here, where the database may be behind. */
  function shown(run: CheckRun, own: LiveRun | null): CheckRun {
    if (run.id === own?.id) return own.now()
    // Those of processes that are gone have been ended.
    if (claims.isShared) return run
    return run.state === 'running' ? { ...run, state: 'failed', problem: interrupted } : run
  }

  const running = () => (live?.now().state === 'running' ? live : null)
  const liveOf = (id: number) => (live?.id === id ? live : null)

  /** The disk has it: from now on it is read from there. */
  function forget(run: LiveRun): void {
    if (live === run && run.kept) live = null
    notifier.changed()
  }

  async function start(asked: CheckStart): Promise<CheckRun> {
    checkOpen()
    if (running()) throw new UserError('A check is running already.', 'Wait for it to end, or stop it.')
    const stop = new AbortController()
    const read = readStart(asked, known, stop.signal)
    checkConfirmed(outlineOf(read), asked)
    await live?.keep()
    await endInterrupted()
    checkOpen()
    const run = await startLiveRun(read, choicesOf(asked, read.request.url), {
      checks,
      most: keptRuns,
      stop,
      changed: notifier.changed,
      log,
    })
    live = run
    void run.ended.then(() => forget(run))
    notifier.changed()
    return run.now()
  }

  function checkOpen(): void {
    if (closed) throw new UserError('hookscope is ending, so no check was started.', 'Start hookscope again.')
  }

  return {
    start: asked => inTurn(() => start(asked)),
    plan: asked => outlineOf(readStart(asked, known, new AbortController().signal)),
    async runs() {
      // One may end, and one begin, while the others are read.
      if (claims.isShared) await whereStoreCan(endInterrupted)
      const own = live
      const kept = await checks.list()
      return kept.map(run => shown(run, liveOf(run.id) ?? own))
    },
    async run(id) {
      const own = liveOf(id)
      if (own) return own.now()
      if (claims.isShared) await whereStoreCan(endInterrupted)
      const run = await checks.get(id)
      return run && shown(run, live)
    },
    report: async id => liveOf(id)?.report() ?? checks.report(id),
    async stop(id) {
      const run = running()
      if (run?.id !== id) return false
      await run.stop()
      return true
    },
    remove: id =>
      inTurn(async () => {
        if (running()?.id === id || (claims.isShared && (await checks.get(id))?.state === 'running')) return false
        const removed = await checks.remove(id)
        if (live?.id === id) live = null
        return removed
      }),
    status() {
      const now = running()?.now()
      return now ? { id: now.id, asked: now.asked, of: now.of, current: now.current } : null
    },
    onChange: notifier.on,
    async close() {
      closed = true
      // One that was about to begin has begun by then, or never does.
      await inTurn(async () => {})
      await live?.stop()
      notifier.close()
    },
  }
}

/** The target as it is called, whatever was typed; no secrets. */
function choicesOf({ only, skip, failOn, rate, effectUrl, seed }: CheckStart, url: URL): CheckChoices {
  return { target: url.href, only, skip, failOn, rate, effectUrl, ...(seed !== undefined && { seed }) }
}
