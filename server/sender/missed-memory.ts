/** What targets missed, over the end of the process: noted is from which attempt on, the attempts tell the rest. */
import { unavailableStatuses } from '../../core/http/outcome.ts'
import { type IdRange, idsIn, rangesOf } from '../../core/text/id-ranges.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { notesInTurn, readUnfinished } from '../store/unfinished.ts'
import { type LeftNews, missedNews } from './leftovers.ts'
import { unreachableCodes } from './target-watch.ts'

interface MissedRecord {
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
  /** What targets missed in earlier runs, and nobody sent or dismissed. */
  left(): Promise<LeftNews[]>
  /** Notes what is not noted yet. */
  close(): Promise<void>
}

/** How soon attempts that are cut off are noted, milliseconds: those of a burst together. */
const noteMs = 500

export async function openMissedMemory(store: Pick<Store, 'unfinished'>): Promise<MissedMemory> {
  const earlier = new Map<string, MissedRecord>()
  for (const [target, text] of await readUnfinished(store, 'missed')) earlier.set(target, JSON.parse(text))
  const upToAttempt = earlier.size === 0 ? 0 : await store.unfinished.newestAttempt()
  /** What is to stand in the store. */
  const records = new Map([...earlier].map(([target, record]) => [target, opened(record)]))
  /** Of outages that last. */
  const current = new Map<string, OpenRecord>()
  const unnoted = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const noteInTurn = notesInTurn(store, 'missed')

  function note(...targets: readonly string[]): Promise<void> {
    for (const target of targets) unnoted.delete(target)
    const now = () =>
      targets.map(target => {
        const record = records.get(target)
        return [target, record === undefined ? null : textOf(record)] as const
      })
    // Where it cannot be kept it is offered while this run lasts, and not after it: no reason to stop forwarding.
    return whereStoreCan(() => noteInTurn(() => new Map(now())))
  }

  function noteAll(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return note(...unnoted)
  }

  function settle(target: string): Promise<void> {
    const record = current.get(target)
    if (record === undefined) records.delete(target)
    else records.set(target, { sinceAttempt: record.sinceAttempt, cutOff: new Set(record.cutOff) })
    return note(target)
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
      if (isFirst) void note(target)
      if (isFirst || !isOther) return
      unnoted.add(target)
      timer ??= setTimeout(() => void noteAll(), noteMs).unref()
    },
    over: target => void current.delete(target),
    settle,
    async left() {
      const found: LeftNews[] = []
      for (const [target, { sinceAttempt, cutOff = [] }] of earlier) {
        const failures = { statuses: unavailableStatuses, codes: unreachableCodes, attempts: idsIn(cutOff) }
        const ids = await store.unfinished.missed({ target, sinceAttempt, upToAttempt, ...failures })
        if (ids.length === 0) await settle(target)
        found.push(missedNews(target, 'missed-before', ids, () => settle(target)))
      }
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

function textOf({ sinceAttempt, cutOff }: OpenRecord): string {
  const ids = [...cutOff].sort((one, other) => one - other)
  const record: MissedRecord = { sinceAttempt, ...(ids.length > 0 && { cutOff: rangesOf(ids) }) }
  return JSON.stringify(record)
}
