/** Hooks as they are kept. */
import type { EventType } from '../../core/events/catalogue.ts'
import type { ConfiguredHook, HookHistoryEntry } from '../../core/hooks/hook.ts'
import type { MockResponse } from '../../core/hooks/mock-response.ts'

/** A hook as it is kept. Secrets are null unless they were entered in the inspector. */
export interface StoredHook
  extends Pick<ConfiguredHook, 'id' | 'label' | 'path' | 'customUrl' | 'rehearsal' | 'forward' | 'createdAt'> {
  readonly savedSecrets: {
    readonly basicAuth: { readonly username: string; readonly password: string } | null
    readonly signatureKey: string | null
    readonly sourceKey: string | null
  }
  /** null for every event of the catalogue. */
  readonly events: readonly EventType[] | null
}

export interface HookStore {
  /** Oldest first, without those that were removed. */
  list(): StoredHook[]
  removed(): StoredHook[]
  /** Adds it or replaces it by its id; whether it is removed stays. */
  save(hook: StoredHook): void
  /**
   * Seals what is kept in clear, or with a secret that is on its way out, with the secret of now; those of removed hooks too.
   * Without a sealer it does nothing. What was there before does not stay behind in the database's files.
   * @returns how many hooks were not sealed so
   * @throws UserError when one was sealed with a secret that is not given; nothing is changed then
   */
  sealAnew(): Promise<number>
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
