/** Rows of hooks as engines keep them, and the shape the rest of hookscope knows. */
import type { EventType } from '../../core/events/catalogue.ts'
import type { MockResponse } from '../../core/hooks/mock-response.ts'
import { type Sealer, secretsOf } from './hook-secrets.ts'
import type { StoredHook } from './hooks.ts'

export interface KeptHookRow extends Pick<StoredHook, 'id' | 'label' | 'path'> {
  readonly saved_secrets: string
  readonly custom_url: string | null
  readonly events: string | null
  readonly rehearsal: string | null
  readonly forward: string | null
  readonly created_at: number
}

export const readMockResponse = (text: string | null): MockResponse | null => (text === null ? null : JSON.parse(text))

/** @param sealer opens keys and passwords; null: they are kept in clear @throws UserError when they are sealed otherwise */
export function toHook(row: KeptHookRow, sealer: Sealer | null): StoredHook {
  const savedSecrets = secretsOf(row.saved_secrets, row.id, sealer)
  const events: EventType[] | null = row.events === null ? null : JSON.parse(row.events)
  const rehearsal = readMockResponse(row.rehearsal)
  const forward: StoredHook['forward'] = row.forward === null ? [] : JSON.parse(row.forward)
  const { id, label, path, custom_url: customUrl, created_at: createdAt } = row
  return { id, label, path, savedSecrets, customUrl, events, rehearsal, forward, createdAt }
}
