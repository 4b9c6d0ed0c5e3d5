/** Replays of several that are not done, over the end of the process. They are offered again, and never go on by themselves. */
import type { ReplayManner } from '../../core/deliveries/replay.ts'
import { dayMs } from '../../core/text/duration.ts'
import { type IdRange, idsIn, rangesOf } from '../../core/text/id-ranges.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { notesInTurn, readUnfinished } from '../store/unfinished.ts'
import type { LeftNews } from './leftovers.ts'

interface ReplayRecord {
  readonly target: string
  readonly ids: readonly IdRange[]
  readonly manner: ReplayManner
  /** Attempts with larger ids are of this replay, or came after it began. */
  readonly sinceAttempt: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

export interface ReplayMemory {
  /**
   * To be awaited before its first send.
   * @param isNoted what it does not come to is offered from elsewhere at the next start
   */
  began(
    job: string,
    replay: Pick<ReplayRecord, 'target' | 'manner'> & { /** In any order. */ readonly ids: readonly number[] },
    isNoted?: boolean,
  ): Promise<void>
  /** It has sent all, or was cancelled by a person. */
  done(job: string): Promise<void>
  /** What earlier runs, and processes that are gone, left of theirs; each is given once. */
  left(): Promise<LeftNews[]>
  /** What those that began here and are not done have not sent. */
  cutShort(): Promise<LeftNews[]>
}

/** What is older is offered for the last time. */
const offeredMs = dayMs

export async function openReplayMemory(
  store: Pick<Store, 'unfinished'>,
  now: () => number = Date.now,
): Promise<ReplayMemory> {
  const earlier = new Map<string, ReplayRecord>()
  const own = new Map<string, ReplayRecord>()
  /** Begun here, or left by others and known here. */
  const known = new Set<string>()

  async function readEarlier(): Promise<void> {
    for (const [job, text] of await readUnfinished(store, 'replay')) {
      if (known.has(job)) continue
      known.add(job)
      earlier.set(job, JSON.parse(text))
    }
  }
  await readEarlier()

  const noteInTurn = notesInTurn(store, 'replay')
  // A replay that is not noted is not offered again after a crash; that alone is no reason not to send it.
  const note = (job: string, record: ReplayRecord | null) =>
    whereStoreCan(() => noteInTurn(() => new Map([[job, record && JSON.stringify(record)]])))

  async function unsentOf(jobs: ReadonlyMap<string, ReplayRecord>): Promise<LeftNews[]> {
    const found: LeftNews[] = []
    for (const [job, { target, ids, manner, sinceAttempt, startedAt }] of [...jobs]) {
      const rows = await store.unfinished.unsent({ target, ids: idsIn(ids), after: 0, upTo: 0, sinceAttempt })
      const settled = () => note(job, null)
      if (rows.length === 0 || now() - startedAt > offeredMs) await settled()
      found.push({ kind: 'left', target, why: 'replay', ids: rows.map(({ id }) => id), manner, note: job, settled })
    }
    return found
  }

  return {
    async began(job, { target, ids, manner }, isNoted = false) {
      const ranges = rangesOf([...ids].sort((one, other) => one - other))
      const sinceAttempt = await store.unfinished.newestAttempt()
      const record = { target, ids: ranges, manner, sinceAttempt, startedAt: now() }
      known.add(job)
      own.set(job, record)
      if (!isNoted) await note(job, record)
    },
    async done(job) {
      own.delete(job)
      await note(job, null)
    },
    async left() {
      await readEarlier()
      const left = new Map(earlier)
      const found = await unsentOf(left)
      for (const job of left.keys()) earlier.delete(job)
      return found
    },
    cutShort: () => unsentOf(own),
  }
}
