/**
 * What each target is owed, over the end of the process. A record names the deliveries that wait, and from which id on everything
 * is owed that has no attempt there: nothing is written for each delivery, and a record may be old without being wrong.
 */

import { isGood } from '../../core/http/outcome.ts'
import { routedOf } from '../../core/routes/route.ts'
import { dayMs } from '../../core/text/duration.ts'
import { type IdRange, idsIn } from '../../core/text/id-ranges.ts'
import type { Store } from '../store/store.ts'
import { notesInTurn, readUnfinished, type UnsentRow } from '../store/unfinished.ts'
import type { Lost } from './forward-lane.ts'
import { isMeant, type NotedPlan, owedTargets } from './forward-plan.ts'

/** What a target is owed. */
export interface LaneRecord {
  readonly target: string
  /** Those that waited when it was noted. */
  readonly owed: readonly IdRange[]
  /** Those that were passed over, since the queue was full. */
  readonly passed: readonly IdRange[]
  /** How many were dropped or deleted before they were sent, and the ids of the newest; absent in older records: none. */
  readonly lost?: Lost
  /** Of deliveries above this id up to `upTo`, those without an attempt are owed; with a full queue they were passed over. */
  readonly after: number
  /** null while it is forwarded to. */
  readonly upTo: number | null
  readonly isFull: boolean
  /** Rejected deliveries are owed as well. */
  readonly rejectedToo: boolean
  /** Which deliveries are owed to it beyond those that it names; absent in older records: each. */
  readonly plan?: NotedPlan
}

/** A record of a hookscope that has ended. */
interface Left extends LaneRecord {
  readonly name: string
}

/** What a target is still owed: without what was sent meanwhile, by whomever. Ids ascending. */
interface StillOwed {
  /** They came less than a day ago. */
  readonly fresh: readonly number[]
  /** What waited and was sent before, and not taken. */
  readonly tried: readonly number[]
  readonly old: readonly number[]
  readonly passed: readonly number[]
}

export interface ForwardMemory {
  /** What earlier runs left, and nobody has taken up. */
  left(): readonly Pick<Left, 'name' | 'target'>[]
  /** @throws StoreUnavailable when it cannot be read right now */
  stillOwed(name: string): Promise<StillOwed>
  /** Of several processes: looks for what those left that have ended. @param newest id of the newest delivery @throws StoreUnavailable */
  lookAgain(newest: number): Promise<void>
  /** What an earlier run lost of it; told once. */
  takeLost(name: string): Lost
  /** What an earlier run left is dealt with: the next note drops it. */
  settle(name: string): void
  /**
   * Notes every lane there is, by its name; those that were noted before and are none any more are dropped.
   * @param lanes asked when earlier notes are kept: those of then
   * @throws StoreUnavailable when it cannot be kept right now
   */
  note(lanes: () => ReadonlyMap<string, LaneRecord>): Promise<void>
}

const nothingLost: Lost = { count: 0, ids: [] }
/** What is older is not sent by itself: who starts hookscope after days has other things in mind. */
const freshMs = dayMs

/**
 * Closes the records of a run that was killed: what came up to `newest` it owed, what comes from now on it does not.
 * @param newest id of the newest delivery at this start, before any that this run takes
 */
export async function openForwardMemory(
  store: Pick<Store, 'unfinished' | 'deliveries' | 'claims'>,
  newest: number,
  now: () => number = Date.now,
): Promise<ForwardMemory> {
  const left = new Map<string, Left>()
  /** What stands in the store, and what is to stand there no more. */
  const noted = new Set<string>()
  const take = (records: ReadonlyMap<string, string>, upTo: number) => {
    for (const [name, value] of records) {
      if (noted.has(name)) continue
      const record: LaneRecord = JSON.parse(value)
      left.set(name, { ...record, name, upTo: record.upTo ?? upTo })
      noted.add(name)
    }
  }
  // What others took until the first look may not be offered here, being indexed before anybody listens: it is owed as well.
  if (!store.claims.isShared) take(await readUnfinished(store, 'forward'), newest)

  const noteInTurn = notesInTurn(store, 'forward')

  async function note(lanes: () => ReadonlyMap<string, LaneRecord>): Promise<void> {
    let gone: readonly string[] = []
    await noteInTurn(() => {
      const records = new Map([...left, ...lanes()])
      gone = [...noted].filter(name => !records.has(name))
      // Whatever becomes of this note, these may stand there.
      for (const name of records.keys()) noted.add(name)
      const changes = new Map<string, string | null>(gone.map(name => [name, null]))
      for (const [name, record] of records) changes.set(name, JSON.stringify(record))
      return changes
    })
    for (const name of gone) noted.delete(name)
  }

  /** Those of them whose attempt was not taken. */
  async function failedOf(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0) return []
    const found = await store.deliveries.summaries(ids)
    return found.filter(({ lastAttempt }) => lastAttempt !== null && !isGood(lastAttempt)).map(({ id }) => id)
  }

  return {
    lookAgain: async upTo => take(await store.unfinished.of('forward'), upTo),
    left: () => [...left.values()],
    async stillOwed(name) {
      const record = left.get(name)
      if (record === undefined) return { fresh: [], tried: [], old: [], passed: [] }
      const { target, after, isFull, rejectedToo, plan } = record
      const isOwed = (row: UnsentRow) =>
        isMeant(row, rejectedToo) && (plan === undefined || owedTargets(routedOf(row), plan).includes(target))
      const [owed, passedBefore] = [idsIn(record.owed), new Set(idsIn(record.passed))]
      const ids = [...owed, ...passedBefore]
      const rows = await store.unfinished.unsent({ target, ids, after, upTo: record.upTo ?? after, sinceAttempt: 0 })
      const named = new Set(owed)
      const meant = rows.filter(row => row.isWhole && (named.has(row.id) || isOwed(row)))
      const wasPassed = ({ id }: UnsentRow) => passedBefore.has(id) || (isFull && !named.has(id))
      const isFresh = ({ receivedAt }: UnsentRow) => now() - receivedAt < freshMs
      const waited = meant.filter(row => !wasPassed(row))
      const idsOf = (rows: readonly UnsentRow[]) => rows.map(({ id }) => id)
      return {
        fresh: idsOf(waited.filter(isFresh)),
        tried: await failedOf(owed.filter(id => !rows.some(row => row.id === id))),
        old: idsOf(waited.filter(row => !isFresh(row))),
        passed: idsOf(meant.filter(wasPassed)),
      }
    },
    takeLost(name) {
      const { lost = nothingLost, ...record } = left.get(name) ?? {}
      if ('name' in record) left.set(name, record)
      return lost
    },
    settle: name => void left.delete(name),
    note,
  }
}
