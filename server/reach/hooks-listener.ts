/** Hooks through the HTTP API of the hookscope that is listening: what changes counts for the next delivery. */
import { setTimeout as wait } from 'node:timers/promises'
import type { HookView, SavedHook, VerificationJob } from '../../core/hook.ts'
import type { Status } from '../../core/messages.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { Owner } from '../store/owner.ts'
import { within } from '../time-limit.ts'
import { type Call, callsTo } from './calls.ts'
import type { HooksReach } from './hooks.ts'

/** How long a check may take to stop, milliseconds. */
const stopMs = 10_000
/** How often a check of stored deliveries is asked how far it has come, milliseconds. */
const progressMs = 200

const noSuchHook = () =>
  new UserError('There is no such hook.', 'hookscope hooks list shows those there are.', {
    exitCode: exitCodes.failed,
  })

/** What cannot be saved was entered wrong. */
const refusedCode = exitCodes.usage

/** Asks how far a check has come until it has ended. */
async function followed(
  begun: VerificationJob,
  call: Call,
  onProgress: (job: VerificationJob) => void,
  signal: AbortSignal,
): Promise<VerificationJob> {
  let job = begun
  while (job.state === 'running') {
    await wait(progressMs, undefined, { signal })
    const { verifications }: Status = await (await call('/api/status')).json()
    job = verifications.find(one => one.id === job.id) ?? { ...job, state: 'failed' }
    onProgress(job)
  }
  return job
}

/** @param signal ends calls early, for instance at Ctrl-C */
export function reachHooksOfListener(owner: Owner, signal: AbortSignal): HooksReach {
  const call = callsTo(owner, signal)
  const at = (id: string, rest = '') => `/api/hooks/${encodeURIComponent(id)}${rest}`
  const missing = noSuchHook()
  const hookIn = async (answer: Response): Promise<HookView> => {
    const { hook }: { hook: HookView } = await answer.json()
    return hook
  }

  return {
    async hooks() {
      const { hooks }: { hooks: readonly HookView[] } = await (await call('/api/hooks')).json()
      return hooks
    },
    async add(draft) {
      const saved: SavedHook = await (await call('/api/hooks', { body: draft, refusedCode })).json()
      return saved
    },
    async change(id, change) {
      const saved: SavedHook = await (await call(at(id), { method: 'PUT', body: change, missing, refusedCode })).json()
      return saved
    },
    async remove(id) {
      await call(at(id), { method: 'DELETE', missing })
    },
    // It is refused when there is no such hook, or none that was deleted.
    restore: async id => hookIn(await call(at(id, '/restore'), { body: {}, missing, refusedCode: exitCodes.failed })),
    rehearse: async (id, rehearsal) =>
      hookIn(await call(at(id, '/rehearsal'), { method: 'PUT', body: { rehearsal }, missing })),
    async verifyAgain(id, reason, onProgress) {
      const begun = await call(at(id, '/verifications'), { body: { reason }, missing })
      const { job }: { job: VerificationJob } = await begun.json()
      try {
        return await followed(job, call, onProgress, signal)
      } catch (error) {
        if (!signal.aborted) throw error
        return await within({ ms: stopMs, signals: [] }, async stopping => {
          const callOn = callsTo(owner, stopping)
          // It may have ended meanwhile, and is not to be cancelled then.
          await callOn(at(id, `/verifications/${job.id}`), { method: 'DELETE', missing }).catch(() => {})
          return followed(job, callOn, onProgress, stopping)
        })
      }
    },
    close: async () => {},
  }
}
