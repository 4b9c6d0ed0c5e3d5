/** Hooks on the database itself, when no hookscope is listening on it. */
import { existsSync } from 'node:fs'
import type { HookView, VerificationJob } from '../../core/hook.ts'
import { printable } from '../../core/text.ts'
import { UserError } from '../errors.ts'
import { noSecrets } from '../hooks/active.ts'
import { openHooks } from '../hooks/hooks.ts'
import { openStore } from '../store/sqlite.ts'
import type { HooksReach } from './hooks.ts'

export interface HooksDatabaseOptions {
  readonly db: string
  /** Makes the database when it is not there. */
  readonly make: boolean
  /** The public URL of the settings, without a trailing slash; null while none is known. */
  readonly publicUrl: string | null
  /** Cancels a check of stored deliveries, for instance at Ctrl-C. */
  readonly signal: AbortSignal
}

/** @throws UserError when there is no such database, or it cannot be opened */
export async function reachHooksOnDatabase({ db, make, publicUrl, signal }: HooksDatabaseOptions): Promise<HooksReach> {
  if (!make && !existsSync(db)) {
    throw new UserError(
      `There is no database at ${printable(db)}.`,
      'hookscope hooks add makes one, or name another with --db.',
    )
  }
  const store = openStore({ path: db })
  // The secrets of a start count while it listens; here it is about those that are saved.
  const hooks = openHooks(store, noSecrets, null, {
    makeFirst: false,
    addresses: () => ({ publicUrl, localUrl: '' }),
  })
  const viewOf = (id: string): HookView => {
    const view = hooks.views().find(one => one.id === id)
    if (view === undefined) throw new UserError('There is no such hook.', 'hookscope hooks list shows those there are.')
    return view
  }

  return {
    hooks: async () => hooks.views(),
    add: hooks.add,
    change: hooks.change,
    remove: async id => hooks.remove(id),
    restore: async id => hooks.restore(id),
    async rehearse(id, rehearsal) {
      hooks.rehearse(id, rehearsal)
      return viewOf(id)
    },
    verifyAgain(id, reason, onProgress) {
      return new Promise<VerificationJob>(resolve => {
        let begun: string | null = null
        const look = () => {
          const job = hooks.verifications().find(one => one.id === begun)
          if (job === undefined) return
          onProgress(job)
          if (job.state === 'running') return
          stop()
          resolve(job)
        }
        const cancel = () => begun !== null && hooks.cancelVerification(begun)
        const unhear = hooks.onChange(look)
        const stop = () => {
          unhear()
          signal.removeEventListener('abort', cancel)
        }
        begun = hooks.verifyAgain(id, reason).id
        signal.addEventListener('abort', cancel)
        if (signal.aborted) cancel()
        look()
      })
    },
    async close() {
      await hooks.close()
      await store.close()
    },
  }
}
