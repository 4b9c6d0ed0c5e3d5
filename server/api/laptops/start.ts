/**
 * Where a laptop goes on. Its cursor alone says nothing of which log it is of: a server that was restored from a backup fills the
 * same places anew. So it is given a mark beside it, some deliveries up to the cursor by id and time, and brings both.
 */
import type { Store } from '../../store/store.ts'

interface Entry {
  readonly id: number
  /** Milliseconds since 1970, UTC; 0: it was deleted already. */
  readonly receivedAt: number
}

export interface Start {
  readonly cursor: string
  /** It does not go on where the laptop stood: that is none of this log. */
  readonly lost: boolean
  /** It begins so early that nothing is missed: what the laptop has may come again. */
  readonly again: boolean
}

/** So far before the newest: one of them is still there when some were deleted, and from before the backup when it was restored. */
const steps = [0, 1, 2, 5, 20, 100, 500, 2500, 10_000, 50_000]

type Reads = Pick<Store, 'changes' | 'deliveries'>

async function entriesOf({ deliveries }: Pick<Store, 'deliveries'>, ids: readonly number[]): Promise<Entry[]> {
  const found = await deliveries.summaries(ids)
  return found.map(({ id, receivedAt }) => ({ id, receivedAt: Date.parse(receivedAt) })).sort((a, b) => b.id - a.id)
}

/** @param last the largest id up to the cursor @returns empty where there is none */
export async function markOf(store: Pick<Store, 'deliveries'>, last: number): Promise<string> {
  const entries = await entriesOf(
    store,
    steps.flatMap(step => (last > step ? [last - step] : [])),
  )
  if (last > 0 && entries[0]?.id !== last) entries.unshift({ id: last, receivedAt: 0 })
  return entries.map(({ id, receivedAt }) => `${id}.${receivedAt}`).join('-')
}

/** Newest first. */
const readMark = (mark: string): Entry[] =>
  mark
    .split('-')
    .filter(part => part !== '')
    .map(part => {
      const [id = 0, receivedAt = 0] = part.split('.').map(Number)
      return { id, receivedAt }
    })
    .sort((a, b) => b.id - a.id)

/** @param asked as the laptop brought it; no mark: an older laptop, or one that an older server gave none */
export async function laptopStart(
  store: Reads,
  asked: { readonly cursor: string | null; readonly mark: string | null },
): Promise<Start> {
  const page = await store.changes.arrivals(asked.cursor, 1)
  if (asked.cursor === null) return { cursor: page.cursor, lost: false, again: false }
  // What was looked at is looked at again: nothing is sent by this.
  const asIs = { cursor: asked.cursor, lost: false, again: false }
  if (asked.mark === null) return page.lost ? { cursor: page.cursor, lost: true, again: false } : asIs
  const entries = readMark(asked.mark)
  const found = await entriesOf(
    store,
    entries.map(({ id }) => id),
  )
  const kept = new Map(found.map(({ id, receivedAt }) => [id, receivedAt]))
  const isOther = ({ id, receivedAt }: Entry) => kept.has(id) && kept.get(id) !== receivedAt
  const others = entries.findLastIndex(isOther)
  const known = entries.slice(others + 1).findIndex(({ id, receivedAt }) => (kept.get(id) ?? 0) === receivedAt)
  if (!page.lost && others < 0 && known === 0) return asIs
  const from = known < 0 ? 0 : (entries[others + 1 + known]?.id ?? 0)
  // Where the newest of them was only deleted, nothing is lost: all after the one before it comes again.
  return { cursor: store.changes.since(from), lost: page.lost || others >= 0, again: true }
}
