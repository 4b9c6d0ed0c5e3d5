/** Sending deliveries again: one at once, one with changes, several as a job. */
import { signal } from '@preact/signals'
import type { AttemptSummary } from '../../core/attempt.ts'
import type { ReplayJob } from '../../core/messages.ts'
import { isGood, reasonOf } from '../../core/outcome.ts'
import type { ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/replay.ts'
import { readTarget } from '../../core/target.ts'
import type { AttemptView } from '../../server/inspector/types.ts'
import { api, call, explain, zone } from '../api.ts'
import { openDelivery, setParams } from './route.ts'
import { status } from './session.ts'
import { duration } from './time.ts'
import { showToast } from './toasts.ts'

const storageName = 'hookscope-targets'
const targetsKept = 8

function readTargets(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageName) ?? '[]')
    return Array.isArray(kept) ? kept.filter(target => typeof target === 'string').slice(0, targetsKept) : []
  } catch {
    return []
  }
}

/** Where was sent lately, newest first; kept in this browser. */
export const recentTargets = signal<readonly string[]>(readTargets())

/** Puts a target first among the recent ones. */
export function rememberTarget(target: string): void {
  recentTargets.value = [target, ...recentTargets.peek().filter(other => other !== target)].slice(0, targetsKept)
  try {
    localStorage.setItem(storageName, JSON.stringify(recentTargets.peek()))
  } catch {
    // A browser without storage forgets at the end of the visit.
  }
}

/** Where a replay goes when nothing else is said: where deliveries are forwarded, else the target used last. */
export function usualTarget(): string | null {
  return status.value?.forward?.target ?? recentTargets.value[0] ?? null
}

/** What is wrong with a target, in words; null when it can be sent to. */
export function targetProblem(text: string): string | null {
  if (text.trim() === '') return 'Enter the URL of your app, such as http://localhost:3000/webhooks.'
  const read = readTarget(text)
  return read.ok ? null : `${read.message} ${read.hint}`
}

/** Deliveries whose replay is under way. */
export const replaying = signal<ReadonlySet<number>>(new Set())
/** The delivery that is being replayed with changes; null when the dialog is closed. */
export const editing = signal<number | null>(null)
/** Deliveries that are about to be replayed together; null when the dialog is closed. */
export const bulkReplay = signal<readonly number[] | null>(null)

const param = (id: number) => ({ id: String(id) })

/** The same in the types of the API's client, which knows no readonly. */
const wire = ({ target, resign, changes }: ReplayRequest) => ({
  target,
  resign,
  changes: changes && {
    ...changes,
    headers: changes.headers?.map(([name, value]): [string, string] => [name, value]),
  },
})

/** How an attempt ended and why, as a sentence for a message, without its full stop. */
export function attemptSentence(attempt: AttemptSummary): string {
  const took = attempt.ms === null ? '' : ` in ${duration(attempt.ms)}`
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

/** The host of a URL with its port; the text itself when it is none. */
export const hostOf = (target: string) => URL.parse(target)?.host ?? target

/**
 * Replays and waits for the end.
 * @throws ApiFailure when it could not be sent at all
 */
export async function replay(id: number, request: ReplayRequest): Promise<AttemptView> {
  replaying.value = new Set([...replaying.peek(), id])
  try {
    const { attempt } = await call(api.deliveries[':id'].replay.$post({ param: param(id), json: wire(request) }))
    rememberTarget(attempt.target)
    return attempt
  } finally {
    replaying.value = new Set([...replaying.peek()].filter(other => other !== id))
  }
}

/**
 * Replays as it came, and says how it ended; asks for a target when none is known.
 * @param target default: the usual one
 */
export async function replayNow(id: number, target = usualTarget()): Promise<void> {
  if (replaying.peek().has(id)) return
  if (target === null) {
    openDelivery(id)
    editing.value = id
    return
  }
  try {
    const attempt = await replay(id, { target })
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
  } catch (error) {
    showToast(explain(error), { tone: 'bad' })
  }
}

/** What would go out, its credentials masked, and both signatures. */
export async function previewReplay(id: number, request: ReplayRequest, signal: AbortSignal): Promise<ReplayPreview> {
  return call(
    api.deliveries[':id'].replay.preview.$post(
      { param: param(id), query: {}, json: wire(request) },
      { init: { signal } },
    ),
  )
}

/** Deliveries by their ids, or all that a search finds. */
export type Several = { readonly ids: readonly number[] } | { readonly q: string }

/**
 * Starts a replay of several deliveries.
 * @throws ApiFailure
 */
export async function startJob(which: Several, request: Omit<ReplayJobRequest, 'ids'>): Promise<ReplayJob> {
  const json = 'q' in which ? { ...request, q: which.q, zone } : { ...request, ids: [...which.ids] }
  const { job } = await call(api.replays.$post({ json }))
  if (request.target !== undefined) rememberTarget(job.target)
  return job
}

/** Stops a job; what is in flight ends. */
export async function cancelJob(id: string): Promise<void> {
  try {
    await call(api.replays[':id'].$delete({ param: { id } }))
  } catch (error) {
    showToast(explain(error), { tone: 'bad' })
  }
}
