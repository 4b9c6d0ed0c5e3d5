/** A store in a folder of its own, for tests that send what it keeps. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../server/store/store.ts'

export interface Kept {
  readonly store: Store
  /** Resolves once `count` attempts in all have ended, with them in the order they ended. */
  ended(count: number): Promise<readonly AttemptSummary[]>
  close(): Promise<void>
}

export function openKept(): Kept {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  const store = openSqlite({ path: join(folder, 'hookscope.db') })
  const attempts: AttemptSummary[] = []
  const waiting = new Set<() => void>()
  store.attempts.onEnded(attempt => {
    attempts.push(attempt)
    for (const check of waiting) check()
  })
  return {
    store,
    ended: count =>
      new Promise(resolve => {
        const check = () => {
          if (attempts.length < count) return
          waiting.delete(check)
          resolve(attempts)
        }
        waiting.add(check)
        check()
      }),
    async close() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
