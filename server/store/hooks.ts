/** Hooks as they are kept. */
import type { EventType } from '../../core/events/catalogue.ts'
import type { Hook, HookHistoryEntry } from '../../core/hooks/hook.ts'
import type { MockResponse } from '../../core/hooks/mock-response.ts'

/** A hook as it is kept. Secrets are null unless they were entered in the inspector. */
export interface StoredHook extends Pick<Hook, 'id' | 'label' | 'path'> {
  readonly savedSecrets: {
    readonly basicAuth: { readonly username: string; readonly password: string } | null
    readonly signatureKey: string | null
    readonly sourceKey: string | null
  }
  /** null for its own path under the public URL. */
  readonly customUrl: string | null
  /** null for every event of the catalogue. */
  readonly events: readonly EventType[] | null
  readonly rehearsal: MockResponse | null
  /** Where its deliveries alone are forwarded, `[EVENTS=]URL` each. */
  readonly forward: readonly string[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface HookStore {
  /** Oldest first, without those that were removed. */
  list(): StoredHook[]
  removed(): StoredHook[]
  /** Adds it or replaces it by its id; whether it is removed stays. */
  save(hook: StoredHook): void
  /** What a mock response still has to count, written without waiting for the disk. */
  setMockResponse(hook: string, response: MockResponse | null): void
  /** Takes a hook away; its deliveries stay. @returns whether it was there */
  remove(id: string): boolean
  /** @returns whether it was removed */
  restore(id: string): boolean
  addHistory(hook: string, entry: HookHistoryEntry['entry']): void
  /** Oldest first. */
  history(hook: string): Promise<HookHistoryEntry[]>
}
