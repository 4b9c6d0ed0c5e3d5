/** Checks a hook's stored deliveries again, and waits for the end of it. */
import { setTimeout as wait } from 'node:timers/promises'
import type { VerificationJob } from '../../core/hooks/hook.ts'
import { within } from '../../server/lib/time-limit.ts'
import { answerOf, type Client, listenerClient } from '../client.ts'

/** How long a check may take to stop, milliseconds. */
const stopMs = 10_000
/** When it is first asked how far it has come, and how long at the most until it is asked again, milliseconds. */
const [soonMs, progressMs] = [10, 200]

/** Asks how far a check has come until it has ended. */
async function followed(
  begun: VerificationJob,
  { api }: Client,
  onProgress: (job: VerificationJob) => void,
  signal: AbortSignal,
): Promise<VerificationJob> {
  let job = begun
  for (let ms = soonMs; job.state === 'running'; ms = Math.min(2 * ms, progressMs)) {
    await wait(ms, undefined, { signal })
    const { verifications } = await answerOf(api.status.$get())
    job = verifications.find(one => one.id === job.id) ?? { ...job, state: 'failed' }
    onProgress(job)
  }
  return job
}

/**
 * @param id of the hook
 * @param reason what history says
 * @param onProgress called now and then, and at the end
 * @param signal cancels the check, which is then waited for
 */
export async function verifyStoredAgain(
  client: Client,
  id: string,
  reason: string,
  onProgress: (job: VerificationJob) => void,
  signal: AbortSignal,
): Promise<VerificationJob> {
  const begun = client.api.hooks[':id'].verifications.$post({ param: { id }, json: { reason } })
  const { job } = await answerOf(begun)
  try {
    return await followed(job, client, onProgress, signal)
  } catch (error) {
    if (!signal.aborted) throw error
    return within({ ms: stopMs, signals: [] }, async stopping => {
      // The client's own calls have ended with the signal.
      const again = client.listener === null ? client : listenerClient(client.listener, stopping)
      const one = again.api.hooks[':id'].verifications[':job']
      // It may have ended meanwhile, and is not to be cancelled then.
      await answerOf(one.$delete({ param: { id, job: job.id } })).catch(() => {})
      return followed(job, again, onProgress, stopping)
    })
  }
}
