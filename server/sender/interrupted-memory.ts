/** What was on its way when hookscope ended, over as many starts as it takes until somebody sends or dismisses it. */
import { randomUUID } from 'node:crypto'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { idsIn, rangesOf } from '../../core/text/id-ranges.ts'
import { type InterruptedRecord, interruptedRecords } from '../store/interrupted.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { type Notes, readUnfinished } from '../store/unfinished.ts'
import type { LeftNews } from './leftovers.ts'

type InterruptedStore = Pick<Store, 'unfinished' | 'deliveries' | 'claims'>

/** The most of one target that are remembered, the newest: it takes hundreds of crashes to have more. */
const mostIds = 10_000

/**
 * What this run and earlier ones left on its way, by target: without what was sent since, and without what the gateway was
 * not answered, which sends it again by itself. What is left of it is noted anew, where no other process tells of the same notes.
 * @param told names of notes that were told of before; those that are now are added
 * @throws StoreUnavailable when it cannot be read right now
 */
export async function interruptedNews(store: InterruptedStore, told = new Set<string>()): Promise<LeftNews[]> {
  const before = [...(await readUnfinished(store, 'interrupted'))].filter(([name]) => !told.has(name))
  if (before.length === 0) return []
  const sinceAttempt = await store.unfinished.newestAttempt()
  const byTarget = new Map<string, { readonly ids: Set<number>; readonly names: string[] }>()
  const changes = new Map<string, string | null>()
  for (const [name, text] of before) {
    const record: InterruptedRecord = JSON.parse(text)
    const found = byTarget.get(record.target) ?? { ids: new Set(), names: [] }
    const ids = await stillLeft(store, record)
    for (const id of ids) found.ids.add(id)
    byTarget.set(record.target, found)
    if (ids.length === 0 || !store.claims.isShared) changes.set(name, null)
    else found.names.push(name)
    told.add(name)
  }
  const news: LeftNews[] = []
  for (const [target, found] of byTarget) {
    const ids = [...found.ids].sort((one, other) => one - other).slice(-mostIds)
    if (ids.length === 0) continue
    const { names } = found
    if (!store.claims.isShared) {
      const name = randomUUID()
      // Whether the gateway was answered is known by now: it is not looked at again.
      const record: InterruptedRecord = { target, source: 'replay', ids: rangesOf(ids), sinceAttempt }
      changes.set(name, JSON.stringify(record))
      names.push(name)
    }
    const settled = () => note(store, new Map(names.map(name => [name, null])))
    news.push({ kind: 'left', target, why: 'interrupted', ids, settled })
  }
  await note(store, changes)
  return news
}

/** The end cut these off: told of now, and at the next start. */
export async function cutOffNews(store: InterruptedStore, attempts: readonly AttemptSummary[]): Promise<LeftNews[]> {
  await note(store, interruptedRecords(attempts, await store.unfinished.newestAttempt()))
  const cut = new Set(attempts.map(({ delivery, target }) => `${delivery} ${target}`))
  return (await interruptedNews(store)).flatMap(news => {
    const ids = news.ids.filter(id => cut.has(`${id} ${news.target}`))
    return ids.length === 0 ? [] : [{ ...news, ids }]
  })
}

async function stillLeft(store: InterruptedStore, record: InterruptedRecord): Promise<readonly number[]> {
  const { target, source, sinceAttempt } = record
  const ids = idsIn(record.ids)
  const unsent = (await store.unfinished.unsent({ target, ids, after: 0, upTo: 0, sinceAttempt })).map(({ id }) => id)
  if (source === 'replay') return unsent
  return (await store.deliveries.summaries(unsent)).flatMap(({ id, status }) => (status === null ? [] : [id]))
}

/** Where it cannot be kept, what was noted before stays, and is offered at the next start. */
function note(store: InterruptedStore, changes: Notes): Promise<void> {
  return whereStoreCan(() => store.unfinished.note('interrupted', changes))
}
