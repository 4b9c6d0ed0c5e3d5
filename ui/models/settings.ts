/** What the settings change, each with what to say about it. */
import { signal } from '@preact/signals'
import type { Status } from '../../core/messages.ts'
import { splitTargets } from '../../core/target.ts'
import { api, call, explain } from '../api.ts'
import { status } from './session.ts'
import { showToast } from './toasts.ts'

/** Why the last change of the forwarding was refused; null when it was not. */
export const forwardProblem = signal<string | null>(null)

async function change(act: () => Promise<void>, said: () => string): Promise<boolean> {
  try {
    forwardProblem.value = null
    await act()
    showToast(said(), { tone: 'ok' })
    return true
  } catch (error) {
    forwardProblem.value = explain(error)
    return false
  }
}

/** Forwards to these URLs from now on, separated by blanks or commas; '' stops forwarding. @returns whether they were taken */
export function saveTargets(text: string): Promise<boolean> {
  const targets = splitTargets(text)
  return change(
    async () => {
      status.value = await call(api.forward.$put({ json: { target: targets.length === 0 ? null : targets } }))
    },
    () => {
      const taken = targetsText(status.peek(), ' and ')
      return taken === '' ? 'Forwarding is off' : `Deliveries are forwarded to ${taken}`
    },
  )
}

/** Every target that deliveries are forwarded to; '' when there is none. */
export const targetsText = (session: Status | null, between: string): string =>
  (session?.forward?.targets ?? []).map(({ target }) => target).join(between)

/** Pauses or resumes forwarding. */
export function pauseForwarding(paused: boolean): Promise<boolean> {
  return change(
    async () => {
      status.value = await call(api.forward.$put({ json: { paused } }))
    },
    () => (paused ? 'Forwarding is paused' : 'Forwarding is on again'),
  )
}
