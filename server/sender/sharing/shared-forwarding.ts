/** What is said of forwarding while it runs, a pause or other targets: of several processes on one log, all follow. */
import { errorLine } from '../../lib/errors.ts'
import { whereStoreCan } from '../../store/problem.ts'
import type { Store } from '../../store/store.ts'

export interface SharedForwarding {
  /** Follows what was said before, and what others say from now on. */
  begin(): Promise<void>
  pause(paused: boolean): Promise<void>
  setTargets(texts: readonly string[]): Promise<void>
  close(): void
}

export interface ForwardingSaid {
  readonly paused: boolean
  /** Targets as they are typed. */
  readonly texts: readonly string[]
}

/** Targets that take the place of those that a process was started with, where those are the same. */
interface TargetsRecord {
  readonly started: readonly string[]
  readonly texts: readonly string[]
}

const [pausedName, targetsName] = ['forwarding-paused', 'forwarding-targets']

/**
 * Where one process works alone, what is said holds until it ends, and nothing is kept.
 * @param started the targets that this process was started with, as they are typed
 * @param apply takes what is said; called when that may be another
 */
export function openSharedForwarding(
  { settings, claims }: Pick<Store, 'settings' | 'claims'>,
  started: readonly string[],
  apply: (said: ForwardingSaid) => Promise<void>,
  log: (line: string) => void,
): SharedForwarding {
  let stop = () => {}

  async function textsNow(): Promise<readonly string[]> {
    const kept = await settings.get(targetsName)
    const record: TargetsRecord | null = kept === null ? null : JSON.parse(kept)
    return record !== null && JSON.stringify(record.started) === JSON.stringify(started) ? record.texts : started
  }

  async function follow(): Promise<void> {
    try {
      await whereStoreCan(async () =>
        apply({ paused: (await settings.get(pausedName)) !== null, texts: await textsNow() }),
      )
    } catch (error) {
      log(`Changes that another process made to forwarding could not be applied: ${errorLine(error)}`)
    }
  }

  return {
    async begin() {
      if (!claims.isShared) return
      stop = settings.onChanged(() => void follow())
      await follow()
    },
    async pause(paused) {
      if (claims.isShared) await settings.set(pausedName, paused ? 'paused' : null)
    },
    async setTargets(texts) {
      if (!claims.isShared) return
      const record: TargetsRecord = { started, texts }
      await settings.set(targetsName, JSON.stringify(record))
    },
    close: () => stop(),
  }
}
