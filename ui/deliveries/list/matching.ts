/** What can be done with everything that the search finds, without marking it row by row. */
import { signal } from '@preact/signals'
import type { ExportFormat } from '../../../core/api/export-formats.ts'
import { orToast } from '../../app/or-toast.ts'
import { queryText } from '../../app/route.ts'
import { api, call, zone } from '../../client/api.ts'
import { list } from './deliveries.ts'

export type MatchingAction = ExportFormat | 'replay' | 'delete'

/** Asked for, counted, and not begun. */
export interface Matching {
  readonly action: MatchingAction
  /** The search, bounded by the newest delivery that was listed: what comes later was not counted. */
  readonly q: string
  readonly count: number
  /** There are more than were counted. */
  readonly capped: boolean
}

/** Whether what is exported is anonymized: a choice of the export menus. */
export const isAnonymized = signal(false)

/** What waits for a yes; null when nothing does. */
export const matching = signal<Matching | null>(null)

/** Counts what a search finds, retries included, and asks whether to go on. @param search default: the one that is shown */
export async function askAboutMatching(action: MatchingAction, search = queryText.peek()): Promise<void> {
  const newest = list.rowAt(0)?.id
  if (newest === undefined) return
  const q = `id:1-${newest} ${search}`
  await orToast(async () => {
    const { count, capped } = await call(api.deliveries.count.$get({ query: { q, zone } }))
    matching.value = { action, q, count, capped }
  })
}
