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
  list(): Promise<StoredHook[]>
  removed(): Promise<StoredHook[]>
  /** Adds it or replaces it by its id; whether it is removed stays. */
  save(hook: StoredHook): Promise<void>
  /**
   * Seals what is kept in clear, or with a secret that is on its way out, with the secret of now; those of removed hooks too.
   * Without a sealer it does nothing. What was there before does not stay behind in the database's files.
   * @returns how many hooks were not sealed so
   * @throws UserError when one was sealed with a secret that is not given; nothing is changed then
   */
  sealAnew(): Promise<number>
  /**
   * Adds it where nobody has: of several processes that make the first hook of a new database, one does.
   * @returns false where a hook has this id, removed ones included; nothing is changed then
   */
  add(hook: StoredHook): Promise<boolean>
  /**
   * Counts a mock response: `count` is given what is kept of it now, and what is left after it is kept before anybody else
   * counts; written without waiting for the disk, and not at all where `after` is the same object. `count` is pure, and null
   * is what a hook has that is not there.
   * @returns what `count` made of it
   */
  countMockResponse<Counted>(
    hook: string,
    count: (now: MockResponse | null) => { readonly after: MockResponse | null; readonly counted: Counted },
  ): Promise<Counted>
  /** Takes a hook away; its deliveries stay. @returns whether it was there */
  remove(id: string): Promise<boolean>
  /** @returns whether it was removed */
  restore(id: string): Promise<boolean>
  addHistory(hook: string, entry: HookHistoryEntry['entry']): Promise<void>
  /** Oldest first. */
  history(hook: string): Promise<HookHistoryEntry[]>
  /**
   * Called when another process has changed a hook (saved, removed, restored, its mock response counted), within a second,
   * also while the engine's own way of hearing of it is broken: a key that was replaced must not go on counting.
   * @returns a function that stops the calls
   */
  onChanged(listener: () => void): () => void
}
