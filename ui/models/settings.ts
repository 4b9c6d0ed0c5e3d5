/** What the settings change, each with what to say about it. */
import { signal } from '@preact/signals'
import type { SecretsChange } from '../../server/inspector/types.ts'
import { api, call, explain } from '../api.ts'
import { status } from './session.ts'
import { showToast } from './toasts.ts'

/** Why the last change was refused, by what it was about; null when it was not. */
export const settingsProblem = signal<{ readonly about: 'forward' | 'secrets'; readonly text: string } | null>(null)

async function change(about: 'forward' | 'secrets', said: string, act: () => Promise<void>): Promise<boolean> {
  try {
    settingsProblem.value = null
    await act()
    showToast(said, { tone: 'ok' })
    return true
  } catch (error) {
    settingsProblem.value = { about, text: explain(error) }
    return false
  }
}

/** Forwards to a URL from now on; '' stops forwarding. @returns whether it was taken */
export function saveTarget(target: string): Promise<boolean> {
  const text = target.trim()
  return change('forward', text === '' ? 'Forwarding is off' : `Deliveries are forwarded to ${text}`, async () => {
    status.value = await call(api.forward.$put({ json: { target: text === '' ? null : text } }))
  })
}

/** Pauses or resumes forwarding. */
export function pauseForwarding(paused: boolean): Promise<boolean> {
  return change('forward', paused ? 'Forwarding is paused' : 'Forwarding goes on', async () => {
    status.value = await call(api.forward.$put({ json: { paused } }))
  })
}

/** Saves keys and credentials of a hook. @returns whether they were taken */
export function saveSecrets(hook: string, secrets: SecretsChange): Promise<boolean> {
  return change('secrets', 'Saved. Deliveries from now on are checked with it.', async () => {
    await call(api.hooks[':id'].secrets.$put({ param: { id: hook }, json: secrets }))
    status.value = await call(api.status.$get())
  })
}
