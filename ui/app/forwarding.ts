/** What is changed about forwarding, each change with what to say about it. */
import { signal } from '@preact/signals'
import { splitRoutes } from '../../core/routes/route-text.ts'
import { otherRoutesText } from '../../core/routes/route-words.ts'
import { ApiFailure, api, call, failureText } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'
import { status } from './listener.ts'
import { targetsText } from './targets.ts'

/** Why the last change of the forwarding was refused; null when it was not. */
export const forwardProblem = signal<string | null>(null)

async function change(
  act: () => Promise<void>,
  said: () => string,
  refused: (count: number, message: string) => void = () => {},
): Promise<boolean> {
  try {
    forwardProblem.value = null
    await act()
    showToast(said(), { tone: 'ok' })
    return true
  } catch (error) {
    if (error instanceof ApiFailure && error.count !== null) {
      const { count, message } = error
      refused(count, message)
    } else forwardProblem.value = failureText(error)
    return false
  }
}

/** Targets that cannot be taken before somebody says that what waits may be let go of; null when nothing is asked. */
export const letGo = signal<{ readonly targets: string; readonly count: number; readonly message: string } | null>(null)

/**
 * Forwards to these URLs from now on, separated by spaces or commas; '' stops forwarding. Asks first where deliveries wait for
 * a target that is none any more.
 * @param isAsked whether they may be let go of
 * @returns whether they were taken
 */
export async function saveTargets(text: string, isAsked = false): Promise<boolean> {
  const targets = splitRoutes(text)
  return change(
    async () => {
      const json = { target: targets.length === 0 ? null : targets, ...(isAsked && { letGo: true }) }
      status.value = await call(api.forward.$put({ json }))
    },
    () => (targets.length === 0 ? stoppedText() : `Deliveries are forwarded to ${targetsText(' and ')}`),
    (count, message) => {
      letGo.value = { targets: text, count, message }
    },
  )
}

/** What is said once all webhooks have no target: those with one of their own go on. */
function stoppedText(): string {
  const { forward = null, hooks = [] } = status.value ?? {}
  const others = forward && otherRoutesText(forward, hooks)
  return others ? `These targets are removed. Still forwarded: by ${others}` : 'Forwarding is off'
}

/** Pauses or resumes forwarding. */
export function pauseForwarding(paused: boolean): Promise<boolean> {
  return change(
    async () => {
      status.value = await call(api.forward.$put({ json: { paused } }))
    },
    () => (paused ? 'Forwarding paused' : 'Forwarding resumed'),
  )
}
