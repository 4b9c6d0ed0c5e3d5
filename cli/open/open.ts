/** `hookscope open`: the inspector of the hookscope that is listening, in the browser. */
import { hc } from 'hono/client'
import type { EntranceApi } from '../../server/api/entrance.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { inspectorLink, type Owner } from '../../server/store/sqlite/file/owner.ts'
import { answerOf } from '../client.ts'
import { startBrowser } from '../shared/browser.ts'
import { deliveryIdOf } from '../shared/ids.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import { checkIsThere } from '../shared/missing-ids.ts'
import type { CommonOptions } from '../shared/options.ts'

export interface OpenOptions extends Omit<CommonOptions, 'json'> {
  readonly print: boolean
  /** Of a delivery, as typed; null for the list. */
  readonly id: string | null
}

/** A link for one use: other users of this machine can read a browser's command line. @returns null of a listener that has none */
async function oneTimeLink({ inspectorUrl, token }: Owner, path: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { api } = hc<EntranceApi>(inspectorUrl, {
      headers: { Authorization: `Bearer ${token}` },
      init: { signal },
    })
    const { ticket } = await answerOf(api.links.$post({ json: {} }))
    return inspectorLink({ inspectorUrl, ticket }, path)
  } catch {
    signal.throwIfAborted()
    return null
  }
}

/** @returns the exit code: 1 when there is no such delivery */
export function openInspector({ print: printsOnly, id: typed, ...options }: OpenOptions, io: Io): Promise<number> {
  const id = typed === null ? null : deliveryIdOf(typed, 'hookscope list shows them')
  const needs = 'so there is no inspector to open'
  return look({ ...options, json: false }, io, needs, async ({ client, signal, print, say }) => {
    const { api, listener } = client
    if (listener === null) return exitCodes.cannotRun
    if (id !== null) await checkIsThere(api, id)
    const path = id === null ? '/' : `/deliveries/${id}`
    if (!printsOnly) {
      const link = await oneTimeLink(listener, path, signal)
      say(`Opening ${listener.inspectorUrl}${path}`)
      if (link !== null && (await startBrowser(link))) return exitCodes.ok
      say('No browser could be opened here. Open it yourself:')
    }
    await print([inspectorLink(listener, path)])
    return exitCodes.ok
  })
}
