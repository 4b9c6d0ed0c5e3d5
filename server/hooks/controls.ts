import type {
  ConfiguredHook,
  HookChange,
  HookDraft,
  HookHistoryEntry,
  HookView,
  SavedHook,
  VerificationJob,
} from '../../core/hook.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'

/** Hooks as the console edits them. Methods throw UserError for what the user can mend. */
export interface HookControls {
  hooks(): readonly ConfiguredHook[]
  add(draft: HookDraft): Promise<SavedHook>
  change(id: string, change: HookChange): Promise<SavedHook>
  /** Its deliveries stay. `restore` brings it back, path and secrets included. */
  remove(id: string): void
  restore(id: string): HookView
  /** null: answer as usual. */
  rehearse(id: string, rehearsal: Rehearsal | null): HookView
  /** Checks the stored deliveries again, with the keys of now. @param reason what history says, such as “the Signature Key was changed” */
  verifyAgain(id: string, reason: string): VerificationJob
  /** @returns whether there was such a running job */
  cancelVerification(job: string): boolean
  history(id: string): Promise<readonly HookHistoryEntry[]>
}
