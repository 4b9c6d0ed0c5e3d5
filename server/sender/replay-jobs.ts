/** Replays of several deliveries: in a chosen order, at a chosen pace, with progress, to be cancelled. */
import type { ReplayJob } from '../../core/api/messages.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { ReplayJobRequest } from '../../core/deliveries/replay.ts'
import { paced } from './pace.ts'

/** Whether the app answered 2xx; why not, as far as that is known. */
export interface Replayed {
  readonly isGood: boolean
  readonly problem: string | null
}

interface JobPlan {
  readonly id: string
  readonly target: string
  /** Ids in the order they go out. */
  readonly ids: readonly number[]
  /** How many that were asked for are not among them. */
  readonly leftOut: number
  /** Deliveries a second; null for one after the other as fast as the target answers. */
  readonly rate: number | null
  /** Sends one. */
  send(id: number): Promise<Replayed>
}

export interface ReplayJobs {
  /** @returns the job as it begins, and its end */
  start(plan: JobPlan): { job: ReplayJob; done: Promise<void> }
  /** No more are sent from here on; those in flight go on and are counted. @returns whether it was running */
  cancel(id: string): boolean
  cancelAll(): void
  /** Running ones and the last finished ones, oldest first. */
  list(): readonly ReplayJob[]
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] }
interface Entry {
  readonly job: Writable<ReplayJob>
  readonly stop: AbortController
}

/** How many finished jobs are remembered. */
const remembered = 20

/** @param changed called at every step of every job */
export function openReplayJobs(changed: () => void): ReplayJobs {
  const entries = new Map<string, Entry>()

  async function run({ job, stop }: Entry, { ids, rate, send }: JobPlan): Promise<void> {
    const count = async (id: number) => {
      const { isGood, problem } = await send(id)
      job.sent++
      if (isGood) job.answered++
      else {
        job.failed++
        job.problem = problem
      }
      changed()
    }
    try {
      await paced(ids, { rate, signal: stop.signal }, count)
    } finally {
      if (job.state === 'running') job.state = 'done'
      forgetOld()
      changed()
    }
  }

  function forgetOld() {
    const finished = [...entries.values()].filter(({ job }) => job.state !== 'running')
    for (const { job } of finished.slice(0, Math.max(0, finished.length - remembered))) entries.delete(job.id)
  }

  function cancel(id: string): boolean {
    const entry = entries.get(id)
    if (entry?.job.state !== 'running') return false
    entry.job.state = 'cancelled'
    entry.stop.abort()
    changed()
    return true
  }

  return {
    start(plan) {
      const { id, target, ids, leftOut } = plan
      const job: ReplayJob = {
        id,
        target,
        total: ids.length,
        leftOut,
        sent: 0,
        answered: 0,
        failed: 0,
        problem: null,
        state: 'running',
      }
      const entry: Entry = { job: { ...job }, stop: new AbortController() }
      entries.set(job.id, entry)
      return { job, done: run(entry, plan) }
    },
    cancel,
    cancelAll() {
      for (const id of [...entries.keys()]) cancel(id)
    },
    list: () => [...entries.values()].map(({ job }) => ({ ...job })),
  }
}

/** The ids in the order a job asks for: as triggered, then by id; without `event_triggered` last. Or as received. */
export function inOrder(deliveries: readonly DeliverySummary[], order: ReplayJobRequest['order']): number[] {
  // The gateway writes YYYY-MM-DD HH:MM:SS, so the text sorts as the time does; '~' comes after every digit.
  const triggered = ({ eventTriggered }: DeliverySummary) => (order === 'triggered' ? (eventTriggered ?? '~') : '')
  return deliveries
    .map(delivery => ({ id: delivery.id, at: triggered(delivery) }))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : one.id - other.id))
    .map(({ id }) => id)
}
