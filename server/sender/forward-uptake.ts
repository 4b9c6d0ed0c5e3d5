/** What the forwarder owes over the end of the process: notes it, and takes up what earlier runs left. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type IdRange, idsIn, rangesOf } from '../../core/text/id-ranges.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import type { Lane } from './forward-lane.ts'
import { type LaneRecord, openForwardMemory } from './forward-memory.ts'
import { hrefOf, type NotedPlan } from './forward-plan.ts'
import { interruptedNews } from './interrupted-memory.ts'
import type { SendNews } from './leftovers.ts'

export interface ForwardUptakeOptions {
  readonly store: Pick<Store, 'unfinished' | 'deliveries'>
  /** The newest delivery before this start. */
  readonly from: number
  readonly rejectedToo: boolean
  lanes(): readonly Lane[]
  /** Which deliveries go where now: a lane is owed what has no attempt, beyond what it names. */
  plan(): NotedPlan
  /** Offers a lane what it was owed; not to be sent before this has returned. */
  resumed(lane: Lane, ids: readonly number[]): void
  /** An earlier run lost so many of what it was to send. */
  goneBefore(count: number): void
  news(news: SendNews): void
}

export interface ForwardUptake {
  /** A delivery is about to be offered to every lane. */
  offered(delivery: number): void
  /** To how many targets one from before this start is sent. */
  sends(delivery: number): number
  /** A lane lost something: noted soon, so that a kill does not hide it. */
  lost(): void
  filled(lane: Lane): void
  emptied(lane: Lane, passed: readonly IdRange[]): void
  /** A lane is about to be closed, and what waits for it let go of. */
  ended(lane: Lane): void
  /** Notes the lanes as they are now; where that cannot be kept, soon. */
  note(): Promise<void>
  /** Notes targets that have no lane yet: they are owed what comes from now on, as far as the plan has it. */
  expect(plan: NotedPlan): Promise<void>
  /** Sends what earlier runs left for the lanes there are, and tells of the rest. */
  takeUp(): Promise<void>
  /** Notes what is left, as what the next run finds. */
  close(): Promise<void>
}

/** This often lanes are noted while deliveries come, milliseconds: it bounds what a start has to look through. */
const noteEveryMs = 10_000
/** The same where something was lost. */
const lostMs = 100
/** While the store can read or keep nothing: how long until the next try, milliseconds. */
const storeRetryMs = 1000

export async function openForwardUptake(options: ForwardUptakeOptions): Promise<ForwardUptake> {
  const { store, from, lanes, news } = options
  const memory = await openForwardMemory(store, from)
  let newest = from
  let timer: NodeJS.Timeout | undefined
  let lostTimer: NodeJS.Timeout | undefined
  let taking: Promise<void> = Promise.resolve()
  let closed = false
  let interruptedTold = false
  const resumed = new Map<number, number>()
  /** Names of records whose target was none when it was looked. */
  const reported = new Set<string>()

  function recordOf(lane: Lane): LaneRecord {
    return {
      target: hrefOf(lane.target),
      owed: rangesOf(lane.unsent()),
      passed: lane.passedOver(),
      lost: lane.lost(),
      after: newest,
      upTo: closed ? newest : null,
      isFull: lane.isFull,
      rejectedToo: options.rejectedToo,
      plan: options.plan(),
    }
  }

  function records(): ReadonlyMap<string, LaneRecord> {
    const all = lanes().map(lane => [lane.name, recordOf(lane)] as const)
    const isOwing = ({ owed, passed, lost }: LaneRecord) => owed.length + passed.length + (lost?.count ?? 0) > 0
    return new Map(closed ? all.filter(([, record]) => isOwing(record)) : all)
  }

  function note(): Promise<void> {
    clearTimeout(timer)
    clearTimeout(lostTimer)
    timer = undefined
    lostTimer = undefined
    return keep(records)
  }

  async function keep(noted: () => ReadonlyMap<string, LaneRecord>): Promise<void> {
    try {
      await memory.note(noted)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      noteAfter(storeRetryMs)
    }
  }

  function noteAfter(ms: number): void {
    if (!closed) timer ??= setTimeout(() => void note(), ms).unref()
  }

  async function takeUpOne({ name, target }: { readonly name: string; readonly target: string }): Promise<void> {
    const isThere = () => lanes().find(lane => hrefOf(lane.target) === target)
    if (isThere() === undefined && reported.has(name)) return
    const { fresh, old, passed } = await memory.stillOwed(name)
    if (closed) return
    const lane = isThere()
    tellLost(name, target)
    news({ kind: 'left', target, why: 'queue-full', ids: passed })
    if (lane !== undefined) {
      memory.settle(name)
      if (fresh.length > 0) news({ kind: 'resumed', target, ids: fresh })
      for (const id of fresh) resumed.set(id, (resumed.get(id) ?? 0) + 1)
      options.resumed(lane, fresh)
      news({ kind: 'left', target, why: 'old', ids: old })
    } else if (fresh.length === 0) {
      memory.settle(name)
      news({ kind: 'left', target, why: 'old', ids: old })
    } else {
      reported.add(name)
      const settled = () => {
        memory.settle(name)
        return note()
      }
      news({ kind: 'left', target, why: 'elsewhere', ids: [...old, ...fresh], settled })
    }
    await note()
  }

  function tellLost(name: string, target: string): void {
    const { count, ids } = memory.takeLost(name)
    if (count === 0) return
    const named = idsIn(ids)
    options.goneBefore(count)
    news({ kind: 'gone', target, ids: named, more: count - named.length })
  }

  async function tellInterrupted(): Promise<void> {
    if (interruptedTold) return
    const interrupted = await interruptedNews(store)
    interruptedTold = true
    interrupted.forEach(news)
  }

  /** Until the store can do it. */
  async function patiently(work: () => Promise<void>): Promise<void> {
    while (!closed) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await sleep(storeRetryMs, undefined, { ref: false })
      }
    }
  }

  async function takeAll(): Promise<void> {
    for (const left of memory.left()) await patiently(() => takeUpOne(left))
    await patiently(tellInterrupted)
  }

  return {
    offered(delivery) {
      newest = Math.max(newest, delivery)
      noteAfter(noteEveryMs)
    },
    sends: delivery => resumed.get(delivery) ?? 0,
    lost() {
      if (!closed) lostTimer ??= setTimeout(() => void note(), lostMs).unref()
    },
    filled(lane) {
      void note()
      news({ kind: 'full', target: hrefOf(lane.target), waiting: lane.waiting })
    },
    emptied(lane, passed) {
      void note()
      news({ kind: 'left', target: hrefOf(lane.target), why: 'queue-full', ids: idsIn(passed) })
    },
    ended(lane) {
      news({ kind: 'left', target: hrefOf(lane.target), why: 'let-go', ids: lane.unsent() })
      news({ kind: 'left', target: hrefOf(lane.target), why: 'queue-full', ids: idsIn(lane.passedOver()) })
    },
    note,
    expect(plan) {
      const { rejectedToo } = options
      const none = { owed: [], passed: [], after: newest, upTo: null, isFull: false, rejectedToo, plan }
      const targets = new Set(plan.routes.map(({ target }) => target))
      const noted = new Map([...targets].map(target => [randomUUID(), { ...none, target }]))
      return keep(() => noted)
    },
    takeUp() {
      taking = taking.then(takeAll)
      return taking
    },
    close() {
      closed = true
      return note()
    },
  }
}
