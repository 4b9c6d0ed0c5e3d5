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
  readonly store: Pick<Store, 'unfinished' | 'deliveries' | 'claims'>
  /** The newest delivery before this start. */
  readonly from: number
  readonly rejectedToo: boolean
  lanes(): readonly Lane[]
  /** Which deliveries go where now: a lane is owed what has no attempt, beyond what it names. */
  plan(): NotedPlan
  /** Offers a lane what it was owed, and what was tried there and is to be gone on with; not to be sent before this has returned. */
  resumed(lane: Lane, ids: readonly number[], tried: readonly number[]): void
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
/** Of several processes each takes ids before it keeps what has them: only after so long none is offered that is older, milliseconds. */
const settledMs = 20_000
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
  /** What earlier runs left has been taken up; what is left from now on, other processes left. */
  let isTaken = false
  let isBegun = false
  const toldInterrupted = new Set<string>()
  const resumed = new Map<number, number>()
  /** Names of records whose target was none when it was looked. */
  const reported = new Set<string>()

  /** What was the newest, and when, milliseconds. */
  let marks: readonly { readonly at: number; readonly newest: number }[] = []
  /** The newest delivery when a lane was first noted, by its name. */
  const firsts = new Map<string, number>()

  /** Up to this id all have been offered. */
  function settledUpTo(): number {
    const before = performance.now() - settledMs
    const last = marks.findLast(({ at }) => at <= before)
    marks = [...marks.filter(mark => mark === last || mark.at > before), { at: performance.now(), newest }]
    return last?.newest ?? from
  }

  function firstOf({ name }: Lane): number {
    const first = firsts.get(name) ?? newest
    firsts.set(name, first)
    return first
  }

  function recordOf(lane: Lane): LaneRecord {
    return {
      target: hrefOf(lane.target),
      owed: rangesOf(lane.unsent()),
      passed: lane.passedOver(),
      lost: lane.lost(),
      after: store.claims.isShared ? Math.max(settledUpTo(), firstOf(lane)) : newest,
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
    const owed = await memory.stillOwed(name)
    const { old } = owed
    if (closed) return
    const lane = isThere()
    // Of a process that ended beside this one, most is known here.
    const fresh = owed.fresh.filter(id => lane?.has(id) !== true)
    const passed = owed.passed.filter(id => lane?.wasPassedOver(id) !== true)
    if (!isTaken) tellLost(name, target)
    news({ kind: 'left', target, why: 'queue-full', ids: passed })
    if (lane !== undefined) {
      memory.settle(name)
      if (fresh.length > 0) news({ kind: 'resumed', target, ids: fresh })
      for (const id of fresh) resumed.set(id, (resumed.get(id) ?? 0) + 1)
      // Alone, one starts after the app may have been away for long: what it missed is offered, and not sent by itself.
      options.resumed(lane, fresh, store.claims.isShared ? owed.tried.filter(id => !lane.has(id)) : [])
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
    const interrupted = await interruptedNews(store, toldInterrupted)
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
    if (store.claims.isShared) await patiently(async () => memory.lookAgain(await store.deliveries.newest()))
    for (const left of memory.left()) await patiently(() => takeUpOne(left))
    await patiently(tellInterrupted)
    isTaken = true
  }

  function takeUp(): Promise<void> {
    isBegun = true
    taking = taking.then(takeAll)
    return taking
  }

  const stopLeft = store.unfinished.onLeft(() => {
    interruptedTold = false
    if (isBegun) void takeUp()
  })

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
    takeUp,
    close() {
      stopLeft()
      closed = true
      return note()
    },
  }
}
