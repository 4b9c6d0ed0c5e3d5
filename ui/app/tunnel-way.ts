/** Another way in: which there are, and the one that a person is asked about before it is opened. */

import { signal } from '@preact/signals'
import type { TunnelChoice, TunnelChoiceWay } from '../../core/api/tunnel.ts'
import { wayName } from '../../core/tunnels/taking.ts'
import { api, call, failureText } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'
import { askedWay } from './asked-way.ts'
import { status } from './listener.ts'
import { orToast } from './or-toast.ts'

/** The ways as they were when they were last asked for; null: nobody has. */
export const tunnelChoice = signal<TunnelChoice | null>(null)

/** Looks which ways are ready. @returns null where that failed, which is told */
export async function loadWays(): Promise<TunnelChoice | null> {
  try {
    tunnelChoice.value = await call(api.tunnel.$get())
    return tunnelChoice.value
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
    return null
  }
}

/** Asks whether a way is to be opened, by its name. */
export async function askWay(name: TunnelChoiceWay['name']): Promise<void> {
  const choice = await loadWays()
  const way = choice?.ways.find(one => one.name === name)
  if (choice && way) askedWay.value = { way, choice }
}

/** Opens it in place of the tunnel that is open. */
export async function takeWay(way: TunnelChoiceWay): Promise<void> {
  await orToast(async () => {
    status.value = await call(api.tunnel.$put({ json: { way: way.name } }))
    tunnelChoice.value = null
    showToast(`Opening ${wayName(way)}`, { tone: 'ok' })
  })
}
