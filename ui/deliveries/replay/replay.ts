/** Sending deliveries again: one at once, one with changes, several as a job. */
import { signal } from '@preact/signals'
import type { ReplayJob } from '../../../core/api/messages.ts'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import type { ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../../core/deliveries/replay.ts'
import { isGood, reasonOf } from '../../../core/http/outcome.ts'
import { tookText } from '../../../core/text/duration.ts'
import type { AttemptView } from '../../../server/api/types.ts'
import { status as listenerStatus } from '../../app/listener.ts'
import { orToast } from '../../app/or-toast.ts'
import { openDelivery, setParams } from '../../app/route.ts'
import { hostOf, rememberTarget, usualTarget } from '../../app/targets.ts'
import { api, call, zone } from '../../client/api.ts'
import { showToast } from '../../kit/toasts.ts'

/** Deliveries whose replay is under way. */
export const replaying = signal<ReadonlySet<number>>(new Set())
/** The delivery that is being replayed with changes; null when the dialog is closed. */
export const editing = signal<number | null>(null)
/** Deliveries that are about to be replayed together; null when the dialog is closed. */
export const bulkReplay = signal<readonly number[] | null>(null)

const param = (id: number) => ({ id: String(id) })

/** How an attempt ended and why, as a sentence for a message, without its full stop. */
export function attemptSentence(attempt: AttemptSummary): string {
  const took = attempt.ms === null ? '' : ` in ${tookText(attempt.ms)}`
  const reason = reasonOf(attempt)
  const ends = {
    answered: `answered ${attempt.status}${took}`,
    refused: 'could not be reached',
    'timed-out': `did not answer${took}`,
    reset: 'ended the connection before answering',
    'invalid-answer': 'answered something that is not HTTP',
    pending: 'has not answered yet',
  }
  const why = reason === null ? '' : `: ${reason.message.replace(/\.$/, '')}`
  return `${hostOf(attempt.target)} ${ends[attempt.outcome]}${why}`
}

/**
 * Replays and waits for the end.
 * @throws ApiFailure when it could not be sent at all
 */
export async function sendReplay(id: number, request: ReplayRequest): Promise<AttemptView> {
  replaying.value = new Set([...replaying.peek(), id])
  try {
    const { attempt } = await call(api.deliveries[':id'].replay.$post({ param: param(id), json: request }))
    rememberTarget(attempt.target)
    return attempt
  } finally {
    replaying.value = new Set([...replaying.peek()].filter(other => other !== id))
  }
}

/**
 * Replays as it came, and says how it ended; asks for a target when none is known.
 * @param target default: by its route, else the target used last
 */
export async function replayNow(id: number, target?: string): Promise<void> {
  if (replaying.peek().has(id)) return
  const to = target ?? (listenerStatus.peek()?.forward ? undefined : usualTarget())
  if (to === null) {
    openDelivery(id)
    editing.value = id
    return
  }
  await orToast(async () => {
    const attempt = await sendReplay(id, to === undefined ? {} : { target: to })
    showToast(`Replayed #${id}: ${attemptSentence(attempt)}.`, {
      tone: isGood(attempt) ? 'ok' : 'bad',
      action: {
        label: 'Show',
        run: () => {
          openDelivery(id)
          setParams({ tab: 'attempts', attempt: String(attempt.id) })
        },
      },
    })
  })
}

/** What would go out, its credentials masked, and both signatures. */
export async function previewReplay(id: number, request: ReplayRequest, signal: AbortSignal): Promise<ReplayPreview> {
  return call(
    api.deliveries[':id'].replay.preview.$post({ param: param(id), query: {}, json: request }, { init: { signal } }),
  )
}

/** Deliveries by their ids, or all that a search finds. */
export type Several = { readonly ids: readonly number[] } | { readonly q: string }

/**
 * Starts a replay of several deliveries.
 * @throws ApiFailure
 */
export async function startJob(which: Several, request: Omit<ReplayJobRequest, 'ids'>): Promise<ReplayJob> {
  const json = 'q' in which ? { ...request, q: which.q, zone } : { ...request, ids: which.ids }
  const { job } = await call(api.replays.$post({ json }))
  if (request.target !== undefined) rememberTarget(job.target)
  return job
}

/** Sends what was left unsent, as a job. */
export async function sendLeftover(id: string): Promise<void> {
  await orToast(() => call(api.leftovers[':id'].send.$post({ param: { id }, json: {} })))
}

/** It is offered no more; its deliveries stay. */
export async function dismissLeftover(id: string): Promise<void> {
  await orToast(() => call(api.leftovers[':id'].$delete({ param: { id } })))
}

/** Stops a job; what is in flight ends. */
export async function cancelJob(id: string): Promise<void> {
  await orToast(() => call(api.replays[':id'].$delete({ param: { id } })))
}
