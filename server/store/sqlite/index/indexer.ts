/** When the log is indexed: behind the answer, in slices between appends, and at once for who asks for a delivery. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Rebuilding } from '../../../../core/api/store-trouble.ts'
import { notYet, StoreUnavailable } from '../../problem.ts'
import { isDamage } from '../problem.ts'
import { type Indexing, type IndexingOptions, openIndexing } from './indexing.ts'
import { createLateness } from './lateness.ts'

export interface Indexer
  extends Pick<Indexing, 'announced' | 'onIndexed' | 'pass' | 'progress' | 'rebuild' | 'rebuilds' | 'upTo'> {
  /** Stands still, or goes on: while it is not known what of the database reads. */
  hold(held: boolean): void
  /** Whether it lacks nothing but what came last: it neither stands still nor is rebuilt. */
  isWhole(): boolean
  /** The same also while it stands still, when it is not known what of it reads; null when it lacks nothing but what came last. */
  lacks(): Rebuilding | null
  /** There may be new deliveries. */
  wake(): void
  /** Indexes up to a delivery, with turns for appends in between, for someone who asks for it or changes it by id. */
  reach(id: number): Promise<void>
  /** How many deliveries wait to be indexed. */
  backlog(): number
  /** The newest delivery that is listed or was, and the newest that is on the disk, while that is late; null while it is not. */
  late(): { readonly after: number; readonly upTo: number } | null
  /** Whether deliveries wait to be indexed. */
  busy(): boolean
  /** Resolves when all of the log is indexed. */
  drained(): Promise<void>
  /** Stops; what is left is indexed at the next start. */
  close(): void
}

export interface IndexerOptions extends IndexingOptions {
  /** Why nothing is indexed that nobody asks for, although it could be written; null when it is. */
  refusal(): StoreUnavailable | null
  /** Whether deliveries come, also between two groups of them: most of the time is theirs. */
  coming(): boolean
}

/**
 * While deliveries come, the index rests so many times as long as it worked; where more than `manyWaiting` wait it is late
 * whatever it takes, and those who send go first.
 */
const [rests, restsBehind] = [2, 12]
const manyWaiting = 1000
/** While none come and many wait, so many times as long a slice: each ends with a commit, and with a piece of the text index. */
const timesAlone = 4
/** How often a rest looks whether deliveries still come, milliseconds. */
const lookMs = 5
/** When the index could not be written (disk full): how long until the next try, milliseconds. */
const retryMs = 1000

export function openIndexer(options: IndexerOptions): Indexer {
  const { health, coming, refusal, durable } = options
  const indexing = openIndexing(options)
  const { announced, newest, onIndexed, pass, progress, rebuild, rebuilds, upTo } = indexing
  let held = indexing.isHeld
  let scheduled = false
  let next: NodeJS.Immediate | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false
  /** When the last slice ended, and how long it took, milliseconds. */
  let [endedAt, tookMs] = [0, 0]
  let awaited: Promise<void> | undefined
  let idle: (() => void)[] = []
  const lateness = createLateness()
  // While it is rebuilt, what was listed before is not new.
  const listed = () => Math.max(upTo(), announced())
  // The database is not asked: this is looked at again and again while deliveries come.
  const isBehind = () => durable() - upTo() > manyWaiting
  const lookAgain = () => lateness.look(listed(), durable())

  function slice(): boolean {
    const began = performance.now()
    const isMore = indexing.slice(isBehind() && !coming() ? timesAlone : 1)
    endedAt = performance.now()
    tookMs = endedAt - began
    lookAgain()
    return isMore
  }

  function run(): void {
    scheduled = false
    if (closed || held) {
      rest()
      return
    }
    const restMs = endedAt + (isBehind() ? restsBehind : rests) * tookMs - performance.now()
    if (coming() && restMs > 0) {
      scheduled = true
      retry = setTimeout(run, Math.min(restMs, lookMs))
      return
    }
    step()
  }

  function step(): void {
    if (closed || held) {
      rest()
      return
    }
    try {
      const refused = refusal()
      if (refused !== null) throw refused
      const isMore = slice()
      health.worked('index')
      if (isMore) {
        again()
        return
      }
    } catch (error) {
      if (isDamage(error)) indexing.beCareful()
      const failure = health.failed('index', error)
      if (!(failure instanceof StoreUnavailable)) throw error
      // The log keeps what is not indexed yet.
      if (!held) {
        scheduled = true
        retry = setTimeout(run, retryMs)
        retry.unref()
        return
      }
    }
    rest()
  }

  function rest(): void {
    for (const done of idle) done()
    idle = []
  }

  /** At the next turn; when something is looked into, once that is done: appends had their turns meanwhile. */
  function again(): void {
    const looking = indexing.looked()
    scheduled = looking !== undefined
    if (looking === undefined) schedule()
    else if (looking !== awaited) {
      awaited = looking
      void looking.then(() => {
        if (!scheduled) return
        scheduled = false
        step()
      })
    }
  }

  function schedule(): void {
    if (scheduled || closed || held) return
    scheduled = true
    next = setImmediate(run)
  }

  const isWhole = () => !held && progress() === null

  lookAgain()
  schedule()
  return {
    ...{ announced, onIndexed, pass, progress, rebuild, rebuilds, upTo, isWhole },
    wake() {
      lookAgain()
      schedule()
    },
    async reach(id) {
      if (id <= upTo() || closed) return
      if (!isWhole()) throw notYet()
      // What comes meanwhile is not waited for, should there be no such delivery.
      for (const last = Math.min(id, newest()); upTo() < last && !closed && slice(); )
        await (indexing.looked() ?? nextTurn())
    },
    backlog: () => (closed ? 0 : Math.max(0, newest() - upTo())),
    late() {
      lookAgain()
      return !closed && !held && lateness.isLate() ? { after: listed(), upTo: durable() } : null
    },
    busy: () => scheduled,
    drained: () => {
      if (!scheduled || closed) return Promise.resolve()
      return new Promise(done => idle.push(done))
    },
    close() {
      closed = true
      clearImmediate(next)
      clearTimeout(retry)
      rest()
    },
    hold(now) {
      held = now
      clearTimeout(retry)
      scheduled = false
      clearImmediate(next)
      if (held) rest()
      else schedule()
    },
    lacks: () => (isWhole() ? null : (progress() ?? { done: upTo(), of: Math.max(upTo(), newest()) })),
  }
}
