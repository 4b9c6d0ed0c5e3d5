/** What the database takes up on disk, and how it gives space back. */
import { isDamage } from '../problem.ts'
import type { Writer } from '../writer.ts'

export interface Space {
  /** Bytes of the file that hold something: without its free pages. */
  usedBytes(): number
  /** So many deliveries were dropped: the text index drops them only when it is merged. */
  dropped(count: number): void
  /** Whether merging the text index would give much back. @param kept deliveries that are left */
  isMergeDue(kept: number): boolean
  /** Merges a little of the text index. @returns whether there is more of it */
  merge(): boolean
  /** Gives some free pages back to the disk, as long as the file has more of them than a share. @returns whether there are more */
  giveBack(share: number): boolean
}

/** Pages in one step: some milliseconds. */
const mergedPages = 6
const freedPages = 32
/** Free pages that a file may always have. */
const sparePages = 64
/** How much is dropped until the text index is merged, as a share of what is kept. */
const mergeShare = 0.5

export function createSpace(writer: Writer): Space {
  const { db } = writer
  const number = (pragma: string) => Number(db.pragma(pragma, { simple: true }))
  const pageBytes = number('page_size')
  /** A file of before has no list of what lies where: its free pages are used again, but stay. */
  let canGiveBack = number('auto_vacuum') === 2
  const mergeSome = db.prepare<[number]>("INSERT INTO delivery_gram (delivery_gram, rank) VALUES ('merge', ?)")
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck()
  let unmerged = 0
  let merging = false

  return {
    usedBytes: () => (number('page_count') - number('freelist_count')) * pageBytes,
    dropped(count) {
      unmerged += count
    },
    isMergeDue: kept => unmerged > kept * mergeShare,
    merge() {
      const before = changes.get() ?? 0
      // A negative number begins with everything there is.
      writer.write(() => mergeSome.run(merging ? mergedPages : -mergedPages))
      merging = (changes.get() ?? 0) - before >= 2
      if (!merging) unmerged = 0
      return merging
    },
    giveBack(share) {
      const free = number('freelist_count')
      if (!canGiveBack || free <= Math.max(sparePages, number('page_count') * share)) return false
      try {
        writer.write(() => db.pragma(`incremental_vacuum(${freedPages})`))
      } catch (error) {
        if (!isDamage(error)) throw error
        // Damaged pages that belong to nothing any more cannot be moved: the file keeps its size, and nothing else is wrong.
        canGiveBack = false
      }
      return canGiveBack
    },
  }
}
