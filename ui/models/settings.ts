/** What the settings change, each with what to say about it. */
import { signal } from '@preact/signals'
import { api, call, explain } from '../api.ts'
import { status } from './session.ts'
import { showToast } from './toasts.ts'

/** Why the last change of the forwarding was refused; null when it was not. */
export const forwardProblem = signal<string | null>(null)

async function change(said: string, act: () => Promise<void>): Promise<boolean> {
  try {
    forwardProblem.value = null
    await act()
    showToast(said, { tone: 'ok' })
    return true
  } catch (error) {
    forwardProblem.value = explain(error)
    return false
  }
}

/** Forwards to a URL from now on; '' stops forwarding. @returns whether it was taken */
export function saveTarget(target: string): Promise<boolean> {
  const text = target.trim()
  return change(text === '' ? 'Forwarding is off' : `Deliveries are forwarded to ${text}`, async () => {
    status.value = await call(api.forward.$put({ json: { target: text === '' ? null : text } }))
  })
}

/** Pauses or resumes forwarding. */
export function pauseForwarding(paused: boolean): Promise<boolean> {
  return change(paused ? 'Forwarding is paused' : 'Forwarding goes on', async () => {
    status.value = await call(api.forward.$put({ json: { paused } }))
  })
}
