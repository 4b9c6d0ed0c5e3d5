/** What targets missed, over the end of the process: noted is from which attempt on, the attempts tell the rest. */
import { randomUUID } from 'node:crypto'
import { unavailableStatuses } from '../../core/http/outcome.ts'
import { type IdRange, idsIn, rangesOf } from '../../core/text/id-ranges.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { notesInTurn, readUnfinished } from '../store/unfinished.ts'
import { type LeftNews, missedNews } from './leftovers.ts'
import { unreachableCodes } from './target-watch.ts'

interface MissedRecord {
  /** Absent: the note's name. */
  readonly target?: string
  /** Attempts with larger ids count. */
  readonly sinceAttempt: number
  /** Attempts that count although an app may end them so as well; absent in older records: none. */
  readonly cutOff?: readonly IdRange[]
}

/** Remembers for the next start which targets have missed something that nobody has sent or dismissed. */
export interface MissedMemory {
  /** An attempt found no app there. The first one of an outage is noted, and those whose end alone does not say so. */
  missed(target: string, attempt: number, cutOff: boolean): void
  /** The outage is over. */
  over(target: string): void
  /** What was offered is sent or dismissed. What is missed right now stays noted. */
  settle(target: string): Promise<void>
  /**
   * What targets missed in earlier runs and in processes that are gone, and nobody sent or dismissed; each is given once.
   * @param isWaiting whether it is to be sent still
   */
  left(isWaiting: (target: string, delivery: number) => boolean): Promise<LeftNews[]>
  /** Notes what is not noted yet. */
  close(): Promise<void>
}

/** How soon attempts that are cut off are noted, milliseconds: those of a burst together. */
const noteMs = 500

export async function openMissedMemory(store: Pick<Store, 'unfinished' | 'claims'>): Promise<MissedMemory> {
  /** What others left of a target, by the names of their notes. */
  const earlier = new Map<string, { readonly target: string; readonly record: OpenRecord; isTold: boolean }>()
  /** What is to stand in the store. */
  const records = new Map<string, OpenRecord>()
  /** Of outages that last. */
  const current = new Map<string, OpenRecord>()
  const unnoted = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  /** Each process has a note of its own. */
  const ownNames = new Map<string, string>()
  const own = new Set<string>()
  function nameOf(target: string): string {
    const name = ownNames.get(target) ?? (store.claims.isShared ? `${target} ${randomUUID()}` : target)
    ownNames.set(target, name)
    own.add(name)
    return name
  }

  async function readEarlier(): Promise<void> {
    for (const [name, text] of await readUnfinished(store, 'missed')) {
      if (earlier.has(name) || own.has(name)) continue
      const record: MissedRecord = JSON.parse(text)
      const { target = name } = record
      earlier.set(name, { target, record: opened(record), isTold: false })
      const known = records.get(target)
      if (known === undefined) records.set(target, opened(record))
      else merge(known, opened(record))
    }
  }
  await readEarlier()
  let upToAttempt = earlier.size === 0 ? 0 : await store.unfinished.newestAttempt()
  let isStart = true

  const noteInTurn = notesInTurn(store, 'missed')

  function note(targets: readonly string[], settled = false): Promise<void> {
    for (const target of targets) unnoted.delete(target)
    const now = () =>
      targets.flatMap(target => {
        const record = records.get(target)
        const value = record === undefined ? null : textOf(record, store.claims.isShared ? target : undefined)
        const others = [...earlier].flatMap(([name, one]) => (settled && one.target === target ? name : []))
        return [...others.map(name => [name, null] as const), [nameOf(target), value] as const]
      })
    // Where it cannot be kept it is offered while this run lasts, and not after it: no reason to stop forwarding.
    return whereStoreCan(() => noteInTurn(() => new Map(now())))
  }

  function noteAll(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return note([...unnoted])
  }

  function settle(target: string): Promise<void> {
    const record = current.get(target)
    if (record === undefined) records.delete(target)
    else records.set(target, { sinceAttempt: record.sinceAttempt, cutOff: new Set(record.cutOff) })
    return note([target], true)
  }

  async function leftOf(target: string, { sinceAttempt, cutOff }: OpenRecord): Promise<readonly number[]> {
    const failures = { statuses: unavailableStatuses, codes: unreachableCodes, attempts: [...cutOff] }
    // What is missed right now is told of when that is over.
    const upTo = Math.min(upToAttempt, isStart ? upToAttempt : (current.get(target)?.sinceAttempt ?? upToAttempt))
    return store.unfinished.missed({ target, sinceAttempt, upToAttempt: upTo, ...failures })
  }

  return {
    missed(target, attempt, cutOff) {
      const isFirst = !records.has(target)
      let isOther = false
      for (const those of [records, current]) {
        const record = those.get(target) ?? { sinceAttempt: attempt - 1, cutOff: new Set() }
        those.set(target, record)
        // Those of a burst end in any order.
        if (cutOff || attempt <= record.sinceAttempt) isOther = true
        record.sinceAttempt = Math.min(record.sinceAttempt, attempt - 1)
        if (cutOff) record.cutOff.add(attempt)
      }
      if (isFirst) void note([target])
      if (isFirst || !isOther) return
      unnoted.add(target)
      timer ??= setTimeout(() => void noteAll(), noteMs).unref()
    },
    over: target => void current.delete(target),
    settle,
    async left(isWaiting) {
      await readEarlier()
      if (!isStart) upToAttempt = await store.unfinished.newestAttempt()
      const found: LeftNews[] = []
      for (const one of earlier.values()) {
        if (one.isTold) continue
        const { target, record } = one
        const ids = await leftOf(target, record)
        one.isTold = true
        if (isStart && ids.length === 0) await settle(target)
        const settled = () => settle(target)
        const left = ids.filter(id => !isWaiting(target, id))
        found.push(missedNews(target, isStart ? 'missed-before' : 'missed', left, settled))
      }
      isStart = false
      return found
    },
    close: noteAll,
  }
}

/** A record while attempts add to it. */
interface OpenRecord {
  sinceAttempt: number
  readonly cutOff: Set<number>
}

const opened = ({ sinceAttempt, cutOff = [] }: MissedRecord): OpenRecord => ({
  sinceAttempt,
  cutOff: new Set(idsIn(cutOff)),
})

function merge(into: OpenRecord, other: OpenRecord): void {
  into.sinceAttempt = Math.min(into.sinceAttempt, other.sinceAttempt)
  for (const attempt of other.cutOff) into.cutOff.add(attempt)
}

function textOf({ sinceAttempt, cutOff }: OpenRecord, target: string | undefined): string {
  const ids = [...cutOff].sort((one, other) => one - other)
  const record: MissedRecord = {
    ...(target !== undefined && { target }),
    sinceAttempt,
    ...(ids.length > 0 && { cutOff: rangesOf(ids) }),
  }
  return JSON.stringify(record)
}
